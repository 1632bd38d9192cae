/** What is wrong with the way to the terminal, the nearest cause first: who mends the first often mends the rest. */
import type { Schemas } from "../api/client";

export type Trouble = {
  kind:
    | "offline"
    | "never"
    | "silent"
    | "folderMissing"
    | "folderReadOnly"
    | "folderError"
    | "terminal_silent"
    | "everything_fails"
    | "everybody_not_found"
    | "other_institution"
    | "emergency_open"
    | "other"
    | "unanswered"
    | "quarantined";
  folder?: string;
  count?: number;
  /** An alarm that this version of the screen has no words for. */
  code?: string;
};

const FOLDER_TROUBLE: Record<string, Trouble["kind"]> = {
  missing: "folderMissing",
  read_only: "folderReadOnly",
};
const ALARMS = [
  "emergency_open",
  "terminal_silent",
  "everything_fails",
  "everybody_not_found",
  "other_institution",
] as const;

export function troublesOf(online: boolean, found: Schemas["ConnectionOut"] | null): Trouble[] {
  if (!online) return [{ kind: "offline" }];
  if (!found) return [];
  const troubles = found.alarms.flatMap((alarm) => ofAlarm(alarm, found.folders));
  const told = troubles.length > 0;
  // Single unanswered questions are worth a word only while no greater alarm explains them.
  if (!told && found.unanswered_today > 0) {
    troubles.push({ kind: "unanswered", count: found.unanswered_today });
  }
  if (found.quarantined_today > 0) troubles.push({ kind: "quarantined", count: found.quarantined_today });
  return troubles;
}

function ofAlarm(alarm: string, folders: Readonly<Record<string, string>>): Trouble[] {
  if (alarm === "bridge_never_seen") return [{ kind: "never" }];
  if (alarm === "bridge_silent") return [{ kind: "silent" }];
  if (alarm === "folder_unusable") {
    return Object.entries(folders)
      .filter(([, state]) => state !== "ok")
      .map(([folder, state]) => ({ kind: FOLDER_TROUBLE[state] ?? "folderError", folder }));
  }
  const known = ALARMS.find((one) => one === alarm);
  return [known ? { kind: known } : { kind: "other", code: alarm }];
}
