import { expect, test } from "vitest";
import { type BoardRow, barParts, canBeTicked, isOver, type MonthState, shownUnder } from "./month-board";

const row = (state: MonthState, reinquiry = "yes"): BoardRow => ({ patient_id: state, state, reinquiry });
const ALL = (["needs_person", "asked", "due", "not_possible", "changed", "done"] as const).map((s) => row(s));
const states = (rows: readonly BoardRow[]) => rows.map((one) => one.state);

test("[S-102] what is left is everybody whose month is not over, and exceptions stand alone", () => {
  expect(states(shownUnder(ALL, "left"))).toEqual(["needs_person", "asked", "due", "not_possible"]);
  expect(states(shownUnder(ALL, "person"))).toEqual(["needs_person"]);
  expect(states(shownUnder(ALL, "changed"))).toEqual(["changed"]);
  expect(shownUnder(ALL, "all")).toEqual(ALL);
  expect(ALL.filter(isOver).length).toBe(2);
});

test("only who is due and allowed can be ticked", () => {
  expect(states(ALL.filter(canBeTicked))).toEqual(["due"]);
  expect(canBeTicked(row("due", "no_first_check"))).toBe(false);
});

test("the bar leaves out what nobody is in", () => {
  expect(barParts({ due: 3, done: 5, asked: 0 })).toEqual([
    { state: "done", count: 5 },
    { state: "due", count: 3 },
  ]);
});
