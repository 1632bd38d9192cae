import { describe, expect, test } from "vitest";
import { instantAt, timeOf, toggled, weeksLater } from "./visit-times";

describe("times and days of a visit", () => {
  test("are Japan's, whatever the device's zone", () => {
    expect(instantAt("2026-07-14", "13:42")).toBe("2026-07-14T04:42:00.000Z");
    expect(timeOf("2026-07-14T04:42:00.000Z")).toBe("13:42");
    expect(instantAt("2026-07-14", "00:05")).toBe("2026-07-13T15:05:00.000Z");
  });

  test("what is no time is no instant, and what nobody told is empty", () => {
    expect([instantAt("2026-07-14", ""), instantAt("2026-07-14", "25:00"), timeOf(null)]).toEqual([
      null,
      null,
      "",
    ]);
  });

  test("weeks later goes over months and years", () => {
    expect(weeksLater("2026-12-21", 2)).toBe("2027-01-04");
    expect(weeksLater("2026-07-14", 4)).toBe("2026-08-11");
  });

  test("a second tap takes back the first", () => {
    expect(toggled(["family"], "other")).toEqual(["family", "other"]);
    expect(toggled(["family", "other"], "family")).toEqual(["other"]);
  });
});
