import { expect, test } from "vitest";
import { keepSelection, nextWanting, takeFresh, withChanges } from "./list-order";

const row = (id: string, state = "unconfirmed") => ({ id, state });

test("results change a row's words in place and never move it while a hand is on the list", () => {
  const shown = [row("a"), row("b"), row("c")];
  const fresh = [row("d"), row("c", "confirmed"), row("a")];
  const { rows, waiting } = takeFresh(shown, fresh, true);
  expect(rows.map((r) => r.id)).toEqual(["a", "b", "c"]);
  expect(rows[2]?.state).toBe("confirmed");
  expect(waiting).toBe(2);
});

test("with the hand off the list the fresh order shows, and nobody waits", () => {
  expect(takeFresh([row("a")], [row("b"), row("a")], false)).toEqual({
    rows: [row("b"), row("a")],
    waiting: 0,
  });
});

const dated = (id: string, minute: string, words = "") => ({
  id,
  words,
  confirmed_at: `2026-07-14T05:${minute}Z`,
});

test("what changed comes to its place in the list, and what left is gone [S-048]", () => {
  const rows = [dated("a", "30:00"), dated("b", "20:00"), dated("c", "10:00")];
  const words = withChanges(rows, [dated("b", "20:00", "確認済み")], []);
  expect(words.map((row) => row.id)).toEqual(["a", "b", "c"]);
  expect(words[1]?.words).toBe("確認済み");
  const later = withChanges(rows, [dated("c", "30:00.5"), dated("d", "15:00")], ["b", "unknown"]);
  expect(later.map((row) => row.id)).toEqual(["c", "a", "d"]);
});

test("the next row that needs a person is found below, then from the top again", () => {
  const rows = [row("a", "needs_check"), row("b"), row("c", "needs_check")];
  const wants = (r: { state: string }) => r.state === "needs_check";
  expect(nextWanting(rows, "a", wants)?.id).toBe("c");
  expect(nextWanting(rows, "c", wants)?.id).toBe("a");
  expect(nextWanting([row("a", "needs_check")], "a", wants)).toBeNull();
});

test("when the selected row has left the filter, the row in its place is selected", () => {
  expect(keepSelection([row("a"), row("c")], "b", 1)).toBe("c");
  expect(keepSelection([row("a")], "b", 4)).toBe("a");
  expect(keepSelection([], "b", 0)).toBeNull();
});
