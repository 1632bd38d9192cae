import { expect, test } from "vitest";
import type { Schemas } from "../api/client";
import { looksAt } from "./look";

const drug = (dispensed_on: string | null, prescribed_on: string | null = null) =>
  ({ dispensed_on, prescribed_on }) as Schemas["MedicationsOut"]["drugs"][number];
const treated = (treated_on: string | null) =>
  ({ treated_on }) as Schemas["TreatmentsOut"]["treatments"][number];

test("a look at drugs names the first and the last day that were shown", () => {
  const drugs = [drug("2026-10-10"), drug(null, "2026-01-12"), drug("2025-12-01", "2025-11-30"), drug(null)];
  expect(looksAt({ medications: { drugs } })).toEqual([
    { kind: "drug", first: "2025-12-01", last: "2026-10-10" },
  ]);
});

test("each kind that was opened is a look of its own, and what was not opened is none", () => {
  const looks = looksAt({
    medications: null,
    checkups: { days: ["2026-06-12", "2022-06-01"] },
    diagnosis: { treatments: [treated("2026-03-03")] },
    operation: { treatments: [] },
  });
  expect(looks).toEqual([
    { kind: "checkup", first: "2022-06-01", last: "2026-06-12" },
    { kind: "diagnosis", first: "2026-03-03", last: "2026-03-03" },
    { kind: "operation", first: null, last: null },
  ]);
});
