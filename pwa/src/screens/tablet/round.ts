/** The order somebody likes to see the day in, kept on this tablet, and the acts that change the day for everybody. */
import { computed, signal } from "@preact/signals";
import type { Schemas } from "../../api/client";
import { type House, housesOf, inOrder, type RoundOrder } from "../../domain/round";
import type { Visit } from "../../domain/visit-view";
import type { Entry } from "../../store/outbox";
import { newId } from "./held";
import { enter, now, records } from "./start";

const KEPT = "otonai-order";

export const order = signal<RoundOrder>(localStorage.getItem(KEPT) === "route" ? "route" : "time");

export function chooseOrder(chosen: RoundOrder): void {
  localStorage.setItem(KEPT, chosen);
  order.value = chosen;
}

export const round = computed<Visit[]>(() => inOrder(records.visits.value, order.value));

/** The house of a visit, in the order of the round; undefined where somebody lives alone. */
export function houseOf(visitId: string): House | undefined {
  return housesOf(round.value, records.patients.value).find((house) =>
    house.visits.some((visit) => visit.id === visitId),
  );
}

/** One order for all tablets; without names it goes back to the times. */
export async function setRoute(ids: readonly string[]): Promise<Entry | undefined> {
  const first = records.visits.value[0];
  if (!first) return undefined;
  const entry = await enter("route_set", first, { order: ids });
  chooseOrder(ids.length > 0 ? "route" : "time");
  return entry;
}

/** 往診: on the board at once, with or without a network. */
export async function addVisit(patient: Schemas["PatientOut"]): Promise<Entry> {
  const planned_at = new Date(Math.floor(now().getTime() / 60_000) * 60_000).toISOString();
  records.takePatient(patient);
  const what = { patient_id: patient.id, planned_at, visit_type: "house_call" };
  return enter("visit_added", { id: newId() }, what);
}

export const takeOff = (visit: Visit) => enter("visit_taken_off", visit, {});
