import { expect, test } from "vitest";
import { lossMode, packedOf, skewOf, storageOf } from "./device-facts";

test.each([
  [null, { kind: "none" }],
  [0, { kind: "none" }],
  [89, { kind: "none" }],
  [-89, { kind: "none" }],
  [90, { kind: "ahead", minutes: 2 }],
  [-600, { kind: "behind", minutes: 10 }],
])(
  "[F29] a clock that is %s seconds off is told in minutes, and only when it matters",
  (seconds, expected) => {
    expect(skewOf(seconds)).toEqual(expected);
  },
);

test("whether storage is protected is yes, no, or not known yet", () => {
  expect([true, false, null].map(storageOf)).toEqual(["kept", "atRisk", "unknown"]);
});

test("what a tablet carries is shown as it said it, and nothing is made of what it never said", () => {
  const told = { day: "2026-11-23", patients: 8, documents: 6, verified: true };
  expect(packedOf(told)).toEqual(told);
  expect(packedOf(null)).toBeNull();
  expect(packedOf({ day: "2026-11-23" })).toBeNull();
  expect(packedOf({ ...told, verified: "yes" })?.verified).toBe(false);
});

test("the report never calls a tablet safer than it was", () => {
  expect(lossMode("passkey", 1)).toBe("passkey");
  expect(lossMode("strict", 1)).toBe("strict");
  expect(lossMode(null, 2)).toBe("strict");
  expect(lossMode("passkey", 0)).toBe("none");
});
