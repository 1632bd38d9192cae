/** Months as `YYYY-MM`. */

/** The month that is `step` months later; earlier for negative steps. */
export function shiftMonth(month: string, step: number): string {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + step;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
}
