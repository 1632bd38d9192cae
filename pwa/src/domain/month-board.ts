/** The month board without a screen: who is shown under which filter, who may be ticked, what the bar is made of. */

export type MonthState = "done" | "changed" | "needs_person" | "asked" | "planned" | "due" | "not_possible";
export type BoardFilter = "left" | "person" | "changed" | "all";
export type BoardRow = { patient_id: string; state: MonthState; reinquiry: string };

export const FILTERS: readonly BoardFilter[] = ["left", "person", "changed", "all"];
const OVER: readonly MonthState[] = ["done", "changed"];

/** Whether the month of this patient is over: nothing is left to do. */
export function isOver(row: BoardRow): boolean {
  return OVER.includes(row.state);
}

export function shownUnder<R extends BoardRow>(rows: readonly R[], filter: BoardFilter): readonly R[] {
  if (filter === "left") return rows.filter((row) => !isOver(row));
  if (filter === "person") return rows.filter((row) => row.state === "needs_person");
  if (filter === "changed") return rows.filter((row) => row.state === "changed");
  return rows;
}

/** Whether 再照会 can be wished for: due, and open by the rule. */
export function canBeTicked(row: BoardRow): boolean {
  return row.state === "due" && row.reinquiry === "yes";
}

/** The parts of the bar in the order in which they are drawn; what is missing is left out. */
export function barParts(
  counts: Readonly<Record<string, number>>,
): ReadonlyArray<{ state: MonthState; count: number }> {
  const order: readonly MonthState[] = [
    "done",
    "changed",
    "needs_person",
    "asked",
    "planned",
    "due",
    "not_possible",
  ];
  return order.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count > 0 ? [{ state, count }] : [];
  });
}
