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
    | "unanswered"
    | "quarantined";
  folder?: string;
  count?: number;
};

const FOLDER_TROUBLE: Record<string, Trouble["kind"]> = {
  missing: "folderMissing",
  read_only: "folderReadOnly",
};

export function troublesOf(online: boolean, found: Schemas["ConnectionOut"] | null): Trouble[] {
  if (!online) return [{ kind: "offline" }];
  if (!found) return [];
  // Without a bridge nobody knows how its folders are now.
  if (found.bridge !== "connected") return [{ kind: found.bridge }];
  const troubles: Trouble[] = Object.entries(found.folders)
    .filter(([, state]) => state !== "ok")
    .map(([folder, state]) => ({ kind: FOLDER_TROUBLE[state] ?? "folderError", folder }));
  if (found.unanswered_today > 0) troubles.push({ kind: "unanswered", count: found.unanswered_today });
  if (found.quarantined_today > 0) troubles.push({ kind: "quarantined", count: found.quarantined_today });
  return troubles;
}
