/**
 * The outbox: an entry is sealed the moment it is saved and stays until the server has answered for it. Entries carry
 * numbers without holes, because the server takes them in order. Nothing is ever taken out of the row unanswered:
 * taking back is one more entry.
 */
import { signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { aadOf, SCHEMA, seal } from "./box";
import type { EntryKind, OutboxRow, TabletDb } from "./db";

/** What a person entered, readable in memory only. */
export type Entry = {
  id: string;
  sequence: number;
  kind: EntryKind;
  visit_id: string;
  staff_id: string;
  base_version: number;
  entered_at: string;
  data: Record<string, unknown>;
};
export type NewEntry = Pick<Entry, "kind" | "visit_id" | "staff_id" | "base_version" | "data">;

export type OutboxPorts = { now: () => Date; newId: () => string };

export class NotEnrolled extends Error {}

export class Outbox {
  readonly waiting = signal(0);
  readonly attention = signal(0);
  private line: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: TabletDb,
    private readonly ports: OutboxPorts,
  ) {}

  /**
   * Seal and store; resolves when the entry is durable. Asked again under the same id (a connection was lost and nobody
   * knows whether it was in time), nothing is stored twice. Raises NotEnrolled without a key to seal to.
   */
  save(what: NewEntry, id: string = this.ports.newId()): Promise<Entry> {
    const saved = this.line.then(() => this.sealAndStore(what, id));
    this.line = saved.catch(() => undefined);
    return saved;
  }

  /** Sealing cannot run inside an IndexedDB transaction (it would end it), so the number is checked again at the end. */
  private async sealAndStore(what: NewEntry, id: string): Promise<Entry> {
    const there = await this.db.outbox.get(id);
    if (there) return { ...what, id, sequence: there.sequence, entered_at: there.saved_at };
    const self = await this.db.read("enrolment");
    if (!self) throw new NotEnrolled("this tablet is not enrolled");
    const entered_at = this.ports.now().toISOString();
    for (;;) {
      const sequence = (await this.db.read("next_sequence")) ?? 1;
      const entry: Entry = { ...what, id, sequence, entered_at };
      const plain = {
        staff_id: entry.staff_id,
        kind: entry.kind,
        visit_id: entry.visit_id,
        base_version: entry.base_version,
        stamp: `${self.device_id}:${this.ports.newId()}`,
        entered_at,
        data: entry.data,
      };
      const aad = aadOf(self.clinic_id, self.device_id, sequence, entry.id);
      const box = await seal(self.public_key, JSON.stringify(plain), aad);
      const row: OutboxRow = {
        id: entry.id,
        device_id: self.device_id,
        sequence,
        key_id: self.key_id,
        box,
        kind: entry.kind,
        saved_at: entered_at,
        state: "waiting",
        code: null,
      };
      const taken = await this.db.transaction("rw", this.db.meta, this.db.outbox, async () => {
        if (((await this.db.read("next_sequence")) ?? 1) !== sequence) return false;
        await this.db.outbox.add(row);
        await this.db.keep("next_sequence", sequence + 1);
        return true;
      });
      if (!taken) continue; // Another page of this tablet took the number meanwhile.
      await this.count();
      return entry;
    }
  }

  /** Entries of this enrolment that wait, in order. */
  async unsent(): Promise<OutboxRow[]> {
    const self = await this.db.read("enrolment");
    const rows = await this.db.outbox.orderBy("sequence").toArray();
    return rows.filter((row) => row.state === "waiting" && row.device_id === self?.device_id);
  }

  /** Everything kept, for the list behind the badge. */
  all(): Promise<OutboxRow[]> {
    return this.db.outbox.orderBy("sequence").toArray();
  }

  /** Apply what the server said about entries. */
  async settle(results: ReadonlyArray<Schemas["EntryResultOut"]>): Promise<void> {
    await this.db.transaction("rw", this.db.outbox, async () => {
      for (const result of results) {
        const fate = fateOf(result);
        if (fate === "sent") await this.db.outbox.delete(result.id);
        else await this.db.outbox.update(result.id, { state: fate, code: result.code });
      }
    });
    await this.count();
  }

  /** A person has read what became of an entry; the server keeps it too. */
  async dismiss(id: string): Promise<void> {
    await this.db.outbox.delete(id);
    await this.count();
  }

  /** The server's count is right when it is ahead of ours (a fresh browser, an older copy). */
  async agreeOnSequence(expected: number): Promise<void> {
    await this.db.transaction("rw", this.db.meta, async () => {
      const ours = (await this.db.read("next_sequence")) ?? 1;
      if (expected > ours) await this.db.keep("next_sequence", expected);
    });
  }

  async count(): Promise<void> {
    const rows = await this.db.outbox.toArray();
    this.waiting.value = rows.filter((row) => row.state === "waiting").length;
    this.attention.value = rows.length - this.waiting.value;
  }
}

/** A rejected entry or a conflict stays in sight; everything else has arrived. */
export function fateOf(result: Schemas["EntryResultOut"]): "sent" | "rejected" | "conflict" {
  if (result.outcome === "conflict") return "conflict";
  if (result.outcome === "rejected") return "rejected";
  // A repeated entry that was refused the first time brings the code of that refusal.
  return result.outcome === "duplicate" && result.code ? "rejected" : "sent";
}

/** A row as the API takes it. */
export function asSent(row: OutboxRow): Schemas["EntryIn"] {
  return { sequence: row.sequence, id: row.id, schema: SCHEMA, key_id: row.key_id, box: row.box };
}
