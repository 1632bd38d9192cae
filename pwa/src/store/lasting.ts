/**
 * Storage that a browser takes away in the middle: a connection that died is opened anew and asked again, and a full
 * storage gives up its oldest sealed day before anything a person entered (F33, F35). After three tries the error is the
 * caller's, so that nobody is told "saved" who was not.
 */
import type { TabletDb } from "./db";

const TRIES = 3;
const LOST = new Set([
  "DatabaseClosedError",
  "InvalidStateError",
  "InvalidState",
  "AbortError",
  "UnknownError",
  "TransactionInactiveError",
  "PrematureCommitError",
  "NotFoundError",
  "OpenFailedError",
]);

/** Do it; when the connection is lost, open a new one and do it again. `work` must bear being repeated. */
export async function lasting<T>(db: TabletDb, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= TRIES || !isLost(error)) throw error;
      db.close({ disableAutoOpen: false });
      await db.open().catch(() => undefined); // The next try tells what is wrong.
    }
  }
}

/** As `lasting`; and when the storage is full, the oldest sealed day leaves and it is tried again. */
export async function lastingWithRoom<T>(db: TabletDb, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await lasting(db, work);
    } catch (error) {
      if (!isFull(error) || !(await makeRoom(db))) throw error;
    }
  }
}

/** Whether the storage went away under the work, rather than the work being wrong. */
export const isLost = (error: unknown): boolean => namesOf(error).some((name) => LOST.has(name));

export const isFull = (error: unknown): boolean => namesOf(error).includes("QuotaExceededError");

/** Delete the sealed pages of the oldest day; false when there are none left. The outbox is never touched. */
export async function makeRoom(db: TabletDb): Promise<boolean> {
  return lasting(db, async () => {
    const days = (await db.pages.orderBy("[staff+day]").uniqueKeys()) as unknown as Array<[string, string]>;
    const oldest = days.map(([, day]) => day).sort()[0];
    if (!oldest) return false;
    const ofThatDay = days.filter(([, day]) => day === oldest);
    await db.pages.bulkDelete(await db.pages.where("[staff+day]").anyOf(ofThatDay).primaryKeys());
    return true;
  });
}

/** Dexie wraps what the browser threw. */
function namesOf(error: unknown): string[] {
  if (!(error instanceof Error || error instanceof DOMException)) return [];
  const inner = (error as Error & { inner?: unknown }).inner;
  return [error.name, ...(inner && inner !== error ? namesOf(inner) : [])];
}
