/** 院内患者 as the office reads them: who waits longest stands first, who has left stands apart (S-055). Pure. */
import type { Schemas } from "../api/client";

export type Attendance = Schemas["AttendanceOut"];
export type Move = Schemas["MoveIn"];

export const PLACES = ["reception", "waiting_room", "consulting_room", "treatment_room", "outside"] as const;

/** The usual next step, and where one usually stands then; null at the end. */
const NEXT = {
  waiting: { state: "in_care", place: "consulting_room" },
  in_care: { state: "paying", place: "reception" },
  paying: { state: "left", place: "reception" },
  left: null,
  removed: null,
} as const;

export const isGone = ({ state }: Attendance): boolean => state === "left" || state === "removed";

/** Those in the house, first come first; then those who have left. Nobody is left out but who was put there by mistake. */
export function inOrder(rows: readonly Attendance[]): { here: Attendance[]; left: Attendance[] } {
  const byArrival = [...rows].sort((a, b) => a.arrived_at.localeCompare(b.arrived_at));
  return {
    here: byArrival.filter((row) => !isGone(row)),
    left: byArrival.filter((row) => row.state === "left"),
  };
}

/** The move of one press on a row; null for somebody who has left. */
export function nextMove(row: Attendance): Move | null {
  const next = NEXT[row.state];
  return next && { ...standing(row), ...next };
}

/** Where somebody stands, as a move that changes nothing yet. */
export const standing = ({ state, place, doctor_id, version }: Attendance): Move => ({
  state,
  place,
  doctor_id,
  version,
});

/** What takes a move back, seen from the row that it led to. */
export const backTo = (before: Attendance, after: Attendance): Move => ({
  ...standing(before),
  version: after.version,
});

/** Whole minutes since the arrival; never less than the server said. */
export const minutesSince = (row: Attendance, now: Date): number =>
  Math.max(row.waited_minutes ?? 0, Math.floor((now.getTime() - Date.parse(row.arrived_at)) / 60_000));
