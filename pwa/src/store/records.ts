/**
 * Today's visits and people, and the medical information somebody opened, as the screens read them: in memory, gone with
 * the lock, the page, or their deadline. What outlasts a page is sealed (store/sealed-day.ts).
 */
import { batch, computed, signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { withRound } from "../domain/round";
import { type Visit, withEntries } from "../domain/visit-view";
import type { Entry } from "./outbox";

export type Patient = Schemas["ChartOut"];
export type DayHeld = {
  day: string;
  cursor: string;
  not_after: string;
  carry_medical: boolean;
  link: Schemas["LinkOut"] | null;
};
export type Medical = {
  medications?: Schemas["MedicationsOut"] | undefined;
  checkups?: Schemas["CheckupsOut"] | undefined;
  diagnosis?: Schemas["TreatmentsOut"] | undefined;
  operation?: Schemas["TreatmentsOut"] | undefined;
  /** The deadline passed while this page was open: the content left, the fact stays on screen. */
  left?: boolean;
};

const MEDICAL_PARTS = ["medications", "checkups", "diagnosis", "operation"] as const;

/** What a pack says beside its rows. */
export const heldOf = ({ day, cursor, not_after, carry_medical, link }: DayHeld): DayHeld => ({
  day,
  cursor,
  not_after,
  carry_medical,
  link,
});

/** Instants of the server are written alike, so their characters are in the order of time. */
const byTime = (a: Visit, b: Visit): number => order(a.planned_at, b.planned_at) || order(a.id, b.id);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class Records {
  readonly day = signal<DayHeld | null>(null);
  /** The day that was held is over, and no other has come. */
  readonly ended = signal(false);
  readonly patients = signal<ReadonlyMap<string, Patient>>(new Map());
  readonly medical = signal<ReadonlyMap<string, Medical>>(new Map());
  private readonly fromServer = signal<ReadonlyMap<string, Visit>>(new Map());
  private readonly entered = signal<readonly Entry[]>([]);
  private readonly sent = signal<ReadonlySet<string>>(new Set());
  private readonly staffName = signal("");
  /** The visit whose form is open: it stays, whatever the server packs anew meanwhile (F30). */
  private editing: string | null = null;

  /** The visits as the person at the bedside knows them: the server's, with what was entered here on top. */
  readonly visits = computed(() =>
    withRound([...this.fromServer.value.values()], this.entered.value)
      .filter((visit) => visit.state !== "cancelled")
      .map((visit) => withEntries(visit, this.entered.value, this.staffName.value))
      .sort(byTime),
  );

  visit(id: string): Visit | undefined {
    return this.visits.value.find((visit) => visit.id === id);
  }

  /** The version an entry is based on is the server's, never our own guess. */
  baseVersion(visitId: string): number {
    return this.fromServer.value.get(visitId)?.version ?? 0;
  }

  openedBy(name: string): void {
    this.staffName.value = name;
  }

  takePack(pack: Omit<Schemas["PackOut"], "server_time">): void {
    batch(() => {
      if (this.day.value && this.day.value.day !== pack.day) this.dropMedical();
      this.day.value = heldOf(pack);
      this.ended.value = false;
      const kept = this.kept();
      const visits = new Map(pack.visits.map((visit) => [visit.id, visit]));
      const patients = new Map(pack.patients.map((patient) => [patient.id, patient]));
      if (kept && !visits.has(kept.visit.id)) visits.set(kept.visit.id, kept.visit);
      if (kept?.patient && !patients.has(kept.patient.id)) patients.set(kept.patient.id, kept.patient);
      this.fromServer.value = visits;
      this.patients.value = patients;
    });
  }

  /** The day is over: nobody's rows stay, but for those of the form that is open (F30). */
  endDay(): void {
    const kept = this.kept();
    batch(() => {
      this.ended.value = true;
      this.day.value = null;
      this.fromServer.value = new Map(kept ? [[kept.visit.id, kept.visit]] : []);
      this.patients.value = new Map(kept?.patient ? [[kept.patient.id, kept.patient]] : []);
      this.dropMedical();
    });
  }

  /** A form is open about this visit; null when it was closed. */
  edit(visitId: string | null): void {
    this.editing = visitId;
  }

  private kept(): { visit: Visit; patient: Patient | undefined } | null {
    const visit = this.editing === null ? undefined : this.fromServer.value.get(this.editing);
    return visit ? { visit, patient: this.patients.value.get(visit.patient_id) } : null;
  }

  /** Somebody found in the ledger whose visit was added here; the server's own row comes with the visit. */
  takePatient(patient: Schemas["PatientOut"]): void {
    const whole = { public_expenses: [], care_insurances: [], ...patient };
    this.patients.value = new Map(this.patients.value).set(patient.id, whole);
  }

  /** The server's own rows, to be sealed: without what was entered here. */
  packed(): { visits: Visit[]; patients: Patient[] } {
    return { visits: [...this.fromServer.value.values()], patients: [...this.patients.value.values()] };
  }

  takeChanges(changes: Omit<Schemas["ChangesOut"], "more"> & { more?: boolean }): void {
    const open = this.kept();
    const visits = new Map(this.fromServer.value);
    const patients = new Map(this.patients.value);
    const medical = new Map(this.medical.value);
    for (const visit of changes.visits) visits.set(visit.id, visit);
    for (const patient of changes.patients) patients.set(patient.id, patient);
    for (const gone of changes.forget) {
      if (gone.id === open?.visit.id || gone.id === open?.patient?.id) continue;
      (gone.kind === "visit" ? visits : patients).delete(gone.id);
      if (gone.kind === "patient") medical.delete(gone.id);
    }
    batch(() => {
      this.fromServer.value = visits;
      this.patients.value = patients;
      this.medical.value = medical;
      if (this.day.value) this.day.value = { ...this.day.value, cursor: changes.cursor };
    });
  }

  /** Entries of this day that a page before this one took, and that have not left yet. */
  enteredBefore(entries: readonly Entry[]): void {
    const known = new Set(this.entered.value.map((entry) => entry.id));
    this.entered.value = [...entries.filter((entry) => !known.has(entry.id)), ...this.entered.value];
  }

  enter(entry: Entry): void {
    this.entered.value = [...this.entered.value, entry];
  }

  /** Entries the server has taken are in its own rows from now on. */
  keepOnly(waiting: ReadonlySet<string>): void {
    const kept = this.entered.value.filter((entry) => waiting.has(entry.id));
    if (kept.length !== this.entered.value.length) this.entered.value = kept;
  }

  /** What does not wait any more has left; it stays on screen until the server's own rows show it. */
  markSent(waiting: ReadonlySet<string>): void {
    this.sent.value = new Set(this.entered.value.map((entry) => entry.id).filter((id) => !waiting.has(id)));
  }

  /** Whether an entry about this visit has not left the tablet yet. */
  isUnsent(visitId: string): boolean {
    return this.entered.value.some((entry) => entry.visit_id === visitId && !this.sent.value.has(entry.id));
  }

  takeMedical(patientId: string, found: Medical): void {
    const held = this.medical.value.get(patientId);
    this.medical.value = new Map(this.medical.value).set(patientId, { ...held, ...found, left: false });
  }

  /** Content whose deadline has passed leaves, whoever is looking. */
  dropExpired(now: Date): void {
    const over = (part: { available_until: string | null } | undefined) =>
      part?.available_until != null && Date.parse(part.available_until) <= now.getTime();
    const dayOver = this.day.value !== null && Date.parse(this.day.value.not_after) <= now.getTime();
    let changed = false;
    const kept = new Map<string, Medical>();
    for (const [id, held] of this.medical.value) {
      const drop = {
        medications: dayOver || over(held.medications),
        checkups: dayOver || over(held.checkups),
        diagnosis: dayOver || over(held.diagnosis),
        operation: dayOver || over(held.operation),
      };
      const lost = MEDICAL_PARTS.some((part) => drop[part] && held[part]);
      changed ||= Boolean(lost);
      kept.set(
        id,
        lost
          ? {
              medications: drop.medications ? undefined : held.medications,
              checkups: drop.checkups ? undefined : held.checkups,
              diagnosis: drop.diagnosis ? undefined : held.diagnosis,
              operation: drop.operation ? undefined : held.operation,
              left: true,
            }
          : held,
      );
    }
    if (changed) this.medical.value = kept;
  }

  /** The clock cannot be believed, or the day has ended: nothing medical stays in sight. */
  dropMedical(): void {
    if (this.medical.value.size === 0) return;
    this.medical.value = new Map([...this.medical.value.keys()].map((id) => [id, { left: true }]));
  }

  /** Lock: nobody's data stays in the page. */
  forgetAll(): void {
    batch(() => {
      this.day.value = null;
      this.fromServer.value = new Map();
      this.patients.value = new Map();
      this.medical.value = new Map();
      this.entered.value = [];
      this.ended.value = false;
      this.staffName.value = "";
    });
  }
}
