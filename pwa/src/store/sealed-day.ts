/**
 * The day as sealed pages: visits and people (R) in the server's own bytes or in pages of 500, what changed since in one
 * more, what was entered here as readable copies, and medical information (M) one page for each person under a name of
 * no meaning. Seals and opens by the keyring alone, asks no server, decides nothing about screens. Raises what the
 * storage raises after three tries.
 */
import type { Schemas } from "../api/client";
import type { Visit } from "../domain/visit-view";
import type { Keyring } from "../lock/keyring";
import { bytesOf, contentOf, type PageClass, type SealedPage } from "../lock/pages";
import { toBase64Url } from "./box";
import { type PageRow, TabletDb } from "./db";
import { lasting, lastingWithRoom } from "./lasting";
import type { Entry } from "./outbox";
import type { DayHeld, Patient } from "./records";

export const PAGE_SIZE = 500;
/** Bytes of a page of a day that is sealed as it came. */
export const SLICE = 1 << 20;

export type Opener = { id: string; name: string; role: string };
export type DayContent = { held: DayHeld; staff: Opener; visits: Visit[]; patients: Patient[] };
export type Delta = Pick<Schemas["ChangesOut"], "cursor" | "visits" | "patients" | "forget">;
export type Carried = Schemas["CarriedOut"];
/** What lies packed of one person, without the content. `told` is what the visit said when it was fetched. */
export type MedicalHeld = {
  id: string;
  told: string;
  not_after: string;
  withheld: Carried["withheld"];
  digest: string;
};

type Manifest = ReadonlyArray<{ page: string; digest: string }>;
type About = { held: DayHeld; staff: Opener; manifest: Manifest };
type MedicalPage = { told: string; document: Carried };

export class SealedDay {
  private medical = new Map<string, MedicalHeld>();

  constructor(
    private readonly db: TabletDb,
    private readonly keyring: Keyring,
    private readonly newId: () => string,
  ) {}

  /**
   * Seal a whole day in place of what was there of it; entries keep their copies. False without a key. `asCame` is the
   * server's own answer that says just this day: its bytes are sealed as they are. Else each page is written out once,
   * and the next one while the browser still seals the one before.
   */
  async writeDay(day: DayContent, asCame?: ArrayBuffer): Promise<boolean> {
    const pages = asCame
      ? slicesOf(asCame)
      : [...pagesOf(day.visits, "visits"), ...pagesOf(day.patients, "patients")];
    const sealing = pages.map(async ({ page, content }) => {
      const bytes = content instanceof Uint8Array ? content : bytesOf(content);
      const [row, digest] = await Promise.all([this.sealed("R", page, bytes), digestOf(bytes)]);
      return { page, digest, row };
    });
    const parts = await Promise.all(sealing);
    const manifest = parts.map(({ page, digest }) => ({ page, digest }));
    const about: About = { held: day.held, staff: day.staff, manifest };
    const rows: PageRow[] = [];
    for (const row of [await this.sealed("R", "day", bytesOf(about)), ...parts.map((part) => part.row)]) {
      if (!row) return false;
      rows.push(row);
    }
    await lastingWithRoom(this.db, () =>
      this.db.transaction("rw", this.db.pages, async () => {
        const before = (await this.idsOf("R")).filter((id) => !id.includes("|R|entry-"));
        await this.db.pages.bulkDelete(before);
        await this.db.pages.bulkPut(rows);
      }),
    );
    return true;
  }

  /** Whether every page of the day, read through a handle of its own, is what was packed. */
  async verifyDay(): Promise<boolean> {
    return this.fresh("R", async (rows) => {
      const named = byPage(rows);
      const about = await this.opened<About>(named.get("day"));
      if (!about) return false;
      const whole = await Promise.all(
        about.manifest.map(async ({ page, digest }) => {
          const row = named.get(page);
          const found = row && (await this.keyring.openBytes(row));
          return found?.state === "open" && (await digestOf(found.bytes)) === digest;
        }),
      );
      return !whole.includes(false);
    });
  }

  /** What changed since the day was packed, in place of what was kept of it before. */
  async writeDelta(delta: Delta): Promise<boolean> {
    return this.put("R", "delta", delta);
  }

  /** The day as it was packed, what changed since, and what was entered here; null when none opens whole. */
  async readDay(): Promise<{ day: DayContent; delta: Delta | null; entries: Entry[] } | null> {
    const named = byPage(await lasting(this.db, () => this.rowsOf("R")));
    const about = await this.opened<About>(named.get("day"));
    if (!about) return null;
    const rows = await this.rowsIn(about.manifest.map(({ page }) => ({ page, row: named.get(page) })));
    if (!rows) return null;
    const entries: Entry[] = [];
    for (const [page, row] of named) {
      if (!page.startsWith("entry-")) continue;
      const entry = await this.opened<Entry>(row);
      if (entry) entries.push(entry);
    }
    entries.sort((a, b) => a.sequence - b.sequence);
    const day = { held: about.held, staff: about.staff, ...rows };
    return { day, delta: (await this.opened<Delta>(named.get("delta"))) ?? null, entries };
  }

  /** A readable copy of what was entered, so that a page opened later shows it before the server has it. */
  keepEntry(entry: Entry): Promise<boolean> {
    return this.put("R", `entry-${entry.id}`, entry);
  }

  /** Copies of entries that have arrived leave. */
  async keepEntriesOf(waiting: ReadonlySet<string>): Promise<void> {
    const copies = (await lasting(this.db, () => this.idsOf("R"))).flatMap((id) => {
      const entry = id.split("|R|entry-")[1];
      return entry === undefined ? [] : [{ id, entry }];
    });
    const gone = copies.filter(({ entry }) => !waiting.has(entry)).map(({ id }) => id);
    if (gone.length > 0) await lasting(this.db, () => this.db.pages.bulkDelete(gone));
  }

  /** What lies packed of whom; the pages are looked through once after each unlock. */
  async lookThroughMedical(): Promise<ReadonlyMap<string, MedicalHeld>> {
    this.medical = new Map();
    const surplus: string[] = [];
    for (const row of await lasting(this.db, () => this.rowsOf("M"))) {
      const found = await this.keyring.openBytes(row);
      const read = found.state === "open" ? contentOf(found.bytes) : found;
      if (found.state !== "open" || read.state !== "open") continue;
      const content = read.content as MedicalPage;
      const twice = this.medical.get(content.document.patient_id);
      if (twice) surplus.push(twice.id); // Two pages of one tablet packed the same person.
      await this.note(row, content, found.bytes);
    }
    if (surplus.length > 0) await lasting(this.db, () => this.db.pages.bulkDelete(surplus));
    return this.medical;
  }

  medicalHeld(): ReadonlyMap<string, MedicalHeld> {
    return this.medical;
  }

  /** Seal one person's information in place of what was there. False without a key for it. */
  async writeMedical(document: Carried, told: string): Promise<boolean> {
    const content: MedicalPage = { told, document };
    const bytes = bytesOf(content);
    const row = await this.sealed("M", `medical-${this.newId()}`, bytes, document.not_after);
    if (!row) return false;
    const before = this.medical.get(document.patient_id)?.id;
    await lastingWithRoom(this.db, () =>
      this.db.transaction("rw", this.db.pages, async () => {
        if (before) await this.db.pages.delete(before);
        await this.db.pages.put(row);
      }),
    );
    await this.note(row, content, bytes);
    return true;
  }

  /** Whom every medical page, read through a handle of its own, gives back as it was packed. */
  async verifyMedical(): Promise<ReadonlySet<string>> {
    if (this.medical.size === 0) return new Set();
    return this.fresh("M", async (rows) => {
      const there = new Map(rows.map((row) => [row.id, row]));
      const whole = new Set<string>();
      for (const [patient, held] of this.medical) {
        const row = there.get(held.id);
        const found = row && (await this.keyring.openBytes(row));
        if (found?.state === "open" && (await digestOf(found.bytes)) === held.digest) whole.add(patient);
      }
      return whole;
    });
  }

  /** One person's packed information, when somebody opens it; `reason` says in one word why not. */
  async readMedical(
    patientId: string,
  ): Promise<{ document: Carried } | { reason: "none" | "clock" | "over" | "locked" | "damaged" }> {
    const held = this.medical.get(patientId);
    const row = held && (await lasting(this.db, () => this.db.pages.get(held.id)));
    if (!row) return { reason: "none" };
    const found = await this.keyring.open(row);
    if (found.state !== "open") return { reason: found.state };
    const { document } = found.content as MedicalPage;
    // A page that was put in another's place is nobody's.
    return document.patient_id === patientId ? { document } : { reason: "damaged" };
  }

  /** What this person may not carry any more leaves. */
  async forgetMedical(patients?: Iterable<string>): Promise<void> {
    const ids = patients
      ? [...patients].flatMap((id) => this.medical.get(id)?.id ?? [])
      : (await lasting(this.db, () => this.rowsOf("M"))).map((row) => row.id);
    for (const id of patients ?? [...this.medical.keys()]) this.medical.delete(id);
    await lasting(this.db, () => this.db.pages.bulkDelete(ids));
  }

  forgetIndex(): void {
    this.medical = new Map();
  }

  /** Pages and drafts whose deadline has passed leave, whoever's they are. */
  async sweep(isOver: (notAfter: string) => boolean): Promise<number> {
    return lasting(this.db, async () => {
      let gone = 0;
      for (const table of [this.db.pages, this.db.drafts]) {
        const ends = (await table.orderBy("not_after").uniqueKeys()).map(String).filter(isOver);
        const over = await table.where("not_after").anyOf(ends).primaryKeys();
        await table.bulkDelete(over);
        gone += over.length;
        for (const [patient, held] of this.medical) if (over.includes(held.id)) this.medical.delete(patient);
      }
      return gone;
    });
  }

  /** People and visits of all pages of a day; null when one does not open. */
  private async rowsIn(
    pages: ReadonlyArray<{ page: string; row: PageRow | undefined }>,
  ): Promise<Pick<DayContent, "visits" | "patients"> | null> {
    const opened = await Promise.all(
      pages.map(async ({ page, row }) => {
        const found = row && (await this.keyring.openBytes(row));
        return { page, bytes: found?.state === "open" ? new Uint8Array(found.bytes) : null };
      }),
    );
    const found: Pick<DayContent, "visits" | "patients"> = { visits: [], patients: [] };
    const slices: Uint8Array[] = [];
    for (const { page, bytes } of opened) {
      if (!bytes) return null;
      if (page.startsWith(SLICED)) {
        slices.push(bytes);
        continue;
      }
      const read = contentOf(bytes);
      if (read.state !== "open") return null;
      if (page.startsWith("visits-")) for (const one of read.content as Visit[]) found.visits.push(one);
      else for (const one of read.content as Patient[]) found.patients.push(one);
    }
    if (slices.length === 0) return found;
    const came = contentOf(joined(slices));
    if (came.state !== "open") return null;
    const { visits, patients } = came.content as Schemas["PackOut"];
    return { visits, patients };
  }

  private async put(of: PageClass, page: string, content: unknown): Promise<boolean> {
    const row = await this.sealed(of, page, bytesOf(content));
    if (!row) return false;
    await lastingWithRoom(this.db, () => this.db.pages.put(row));
    return true;
  }

  private async sealed(
    of: PageClass,
    page: string,
    bytes: Uint8Array<ArrayBuffer>,
    until?: string,
  ): Promise<PageRow | null> {
    const sealed = await this.keyring.sealBytes(of, page, bytes, until);
    return sealed && { ...sealed, id: idOf(sealed) };
  }

  private async opened<T>(row: SealedPage | undefined): Promise<T | undefined> {
    const found = row && (await this.keyring.open(row));
    return found?.state === "open" ? (found.content as T) : undefined;
  }

  private async note(row: PageRow, { told, document }: MedicalPage, bytes: BufferSource): Promise<void> {
    const digest = await digestOf(bytes);
    const { withheld, patient_id } = document;
    this.medical.set(patient_id, { id: row.id, told, not_after: row.not_after, withheld, digest });
  }

  private rowsOf(of: PageClass): Promise<PageRow[]> {
    return this.mine(this.db, of)?.toArray() ?? Promise.resolve([]);
  }

  /** The same without their content. */
  private async idsOf(of: PageClass): Promise<string[]> {
    return (await this.mine(this.db, of)?.primaryKeys()) ?? [];
  }

  /** Pages of one class alone: whoever asks for a few documents does not read ten thousand people. */
  private mine(db: TabletDb, of: PageClass) {
    const holder = this.keyring.holder.value;
    return holder && db.pages.where("id").startsWith(`${holder.person.staff}|${holder.day}|${of}|`);
  }

  /** Read through a connection opened for it alone: what is there is what was really written. */
  private async fresh<T>(of: PageClass, look: (rows: PageRow[]) => Promise<T>): Promise<T> {
    const handle = new TabletDb(this.db.name);
    try {
      return await look((await this.mine(handle, of)?.toArray()) ?? []);
    } finally {
      handle.close();
    }
  }
}

/** Later changes on top of earlier ones; a row that left stays away until it comes again. */
export function merged(earlier: Delta | null, later: Delta): Delta {
  if (!earlier) return later;
  const over = <T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] => {
    const gone = new Set([...after.map((row) => row.id), ...later.forget.map((row) => row.id)]);
    return [...before.filter((row) => !gone.has(row.id)), ...after];
  };
  const back = new Set([...later.visits, ...later.patients].map((row) => row.id));
  const forget = new Map(
    [...earlier.forget.filter((row) => !back.has(row.id)), ...later.forget].map((row) => [row.id, row]),
  );
  return {
    cursor: later.cursor,
    visits: over(earlier.visits, later.visits),
    patients: over(earlier.patients, later.patients),
    forget: [...forget.values()],
  };
}

function pagesOf<T>(rows: readonly T[], name: string): Array<{ page: string; content: T[] }> {
  const pages: Array<{ page: string; content: T[] }> = [];
  for (let at = 0; at < rows.length; at += PAGE_SIZE) {
    pages.push({ page: `${name}-${pages.length}`, content: rows.slice(at, at + PAGE_SIZE) });
  }
  return pages;
}

const SLICED = "pack-";

function slicesOf(came: ArrayBuffer): Array<{ page: string; content: Uint8Array<ArrayBuffer> }> {
  return Array.from({ length: Math.ceil(came.byteLength / SLICE) }, (_, number) => ({
    page: `${SLICED}${number}`,
    content: new Uint8Array(came).subarray(number * SLICE, (number + 1) * SLICE),
  }));
}

function joined(slices: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(slices.reduce((length, slice) => length + slice.length, 0));
  let at = 0;
  for (const slice of slices) {
    whole.set(slice, at);
    at += slice.length;
  }
  return whole;
}

async function digestOf(bytes: BufferSource): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Pages by their own name. */
const byPage = (rows: readonly PageRow[]): ReadonlyMap<string, PageRow> =>
  new Map(rows.map((row) => [row.page, row]));

const idOf = (page: SealedPage): string => `${page.staff}|${page.day}|${page.class}|${page.page}`;
