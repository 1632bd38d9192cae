/** The morning check: what to take along, why somebody is not in the bag, and the evening's reminder (S-001, S-002). Pure. */
import type { BagState, CarriedPerson } from "./carried";
import { japanDay } from "./dates";
import type { Visit } from "./visit-view";

export type Thing =
  | "reader"
  | "app_device"
  | "mobile_line"
  | "statement_form"
  | "leaflet"
  | "prescription_paper";
export type Bring = { thing: Thing; people: number };

const NO_ELECTRONIC = new Set(["invalid", "invalid_new_exists", "not_found"]);
const asksConsent = (visit: Visit) => visit.consent.state === "qr_needed" || visit.consent.state === "failed";
const bySight = (visit: Visit) =>
  visit.card_plan === "visual" || visit.readiness === "confirm_by_sight" || visit.readiness === "reset_pin";
const withoutPaper = (visit: Visit) =>
  visit.readiness === "get_paper" || visit.readiness === "certificate_over" || visit.card_plan === "unknown";

const NEEDED: ReadonlyArray<readonly [Thing, (visit: Visit) => boolean]> = [
  ["reader", (visit) => asksConsent(visit) && visit.card_plan !== "certificate" && !bySight(visit)],
  ["app_device", bySight],
  ["mobile_line", asksConsent],
  ["statement_form", withoutPaper],
  ["leaflet", (visit) => visit.readiness === "register_card"],
  ["prescription_paper", (visit) => NO_ELECTRONIC.has(visit.eligibility.validity ?? "")],
];

/** Things that at least one of the visits still to be made wants, and for how many of them. */
export function toBring(visits: readonly Visit[]): Bring[] {
  const planned = visits.filter((visit) => visit.state === "planned");
  return NEEDED.map(([thing, needs]) => ({ thing, people: planned.filter(needs).length })).filter(
    ({ people }) => people > 0,
  );
}

/** Why a person is not (yet) in the bag; null for whoever is. */
export type NotCarried = "full" | "storage" | "offline" | "packing";

export function whyNot(
  person: CarriedPerson | undefined,
  bag: BagState,
  offline: boolean,
): NotCarried | null {
  if (person?.state === "ready") return null;
  if (bag.kind === "full" || bag.kind === "storage") return bag.kind;
  return offline ? "offline" : "packing";
}

/** From this hour in Japan on, what was not sent or not registered is told without being asked. */
export const EVENING_HOUR = 17;
export type Evening = { unsent: number; unregistered: number };

/** Null in the day, and in the evening when nothing is left. `planned_at` before now counts as a visit made. */
export function eveningReminder(
  now: Date,
  unsent: number,
  visits: readonly Pick<Visit, "state" | "planned_at">[],
): Evening | null {
  const hour = Number(new Date(now.getTime() + 9 * 3_600_000).toISOString().slice(11, 13));
  if (hour < EVENING_HOUR) return null;
  const unregistered = visits.filter(
    (visit) =>
      visit.state === "planned" &&
      visit.planned_at <= now.toISOString() &&
      japanDay(new Date(visit.planned_at)) === japanDay(now),
  ).length;
  return unsent + unregistered > 0 ? { unsent, unregistered } : null;
}

export type Installed = "yes" | "ipad" | "other";

/** Whether the app was opened from the home screen, and if not, whose steps lead there. */
export function installedAs(standalone: boolean, userAgent: string, touchPoints: number): Installed {
  if (standalone) return "yes";
  const apple = /iPad|iPhone/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  return apple ? "ipad" : "other";
}
