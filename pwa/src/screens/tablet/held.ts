/** What one tablet holds, built once: its store, its clock, its keys, its people and its outbox. Asks nobody. */

import { Keyring } from "../../lock/keyring";
import { TabletClock } from "../../lock/tablet-clock";
import { Vault } from "../../lock/vault";
import { TabletDb } from "../../store/db";
import { SealedDrafts } from "../../store/drafts";
import { keyRowsOf } from "../../store/key-rows";
import { lasting } from "../../store/lasting";
import { Outbox } from "../../store/outbox";
import { Records } from "../../store/records";
import { SealedDay } from "../../store/sealed-day";
import type { Draft } from "./draft";
import { keepDraftsIn } from "./draft";

export const now = () => new Date();
export const newId = () => crypto.randomUUID();

export const db = new TabletDb();
export const clock = new TabletClock({
  reading: () => ({ wall: Date.now(), monotonic: performance.now() }),
  kept: () => lasting(db, () => db.read("clock")),
  keep: (value) => lasting(db, () => db.keep("clock", value)),
});
export const keyring = new Keyring(keyRowsOf(db), clock);
export const vault = new Vault();
export const records = new Records();
export const outbox = new Outbox(db, { now, newId });
export const sealed = new SealedDay(db, keyring, newId);
export const drafts = new SealedDrafts<Partial<Draft>>(db, keyring, {
  newId,
  later: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  // The form itself is still open and says at saving what could not be stored.
  onTrouble: () => undefined,
});
keepDraftsIn(drafts);
