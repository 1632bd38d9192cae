/**
 * The end of a stopped tablet. First what the outbox holds is taken up, then the sealed day, its keys and the drafts are
 * deleted, then the entries are handed over; they leave this tablet only when the server has said that it keeps them.
 * Without a network the day is gone at once and the entries wait (contract 4).
 */
import type { Answer, Schemas } from "../api/client";
import type { TabletDb } from "../store/db";
import { lasting } from "../store/lasting";
import { asSent, type Outbox } from "../store/outbox";

/** As many as one call may carry. */
export const LAST_WORDS_BATCH = 500;

export type Farewell =
  | { kind: "received"; kept: number }
  /** Nothing answered: the entries wait for the next time. */
  | { kind: "waiting"; unsent: number }
  /** The server takes no word of this tablet any more; the entries stay for who takes it in again. */
  | { kind: "refused"; unsent: number };

export type FarewellPorts = {
  send: (body: Schemas["LastWordsIn"]) => Answer<Schemas["LastWordsOut"]>;
  /** Keys in memory and store, and everything on the screen. */
  dropKeys: () => Promise<void>;
  /** What is left when the entries are safe: database, caches, settings. */
  dropRest: () => Promise<void>;
};

export async function sayFarewell(db: TabletDb, outbox: Outbox, ports: FarewellPorts): Promise<Farewell> {
  const unsent = await outbox.unsent();
  await ports.dropKeys();
  await lasting(db, () =>
    db.transaction("rw", db.pages, db.drafts, async () => {
      await db.pages.clear();
      await db.drafts.clear();
    }),
  );
  let kept = 0;
  // A batch that is not full is the last one, and its answer asks the browser to forget; there is always one.
  for (let at = 0; at <= unsent.length; at += LAST_WORDS_BATCH) {
    const entries = unsent.slice(at, at + LAST_WORDS_BATCH);
    const heard = await ports.send({ entries: entries.map(asSent), wiped: ["database", "keys"] });
    if (!heard.ok) {
      const left = unsent.length - at;
      return { kind: heard.error.kind === "offline" ? "waiting" : "refused", unsent: left };
    }
    kept += heard.value.kept;
    await lasting(db, () => db.outbox.bulkDelete(entries.map((row) => row.id)));
  }
  await ports.dropRest();
  return { kind: "received", kept };
}
