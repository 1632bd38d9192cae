import { expect, test } from "vitest";
import { shiftMonth } from "./months";

test.each([
  ["2026-11", 1, "2026-12"],
  ["2026-12", 1, "2027-01"],
  ["2027-01", -1, "2026-12"],
  ["2026-11", -11, "2025-12"],
  ["2026-11", 0, "2026-11"],
])("%s and %d more is %s", (month, step, wanted) => {
  expect(shiftMonth(month, step)).toBe(wanted);
});
