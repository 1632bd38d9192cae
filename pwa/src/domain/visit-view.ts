/** A visit as the tablet shows it. Pure: what was entered here and has not come back yet lies on top of the server's row. */
import type { Schemas } from "../api/client";
import type { Entry } from "../store/outbox";

export type Visit = Schemas["VisitOut"];
type Registration = NonNullable<Visit["registration"]>;

/** The server's row with our own entries applied in order. */
export function withEntries(visit: Visit, entries: readonly Entry[], by: string): Visit {
  const mine = entries.filter((entry) => entry.visit_id === visit.id);
  const undone = new Set(
    mine.filter((entry) => entry.kind === "visit_registration_undone").map((entry) => entry.data.entry_id),
  );
  return mine
    .filter((entry) => !undone.has(entry.id))
    .reduce((shown, entry) => withEntry(shown, visit, entry, by), visit);
}

function withEntry(shown: Visit, fromServer: Visit, entry: Entry, by: string): Visit {
  const outcome = String(entry.data.outcome ?? "");
  const reason = (entry.data.reason as string | null | undefined) ?? null;
  switch (entry.kind) {
    case "consent_reported":
      return { ...shown, consent: consentAfter(outcome, reason, entry.entered_at) };
    case "visit_registered":
      return {
        ...shown,
        state: "visited",
        registration: registrationOf(entry, by),
        consent: tellsConsent(shown.consent.state, outcome, String(entry.data.identity_method ?? ""))
          ? consentAfter(outcome, reason, entry.entered_at)
          : shown.consent,
      };
    case "visit_registration_undone":
      return {
        ...shown,
        state: fromServer.state === "visited" ? "visited" : "planned",
        registration: fromServer.registration,
      };
    default:
      return shown;
  }
}

const AT_THE_CENTER = new Set(["web_pin", "app_pin", "app_visual"]);

/** Whether a registration says something new of the consent, by the server's own rule: offline shows what online will. */
function tellsConsent(state: string, outcome: string, method: string): boolean {
  const unanswered = state === "qr_needed" || state === "none";
  if (outcome === "failed") return unanswered || state === "waiting";
  if (outcome === "refused") return unanswered || state === "waiting" || state === "failed";
  return AT_THE_CENTER.has(method) && (unanswered || state === "failed" || state === "refused");
}

function consentAfter(outcome: string, detail: string | null, at: string): Visit["consent"] {
  if (outcome === "refused" || outcome === "failed") return { state: outcome, detail, at };
  return { state: "waiting", detail: outcome, at };
}

function registrationOf(entry: Entry, by: string): Registration {
  const data = entry.data as Partial<Registration>;
  return {
    registered_at: entry.entered_at,
    by,
    identity_method: data.identity_method ?? "none",
    outcome: data.outcome ?? "",
    reason: data.reason ?? null,
    items: data.items ?? [],
    prescription_form: data.prescription_form ?? null,
    helper: data.helper ?? null,
    note: data.note ?? null,
    started_at: data.started_at ?? null,
    ended_at: data.ended_at ?? null,
    present: data.present ?? [],
    papers: data.papers ?? [],
    next_visit_on: data.next_visit_on ?? null,
    page_code: data.page_code ?? null,
    name_confirmed: data.name_confirmed ?? false,
  };
}

/** The visit that is next: the first planned one that nobody has registered. */
export function currentVisit(visits: readonly Visit[]): Visit | undefined {
  return visits.find((visit) => visit.state === "planned");
}

export function doneVisits(visits: readonly Visit[]): Visit[] {
  return visits.filter((visit) => visit.state === "visited");
}

const TROUBLED = new Set(["invalid", "invalid_new_exists", "not_found", "multiple", "unknown"]);

/** Whether somebody at the bedside has something to do before this visit is complete. */
export function needsSomebody(visit: Visit): boolean {
  if (visit.state !== "planned") return false;
  const { state } = visit.consent;
  return (
    state === "qr_needed" ||
    state === "failed" ||
    (visit.card_plan === "visual" && !visit.registration) ||
    (visit.eligibility.validity !== null && state !== "waiting" && TROUBLED.has(visit.eligibility.validity))
  );
}

export type TodayFilter = "all" | "to_do" | "needs_check";

export function filtered(visits: readonly Visit[], filter: TodayFilter): Visit[] {
  if (filter === "to_do") return visits.filter((visit) => visit.state === "planned");
  if (filter === "needs_check") return visits.filter(needsSomebody);
  return [...visits];
}

/** An address short enough for a card: without the prefecture, digits half width. */
export function shortAddress(address: string): string {
  return address
    .normalize("NFKC")
    .replace(/^(東京都|北海道|京都府|大阪府|.{2,3}県)/, "")
    .trim();
}
