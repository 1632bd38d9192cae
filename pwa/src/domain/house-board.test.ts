import { describe, expect, test } from "vitest";
import { type Attendance, backTo, inOrder, minutesSince, nextMove } from "./house-board";

const row = (id: string, state: Attendance["state"], arrived: string): Attendance => ({
  id,
  patient_id: `p-${id}`,
  patient_name: "資格　一郎",
  patient_name_kana: null,
  chart_number: "000101",
  age: 76,
  arrived_at: `2026-07-14T${arrived}:00Z`,
  arrival: "card",
  waited_minutes: 3,
  appointed_at: null,
  state,
  place: "reception",
  doctor_id: null,
  validity: "valid",
  checked_at: null,
  check_kind: null,
  insurer_number: null,
  version: 4,
});

describe("[S-055] the house board", () => {
  test("lists who is here by arrival, then who has left, and not who was put there by mistake", () => {
    const { here, left } = inOrder([
      row("c", "left", "00:10"),
      row("b", "waiting", "00:30"),
      row("a", "paying", "00:20"),
      row("d", "removed", "00:40"),
    ]);
    expect(here.map((each) => each.id)).toEqual(["a", "b"]);
    expect(left.map((each) => each.id)).toEqual(["c"]);
  });

  test.each([
    ["waiting", { state: "in_care", place: "consulting_room" }],
    ["in_care", { state: "paying", place: "reception" }],
    ["paying", { state: "left", place: "reception" }],
  ] as const)("%s: one press leads to the usual next step", (state, next) => {
    expect(nextMove(row("a", state, "00:10"))).toEqual({ ...next, doctor_id: null, version: 4 });
  });

  test("waiting times move on, and never back behind what the server said", () => {
    const waiting = row("a", "waiting", "00:10");
    expect(minutesSince(waiting, new Date("2026-07-14T00:22:59Z"))).toBe(12);
    expect(minutesSince(waiting, new Date("2026-07-13T23:00:00Z"))).toBe(3);
  });

  test("who has left goes nowhere by a press, and a move is taken back from where it led to", () => {
    const before = row("a", "waiting", "00:10");
    expect(nextMove(row("a", "left", "00:10"))).toBeNull();
    expect(backTo(before, { ...before, state: "in_care", version: 5 })).toEqual({
      state: "waiting",
      place: "reception",
      doctor_id: null,
      version: 5,
    });
  });
});
