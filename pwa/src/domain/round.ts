/**
 * The day as a round: in what order it is driven, who lives under one roof, who was added on the way. Pure. The order and
 * the added visits are entries like everything else that is told at the bedside, and lie on top of the server's rows.
 */
import type { Schemas } from "../api/client";
import type { Entry } from "../store/outbox";
import type { Visit } from "./visit-view";

export type RoundOrder = "time" | "route";

/** What was added, taken off and put in order here and has not come back yet, on top of the server's day. */
export function withRound(visits: readonly Visit[], entries: readonly Entry[]): Visit[] {
  if (entries.length === 0) return [...visits];
  const known = new Set(visits.map((visit) => visit.id));
  const off = new Set(entries.filter((each) => each.kind === "visit_taken_off").map((each) => each.visit_id));
  const added = entries
    .filter((each) => each.kind === "visit_added" && !known.has(each.visit_id))
    .map(addedVisit);
  const route = entries.filter((each) => each.kind === "route_set").at(-1)?.data.order as
    | string[]
    | undefined;
  const day = [...visits, ...added].filter((visit) => !off.has(visit.id));
  if (!route) return day;
  return day.map((visit) => ({ ...visit, route_position: route.indexOf(visit.id) + 1 || null }));
}

function addedVisit(entry: Entry): Visit {
  const told = entry.data as Pick<Visit, "patient_id" | "planned_at" | "visit_type">;
  return {
    id: entry.visit_id,
    patient_id: told.patient_id,
    planned_at: told.planned_at,
    visit_type: told.visit_type,
    place_note: null,
    card_plan: "unknown",
    card_note: null,
    state: "planned",
    consent: { state: "qr_needed", detail: null, at: null },
    eligibility: { validity: null, validity_code: null, checked_at: null },
    medical: { drug: "not_linked", checkup: "not_linked" },
    registration: null,
    version: 0,
  };
}

/** By time as they come; by route in the order set, and whoever nobody has placed behind it, by time. */
export function inOrder(visits: readonly Visit[], order: RoundOrder): Visit[] {
  if (order === "time") return [...visits];
  const place = (visit: Visit) => visit.route_position ?? Number.POSITIVE_INFINITY;
  return [...visits].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** One place earlier (-1) or later (+1); at either end nothing moves. */
export function moved(ids: readonly string[], id: string, by: -1 | 1): string[] {
  const from = ids.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= ids.length) return [...ids];
  const order = [...ids];
  order.splice(from, 1);
  order.splice(to, 0, id);
  return order;
}

/** Taken to the place of another, as a finger drags it. */
export function placedAt(ids: readonly string[], id: string, target: string): string[] {
  const to = ids.indexOf(target);
  if (to < 0 || id === target) return [...ids];
  const order = ids.filter((each) => each !== id);
  order.splice(to, 0, id);
  return order;
}

type Housed = Pick<Schemas["PatientOut"], "address">;

/** The roof of an address: without the room at its end. A number behind a hyphen belongs to the street. */
export function roofOf(address: string): string {
  return address
    .normalize("NFKC")
    .trim()
    .replace(/([^\d\s-])\s*\d{1,4}(?:号室|号)?$/, "$1")
    .replace(/\s+/g, " ");
}

/** さくらホーム of 東京都見本市桜台4-99 さくらホーム; the address itself where no building has a name. */
export function houseName(roof: string): string {
  const name = /\s(\S+)$/.exec(roof)?.[1];
  return name && !/^[\d-]+$/.test(name) ? name : roof.replace(/^(東京都|北海道|京都府|大阪府|.{2,3}県)/, "");
}

export type House = { roof: string; name: string; visits: Visit[] };

/** Two or more visits under one roof, wherever they stand in the day. */
export function housesOf(visits: readonly Visit[], patients: ReadonlyMap<string, Housed>): House[] {
  const byRoof = new Map<string, Visit[]>();
  for (const visit of visits) {
    const address = patients.get(visit.patient_id)?.address;
    if (!address) continue;
    const roof = roofOf(address);
    const there = byRoof.get(roof);
    if (there) there.push(visit);
    else byRoof.set(roof, [visit]);
  }
  return [...byRoof]
    .filter(([, all]) => new Set(all.map((visit) => visit.patient_id)).size > 1)
    .map(([roof, all]) => ({ roof, name: houseName(roof), visits: all }));
}

/** A house as a stop: everybody of it, and which of them are meant here. */
export type Stop = { kind: "visit"; visit: Visit } | { kind: "house"; house: House; visits: Visit[] };

/** The day as stops: a house stands where the first of these visits to it stands. `all`: who lives there at all. */
export function stopsOf(
  visits: readonly Visit[],
  patients: ReadonlyMap<string, Housed>,
  all: readonly Visit[] = visits,
): Stop[] {
  const houseOf = new Map(
    housesOf(all, patients).flatMap((house) => house.visits.map((visit) => [visit.id, house])),
  );
  const stops: Stop[] = [];
  const meant = new Map<House, Visit[]>();
  for (const visit of visits) {
    const house = houseOf.get(visit.id);
    const before = house && meant.get(house);
    if (before) before.push(visit);
    else if (house) {
      const first = [visit];
      meant.set(house, first);
      stops.push({ kind: "house", house, visits: first });
    } else stops.push({ kind: "visit", visit });
  }
  return stops;
}

const VALID = new Set(["valid", "valid_unregistered"]);
const SETTLED = new Set(["given", "waiting", "reported", "refused"]);

/** Who has what, counted: a way to confirm, a valid insurance, a consent that is settled, a visit that is registered. */
export function tally(visits: readonly Visit[]) {
  const count = (holds: (visit: Visit) => boolean) => visits.filter(holds).length;
  return {
    all: visits.length,
    ready: count((visit) => visit.card_plan !== "unknown"),
    valid: count((visit) => VALID.has(visit.eligibility.validity ?? "")),
    consent: count((visit) => SETTLED.has(visit.consent.state)),
    done: count((visit) => visit.state === "visited"),
  };
}

/** Where the map of this device opens; only when somebody taps it, the address leaves the tablet. */
export function mapLink(address: string, userAgent: string): string {
  const place = encodeURIComponent(address.normalize("NFKC"));
  if (/Android/.test(userAgent)) return `geo:0,0?q=${place}`;
  if (/iPad|iPhone|Macintosh/.test(userAgent)) return `https://maps.apple.com/?q=${place}`;
  return `https://www.google.com/maps/search/?api=1&query=${place}`;
}
