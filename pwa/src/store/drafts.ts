/**
 * A form not yet saved, sealed under the day's key a moment after each touch, so that a killed page or an update in
 * mid-visit loses no tap (F31). Which visit it belongs to is inside the seal. Without a key it stays in memory only.
 */
import type { Keyring } from "../lock/keyring";
import type { PageRow, TabletDb } from "./db";
import { lasting, lastingWithRoom } from "./lasting";

/** From the last touch until it is stored. */
export const DRAFT_AFTER_MS = 250;

type Sealed<T> = { visit: string; draft: T };
export type DraftPorts = {
  newId: () => string;
  /** Call once after a while; returns how to call it off. */
  later: (work: () => void, ms: number) => () => void;
  /** The storage took nothing, three times. */
  onTrouble: (error: unknown) => void;
};

export class SealedDrafts<T> {
  private readonly rowOf = new Map<string, string>();
  private readonly pending = new Map<string, { draft: T; callOff: () => void }>();
  private line: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: TabletDb,
    private readonly keyring: Keyring,
    private readonly ports: DraftPorts,
  ) {}

  /** Store it soon; the latest one counts, and typing on does not put it off for ever. */
  keep(visit: string, draft: T): void {
    const before = this.pending.get(visit);
    const callOff = before?.callOff ?? this.ports.later(() => void this.write(visit), DRAFT_AFTER_MS);
    this.pending.set(visit, { draft, callOff });
  }

  /** What waits is stored now: the page is about to be hidden or locked. */
  async flush(): Promise<void> {
    for (const visit of [...this.pending.keys()]) void this.write(visit);
    await this.line;
  }

  /** It was saved for good. */
  async drop(visit: string): Promise<void> {
    this.pending.get(visit)?.callOff();
    this.pending.delete(visit);
    await this.line;
    const id = this.rowOf.get(visit);
    this.rowOf.delete(visit);
    if (id) await lasting(this.db, () => this.db.drafts.delete(id));
  }

  /** The drafts of whoever has opened the tablet today. */
  async all(): Promise<Map<string, T>> {
    const holder = this.keyring.holder.value;
    const found = new Map<string, T>();
    this.rowOf.clear();
    if (!holder) return found;
    const rows = await lasting(this.db, () =>
      this.db.drafts.where("[staff+day]").equals([holder.person.staff, holder.day]).toArray(),
    );
    for (const row of rows) {
      const opened = await this.keyring.open(row);
      if (opened.state !== "open") continue;
      const { visit, draft } = opened.content as Sealed<T>;
      found.set(visit, draft);
      this.rowOf.set(visit, row.id);
    }
    return found;
  }

  private write(visit: string): Promise<void> {
    const waiting = this.pending.get(visit);
    waiting?.callOff();
    this.pending.delete(visit);
    if (!waiting) return this.line;
    this.line = this.line.then(() => this.store(visit, waiting.draft)).catch(this.ports.onTrouble);
    return this.line;
  }

  private async store(visit: string, draft: T): Promise<void> {
    const id = this.rowOf.get(visit) ?? this.ports.newId();
    const content: Sealed<T> = { visit, draft };
    const sealed = await this.keyring.seal("R", `draft-${id}`, content);
    if (!sealed) return;
    const row: PageRow = { ...sealed, id };
    await lastingWithRoom(this.db, () => this.db.drafts.put(row));
    this.rowOf.set(visit, id);
  }
}
