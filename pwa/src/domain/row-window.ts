/**
 * Which rows of a long list are drawn. Rows may differ in height, because a long name makes its row taller: one that was
 * drawn once has its measured height, the others a guess. Pixels throughout, counted from the top of the first row.
 */

/** Where each row begins, and last where the list ends. */
export function topsOf(count: number, heightOf: (index: number) => number): Float64Array {
  const tops = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) tops[index + 1] = (tops[index] ?? 0) + heightOf(index);
  return tops;
}

export type RowWindow = { first: number; last: number; before: number; after: number };

/** Rows from `first` up to, not with, `last` touch the stretch in sight; `before` and `after` are the room of the others. */
export function windowOf(tops: Float64Array, from: number, until: number): RowWindow {
  const count = tops.length - 1;
  const whole = tops[count] ?? 0;
  // A list that has become shorter than where one had scrolled to shows its end.
  const over = Math.max(0, from - Math.max(0, whole - (until - from)));
  const first = Math.min(rowAt(tops, from - over), Math.max(count - 1, 0));
  const last = Math.min(rowAt(tops, until - over) + 1, count);
  return { first, last, before: tops[first] ?? 0, after: whole - (tops[last] ?? 0) };
}

/** The row that lies at this height; the first or the last one beyond the ends. */
function rowAt(tops: Float64Array, at: number): number {
  let [low, high] = [0, tops.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}
