/**
 * The bag: packs the day for a time without a network, and opens it again. After each pull the day and its changes are
 * sealed, medical information is fetched in small batches and sealed person by person, everything is read back through a
 * connection of its own, and only then it is called ready. Shows nothing and holds no key.
 */
import { signal } from "@preact/signals";
import type { Answer, Schemas } from "../api/client";
import {
  type BagState,
  type CarriedPerson,
  inAll,
  type MedicalWithheld,
  mayHaveMedical,
  peopleOf,
  toldOf,
  visitsByPerson,
} from "../domain/carried";
import type { Visit } from "../domain/visit-view";
import type { Keyring, Person } from "../lock/keyring";
import type { TabletClock } from "../lock/tablet-clock";
import type { PackedDay } from "../store/db";
import { isFull } from "../store/lasting";
import { heldOf, type Records } from "../store/records";
import { type DayContent, type Delta, merged, type Opener, type SealedDay } from "../store/sealed-day";

/** People whose information is asked for at once: few, so that the progress is seen to move. */
export const MEDICAL_BATCH = 4;
/** More changed rows than this, and the day is sealed anew as a whole. */
export const LONGEST_DELTA = 200;

export type BagPorts = {
  shares: () => Answer<Schemas["DaySharesOut"]>;
  medical: (patientIds: string[]) => Answer<Schemas["MedicalPackOut"]>;
  /** Whether this person still has the screen open. */
  isOpenFor: (staffId: string) => boolean;
  person: (staffId: string) => Promise<Person | null>;
  keepPacked: (packed: PackedDay) => Promise<void>;
};
/** `came`: the bytes in which the server told the pack. */
export type Fetched = {
  pack: Schemas["PackOut"] | null;
  came?: ArrayBuffer;
  changes: ReadonlyArray<Schemas["ChangesOut"]>;
};

export class Bag {
  readonly state = signal<BagState>({ kind: "none" });
  readonly people = signal<ReadonlyMap<string, CarriedPerson>>(new Map());
  readonly withheld = signal<MedicalWithheld | null>(null);
  private delta: Delta | null = null;
  private staff: Opener | null = null;
  private opening: Promise<unknown> = Promise.resolve();
  private packing: Promise<void> = Promise.resolve();
  /** Something was written that nobody has read back yet. */
  private unread = true;
  /** The day did not come back whole from storage: it is sealed anew the next time. */
  private broken = false;
  /** Rises at each close: what was begun before is not for whoever opens the tablet next. */
  private turns = 0;

  constructor(
    private readonly sealed: SealedDay,
    private readonly keyring: Keyring,
    private readonly clock: TabletClock,
    private readonly records: Records,
    private readonly ports: BagPorts,
  ) {}

  /** Online: take today's shares, and show at once what is sealed here. False when the server gave none. */
  openWithServer(staff: Opener, pin: string | null): Promise<boolean> {
    const opened = this.opening.then(() => this.openNow(staff, pin));
    this.opening = opened.catch(() => false);
    return opened;
  }

  /** Resolves when nothing is being opened any more. */
  settled(): Promise<unknown> {
    return this.opening;
  }

  private async openNow(staff: Opener, pin: string | null): Promise<boolean> {
    const given = await this.ports.shares();
    const person = await this.ports.person(staff.id);
    if (!given.ok || !person || !this.ports.isOpenFor(staff.id)) return false;
    this.clock.heard(Date.parse(given.value.server_time));
    await this.keyring.take(person, given.value, pin);
    if (!this.ports.isOpenFor(staff.id)) {
      this.keyring.lock(); // Somebody locked the screen meanwhile.
      return false;
    }
    this.withheld.value = given.value.withheld.find((one) => one.class === "M")?.reason ?? null;
    this.staff = staff;
    if (this.withheld.value) await this.sealed.forgetMedical();
    await this.show();
    return true;
  }

  /** Without the server, after the keyring was opened: whose day it is, or null when no whole day lies here. */
  async openAlone(): Promise<Opener | null> {
    const staff = await this.show();
    this.staff = staff ?? this.staff;
    return staff;
  }

  /** Whether today's shares have to be asked for again: a new day began while the page was open. */
  isOfDay(day: string, staffId: string): boolean {
    const holder = this.keyring.holder.value;
    return holder?.open === true && holder.day === day && holder.person.staff === staffId;
  }

  /** Seal what was fetched and pack what is missing; one packing at a time. */
  keep(fetched: Fetched): Promise<void> {
    const turn = this.turns;
    this.packing = this.packing.then(() => this.keepNow(fetched, turn));
    return this.packing;
  }

  /** The screen is locked or somebody else takes the tablet. */
  close(): void {
    this.turns += 1;
    this.state.value = { kind: "none" };
    this.people.value = new Map();
    this.withheld.value = null;
    this.delta = null;
    this.staff = null;
    this.unread = true;
    this.sealed.forgetIndex();
  }

  private async show(): Promise<Opener | null> {
    const turn = this.turns;
    const found = await this.sealed.readDay();
    await this.sealed.lookThroughMedical();
    if (!found || turn !== this.turns) return null;
    const { held, visits, patients, staff } = found.day;
    this.records.openedBy(staff.name);
    this.records.takePack({ ...held, visits, patients });
    if (found.delta) this.records.takeChanges(found.delta);
    this.records.enteredBefore(found.entries);
    this.delta = found.delta;
    this.tellPeople(new Set(this.sealed.medicalHeld().keys()), true);
    return staff;
  }

  private async keepNow(fetched: Fetched, turn: number): Promise<void> {
    if (turn !== this.turns || !this.staff || !this.keyring.has("R")) return;
    try {
      await this.keepDay(this.staff, fetched);
      if (turn === this.turns) await this.packMedical(turn);
      if (turn === this.turns && this.unread) await this.verify(turn);
    } catch (error) {
      if (turn !== this.turns) return;
      this.state.value = { kind: isFull(error) ? "full" : "storage" };
    }
  }

  private async keepDay(staff: Opener, { pack, came, changes }: Fetched): Promise<void> {
    for (const change of changes) this.delta = merged(this.delta, change);
    const rows = this.delta ? this.delta.visits.length + this.delta.patients.length : 0;
    const held = this.records.day.value;
    if (held && (pack || this.broken || rows > LONGEST_DELTA)) {
      this.delta = null;
      this.unread = true;
      const day = { held, staff, ...this.records.packed() };
      // What changed since the pack came is kept after it, so the pack's own cursor goes with the pack's own bytes.
      if (pack && came && pack.day === held.day && saysAll(pack, day))
        await this.sealed.writeDay({ staff, ...asHeld(pack) }, came);
      else await this.sealed.writeDay(day);
    } else if (this.delta && changes.length > 0) {
      this.unread = true;
      await this.sealed.writeDelta(this.delta);
    }
  }

  private async packMedical(turn: number): Promise<void> {
    const visits = this.records.visits.value;
    const here = new Set(peopleOf(visits));
    const gone = [...this.sealed.medicalHeld().keys()].filter((id) => !here.has(id));
    if (gone.length > 0) await this.sealed.forgetMedical(gone);
    if (turn !== this.turns || this.withheld.value || !this.keyring.has("M")) return;
    const wanted = peopleOf(visits.filter((visit) => this.mayHave(visit)));
    const of = visitsByPerson(visits);
    const missing = wanted.filter(
      (id) => this.sealed.medicalHeld().get(id)?.told !== toldOf(of.get(id) ?? [], id),
    );
    const total = wanted.length;
    for (let at = 0; at < missing.length; at += MEDICAL_BATCH) {
      this.state.value = { kind: "packing", done: total - missing.length + at, total };
      if (!(await this.fetchMedical(missing.slice(at, at + MEDICAL_BATCH), turn))) return;
    }
  }

  /** One batch; when somebody in it may not be carried any more, the others are asked for alone. */
  private async fetchMedical(patientIds: string[], turn: number): Promise<boolean> {
    const told = new Map(patientIds.map((id) => [id, toldOf(this.records.visits.value, id)]));
    const found = await this.ports.medical(patientIds);
    if (turn !== this.turns) return false; // Locked meanwhile; this is not for whoever has opened the tablet since.
    if (!found.ok) {
      if (found.error.kind === "offline") return false;
      if (found.error.status === 404 && patientIds.length > 1) {
        for (const id of patientIds) if (!(await this.fetchMedical([id], turn))) return false;
        return true;
      }
      return found.error.status === 404;
    }
    this.clock.heard(Date.parse(found.value.server_time));
    this.unread = true;
    for (const document of found.value.documents) {
      if (turn !== this.turns) return false;
      await this.sealed.writeMedical(document, told.get(document.patient_id) ?? "");
    }
    return true;
  }

  private mayHave(visit: Visit): boolean {
    return mayHaveMedical(visit, this.records.patients.value.get(visit.patient_id));
  }

  private async verify(turn: number): Promise<void> {
    const whole = await this.sealed.verifyDay();
    const medical = await this.sealed.verifyMedical();
    if (turn !== this.turns || !this.keyring.has("R")) return; // Locked meanwhile: what did not open says nothing about the storage.
    this.broken = !whole;
    if (this.keyring.has("M")) {
      const lost = [...this.sealed.medicalHeld().keys()].filter((id) => !medical.has(id));
      if (lost.length > 0) await this.sealed.forgetMedical(lost);
    }
    this.tellPeople(medical, whole);
    const day = this.keyring.holder.value?.day;
    if (!day) return;
    const state = inAll(this.people.value);
    this.unread = state.kind !== "ready";
    await this.ports.keepPacked({
      day,
      patients: this.people.value.size,
      documents: medical.size,
      verified: whole && state.kind === "ready",
    });
  }

  private tellPeople(whole: ReadonlySet<string>, day: boolean): void {
    const visits = this.records.visits.value;
    const carries = this.withheld.value === null && this.keyring.deadline("M") !== null;
    const wanted = new Set(carries ? peopleOf(visits.filter((visit) => this.mayHave(visit))) : []);
    const people = new Map<string, CarriedPerson>();
    for (const id of peopleOf(visits)) {
      const held = this.sealed.medicalHeld().get(id);
      const state = day && (!wanted.has(id) || whole.has(id)) ? "ready" : "failed";
      people.set(id, { state, medical: whole.has(id), withheld: held?.withheld ?? [] });
    }
    this.people.value = people;
    this.state.value = inAll(people);
  }
}

/** Whether nobody's row is held beyond those of the pack: a form that is open keeps its own (F30). */
function saysAll(pack: Schemas["PackOut"], day: Pick<DayContent, "visits" | "patients">): boolean {
  const known = new Set([...pack.visits, ...pack.patients].map((row) => row.id));
  return [...day.visits, ...day.patients].every((row) => known.has(row.id));
}

const asHeld = (pack: Schemas["PackOut"]): Omit<DayContent, "staff"> => ({
  held: heldOf(pack),
  visits: pack.visits,
  patients: pack.patients,
});
