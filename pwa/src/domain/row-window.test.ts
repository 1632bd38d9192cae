import { expect, test } from "vitest";
import { topsOf, windowOf } from "./row-window";

const even = topsOf(10_000, () => 58);

test("of ten thousand rows those in sight are drawn, and the room of the others is kept [S-048]", () => {
  const { first, last, before, after } = windowOf(even, 58 * 500 + 10, 58 * 510 + 10);
  expect([first, last]).toEqual([500, 511]);
  expect(before + (last - first) * 58 + after).toBe(580_000);
});

test("the first and the last row can be reached", () => {
  expect(windowOf(even, -400, 600).first).toBe(0);
  expect(windowOf(even, 579_400, 580_400).last).toBe(10_000);
});

test("a tall row moves those below it and hides nobody", () => {
  const tops = topsOf(10, (index) => (index === 2 ? 300 : 50));
  expect(windowOf(tops, 120, 380)).toEqual({ first: 2, last: 3, before: 100, after: 350 });
  expect(windowOf(tops, 399, 460)).toEqual({ first: 2, last: 5, before: 100, after: 250 });
});

test("when a filter leaves fewer rows than one had scrolled past, their end is drawn", () => {
  const { first, last, before } = windowOf(
    topsOf(20, () => 50),
    50_000,
    50_500,
  );
  expect([first, last, before]).toEqual([10, 20, 500]);
});

test("a list of one or of nobody", () => {
  expect(
    windowOf(
      topsOf(1, () => 58),
      0,
      900,
    ),
  ).toEqual({ first: 0, last: 1, before: 0, after: 0 });
  expect(
    windowOf(
      topsOf(0, () => 58),
      0,
      900,
    ),
  ).toEqual({ first: 0, last: 0, before: 0, after: 0 });
});
