/** Takes today along, then only what changed. The server decides what this tablet may hold; the rest is forgotten. */
import type { Answer, Failure, Schemas } from "../api/client";
import type { Records } from "../store/records";

export type PullOutcome = "done" | "offline" | "refused";
export type PullPorts = {
  pack: () => Answer<Schemas["PackOut"]>;
  changes: (cursor: string) => Answer<Schemas["ChangesOut"]>;
  today: () => string;
};

/** The whole day when none is held or the date has changed, else the changes. */
export async function pull(records: Records, ports: PullPorts): Promise<PullOutcome> {
  const held = records.day.value;
  if (!held || held.day !== ports.today()) {
    const packed = await ports.pack();
    if (!packed.ok) return after(packed.error);
    records.takePack(packed.value);
    return "done";
  }
  for (let cursor = held.cursor; ; ) {
    const changed = await ports.changes(cursor);
    if (!changed.ok) return after(changed.error);
    records.takeChanges(changed.value);
    if (!changed.value.more) return "done";
    cursor = changed.value.cursor;
  }
}

const after = (failure: Failure): PullOutcome => (failure.kind === "offline" ? "offline" : "refused");
