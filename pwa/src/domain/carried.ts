/** What is in the bag, as the board says it: for each person, and in all. Pure. */
import type { Schemas } from "../api/client";
import type { Visit } from "./visit-view";

/** Of one person: `ready`: opened again from storage; `packing`; `failed`: could not be packed and is tried again. */
export type CarriedState = "ready" | "packing" | "failed";
export type PartWithheld = Schemas["PartWithheldOut"];
export type CarriedPerson = { state: CarriedState; medical: boolean; withheld: readonly PartWithheld[] };

/** Why nobody's medical information is in the bag, although the visits are. */
export type MedicalWithheld = Schemas["WithheldOut"]["reason"] | "clock";

export type BagState =
  | { kind: "none" }
  | { kind: "packing"; done: number; total: number }
  | { kind: "ready"; patients: number }
  | { kind: "partly"; ready: number; patients: number }
  | { kind: "full" }
  | { kind: "storage" };

/** Who is to be carried: the people of visits that are not cancelled, each once, in the order of the day. */
export function peopleOf(visits: readonly Visit[]): string[] {
  const people = new Set<string>();
  for (const visit of visits) if (visit.state !== "cancelled") people.add(visit.patient_id);
  return [...people];
}

const WORTH_ASKING = new Set(["available", "none"]);

/** Whether the server could give medical information of this visit's person. */
export const mayHaveMedical = (visit: Visit, patient?: Schemas["PatientOut"]): boolean =>
  WORTH_ASKING.has(visit.medical.drug) ||
  WORTH_ASKING.has(visit.medical.checkup) ||
  (patient?.consents ?? []).some((consent) => consent.flag === "given");

/** Whoever asks about everybody asks here first: looking through the day once each would take a large day squared. */
export function visitsByPerson(visits: readonly Visit[]): ReadonlyMap<string, Visit[]> {
  const found = new Map<string, Visit[]>();
  for (const visit of visits) {
    const mine = found.get(visit.patient_id);
    if (mine) mine.push(visit);
    else found.set(visit.patient_id, [visit]);
  }
  return found;
}

/** What the visits say of one person; when it differs from what was said at packing, it is packed again. */
export function toldOf(visits: readonly Visit[], patientId: string): string {
  return JSON.stringify(
    visits
      .filter((visit) => visit.patient_id === patientId)
      .map((visit) => [visit.id, visit.medical.drug, visit.medical.checkup, visit.eligibility.checked_at]),
  );
}

export function inAll(people: ReadonlyMap<string, CarriedPerson>): BagState {
  const patients = people.size;
  let ready = 0;
  for (const person of people.values()) if (person.state === "ready") ready += 1;
  return ready === patients ? { kind: "ready", patients } : { kind: "partly", ready, patients };
}
