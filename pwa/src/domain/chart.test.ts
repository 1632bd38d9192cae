import { describe, expect, test } from "vitest";
import { changeOf, chartOf, eraYear, fiscalYear, type Point, type Series } from "./chart";

const TODAY = "2025-11-23";
const point = (on: string, value: number, over: Partial<Point> = {}): Point => ({
  on,
  value,
  text: String(value),
  item_name: "HbA1c(NGSP値)",
  flag: "none",
  computed: false,
  method_changed: false,
  ...over,
});
const series = (...points: Point[]): Series => ({
  key: "HBA1C",
  name: "HbA1c（NGSP）",
  unit: "%",
  points,
  guidance: { at: 5.6, upward: true, inclusive: true },
  referral: { at: 6.5, upward: true, inclusive: true },
  likely: false,
});

describe("a small chart", () => {
  test("[S-030] joins years that follow each other and leaves a gap where one is missing", () => {
    const chart = chartOf(
      series(
        point("2021-06-01", 6),
        point("2023-06-01", 6.3),
        point("2024-06-01", 6.6),
        point("2025-06-01", 6.8),
      ),
      null,
      TODAY,
    );
    expect(chart.lines.map((join) => [join.from.point.on, join.to.point.on])).toEqual([
      ["2023-06-01", "2024-06-01"],
      ["2024-06-01", "2025-06-01"],
    ]);
    expect(chart.years.map((year) => [eraYear(year.year), year.missing])).toEqual([
      ["R3", false],
      ["R4", true],
      ["R5", false],
      ["R6", false],
      ["R7", false],
    ]);
  });

  test("keeps values and limits inside its box, higher values above lower ones", () => {
    const chart = chartOf(series(point("2024-06-01", 5.0), point("2025-06-01", 9.9)), null, TODAY);
    const heights = [...chart.dots.map((dot) => dot.y), ...chart.limits.map((limit) => limit.y)];
    expect(heights.every((y) => y > 0 && y < 100)).toBe(true);
    expect(chart.dots[1]?.y).toBeLessThan(chart.dots[0]?.y ?? 0);
  });

  test("draws the bands on the side where the limit is reached", () => {
    const up = chartOf(series(point("2025-06-01", 6)), null, TODAY).bands;
    expect(up.find((band) => band.kind === "referral")?.from).toBe(0);
    const falling: Series = {
      ...series(point("2025-06-01", 50)),
      guidance: { at: 60, upward: false, inclusive: false },
      referral: { at: 45, upward: false, inclusive: false },
    };
    const down = chartOf(falling, null, TODAY).bands;
    expect(down.find((band) => band.kind === "referral")?.to).toBe(100);
  });

  test("one value alone is a point without a line, and two checkups of one year stand side by side", () => {
    expect(chartOf(series(point("2025-06-01", 6)), null, TODAY).lines).toEqual([]);
    const both = chartOf(series(point("2025-06-01", 6), point("2025-12-01", 6.1)), null, "2026-01-10");
    expect(both.dots[0]?.x).toBeLessThan(both.dots[1]?.x ?? 0);
  });
});

test.each([
  ["2025-03-31", 2024],
  ["2025-04-01", 2025],
])("%s lies in fiscal year %i", (day, year) => {
  expect(fiscalYear(day)).toBe(year);
});

test.each([
  [[point("2024-06-01", 6.6), point("2025-06-01", 6.8)], "+0.2"],
  [[point("2024-06-01", 144), point("2025-06-01", 138)], "−6"],
  [[point("2024-06-01", 24), point("2025-06-01", 24)], "±0"],
  [[point("2023-06-01", 6.6), point("2025-06-01", 6.8)], null],
  [[point("2025-06-01", 6.8)], null],
] as const)("the change against the year before is told only where there was one", (points, change) => {
  expect(changeOf(series(...points))).toBe(change);
});
