/** One round with the server: send everything, fetch everything, seal what came. */
import { type Failure, type Schemas, settle } from "../../api/client";
import { japanDay } from "../../domain/dates";
import { contentOf } from "../../lock/pages";
import { failed, ok, type Result } from "../../result";
import { lasting } from "../../store/lasting";
import type { Fetched } from "../../sync/bag";
import { pull } from "../../sync/pull";
import { pushAll } from "../../sync/push";
import { Schedule } from "../../sync/schedule";
import { tooOld } from "../../update";
import { bag } from "./carrying";
import { clock, db, now, outbox, records, sealed, vault } from "./held";
import { pulled, stage } from "./told";
import { client, status } from "./wire";

const schedule = new Schedule(exchange);
export const exchangeNow = (): Promise<void> => schedule.soon();

/** Send everything, then fetch everything; what is locked sends only. */
async function exchange(): Promise<void> {
  if (stage.value !== "ready") return;
  await pushAll(outbox, (body) => settle(client.POST("/api/sync/entries", { body })));
  const staff = vault.openedBy.value;
  if (!staff) return;
  records.markSent(await waitingIds());
  if (!vault.unlockToken()) return;
  const turn = vault.turn();
  /** An answer that comes after a lock is as good as none: it is for nobody who is here now. */
  const inTurn = <T>(found: Result<T, Failure>): Result<T, Failure> =>
    turn === vault.turn() ? found : failed({ kind: "offline" });
  const today = japanDay(new Date(clock.time()));
  await bag.settled();
  if (!bag.isOfDay(today, staff.id)) await bag.openWithServer(staff, null);
  const fetched: Fetched = { pack: null, changes: [] };
  const outcome = await pull(records, {
    pack: async () => {
      // As bytes: what is sealed is what came, and a day of thousands is not written out a second time.
      const came = inTurn(await settle(client.POST("/api/sync/pack", { body: {}, parseAs: "arrayBuffer" })));
      if (!came.ok) return came;
      const pack = readPack(came.value);
      if (!pack) return failed({ kind: "offline" }); // It broke off on its way.
      fetched.pack = pack;
      fetched.came = came.value;
      return ok(pack);
    },
    changes: async (cursor) => {
      const found = inTurn(await settle(client.GET("/api/sync/changes", { params: { query: { cursor } } })));
      if (found.ok && saysSomething(found.value)) fetched.changes = [...fetched.changes, found.value];
      return found;
    },
    today: () => today,
  });
  if (turn !== vault.turn()) return;
  pulled.value = outcome;
  // What left stays on top until the server's own rows say it: a visit never looks as if nobody had registered it.
  if (outcome !== "done") return;
  tooOld.value = false;
  const waiting = await waitingIds();
  records.keepOnly(waiting);
  status.synced();
  await lasting(db, () => db.keep("last_sync", now().toISOString()));
  if (turn !== vault.turn()) return;
  void bag.keep(fetched).then(() => sealed.keepEntriesOf(waiting));
}

export const waitingIds = async (): Promise<Set<string>> =>
  new Set((await outbox.unsent()).map((row) => row.id));

const saysSomething = (changes: Schemas["ChangesOut"]): boolean =>
  changes.visits.length + changes.patients.length + changes.forget.length > 0;

function readPack(came: ArrayBuffer): Schemas["PackOut"] | null {
  const read = contentOf(came);
  return read.state === "open" ? (read.content as Schemas["PackOut"]) : null;
}
