/**
 * The registration being filled in. Kept in memory per visit, so that a lock or a look at the drugs loses no tap, and
 * sealed a moment later, so that a killed page does not either.
 */
import type { Schemas } from "../../api/client";
import type { Visit } from "../../domain/visit-view";

export type Outcome = "completed" | "partial" | "refused" | "failed";
export type Paper = Schemas["PaperSeenOut"];
export type Draft = {
  identity_method: Schemas["IdentityMethod"] | null;
  outcome: Outcome | null;
  /** Why the consent could not be given, or why the card's photograph was looked at instead of asking for the PIN. */
  reason: string | null;
  items: Partial<Record<Schemas["ConsentKind"], "given" | "none">>;
  prescription_form: "electronic" | "paper" | "undecided" | null;
  helper: "nobody" | "family" | "caregiver" | "staff" | null;
  note: string;
  started_at: string | null;
  /** Null until somebody says otherwise: the moment of saving. */
  ended_at: string | null;
  present: Schemas["Present"][];
  papers: Paper[];
  next_visit_on: string | null;
  page_code: string | null;
  /** The name on 「同意登録完了」 was seen to be the patient's (S-008). */
  name_confirmed: boolean;
};

/** Where drafts outlast this page; the store is given by whoever builds the tablet. */
export type DraftStore = {
  keep: (visitId: string, draft: Partial<Draft>) => void;
  drop: (visitId: string) => Promise<void>;
  all: () => Promise<Map<string, Partial<Draft>>>;
};

const drafts = new Map<string, Partial<Draft>>();
let sealedIn: DraftStore | null = null;

export function keepDraftsIn(store: DraftStore): void {
  sealedIn = store;
}

/** Drafts of the person who has opened the tablet; what this page holds already is newer. */
export async function recallDrafts(): Promise<void> {
  for (const [visitId, draft] of (await sealedIn?.all()) ?? []) {
    if (!drafts.has(visitId)) drafts.set(visitId, draft);
  }
}

/** Somebody else takes the tablet. */
export function forgetDrafts(): void {
  drafts.clear();
}

/** The draft of a visit, begun from its plan; `preset` comes from the hand-over. A draft may be an older version's. */
export function draftFor(visit: Visit, preset: Partial<Draft> = {}): Draft {
  const draft = { ...begun(visit), ...drafts.get(visit.id), ...preset };
  drafts.set(visit.id, draft);
  return draft;
}

export function keepDraft(visitId: string, draft: Partial<Draft>): void {
  drafts.set(visitId, draft);
  sealedIn?.keep(visitId, draft);
}

/** Somebody has arrived and opens the visit: the first time counts. All else still follows the plan until it is told. */
export function beginVisit(visit: Visit, at: Date): void {
  const draft = drafts.get(visit.id) ?? {};
  if (visit.registration === null && !draft.started_at) {
    keepDraft(visit.id, { ...draft, started_at: at.toISOString() });
  }
}

export function dropDraft(visitId: string): void {
  drafts.delete(visitId);
  void sealedIn?.drop(visitId);
}

const METHOD_OF_PLAN: Record<string, Draft["identity_method"]> = {
  none_needed: "reinquiry",
  visual: "app_visual",
  certificate: "certificate",
};

function begun(visit: Visit): Draft {
  const told = visit.registration;
  if (!told) return planned(visit);
  // A correction begins from what stands, not from the plan.
  return {
    ...planned(visit),
    identity_method: told.identity_method,
    outcome: told.outcome as Outcome,
    reason: told.reason,
    items: itemsOf(told.items),
    prescription_form: told.prescription_form as Draft["prescription_form"],
    helper: told.helper as Draft["helper"],
    note: told.note ?? "",
    started_at: told.started_at ?? null,
    ended_at: told.ended_at ?? null,
    present: told.present ?? [],
    papers: told.papers ?? [],
    next_visit_on: told.next_visit_on ?? null,
    page_code: told.page_code ?? null,
    name_confirmed: told.name_confirmed ?? false,
  };
}

function itemsOf(items: ReadonlyArray<Record<string, unknown>>): Draft["items"] {
  return Object.fromEntries(items.map((item) => [item.kind, item.given === true ? "given" : "none"]));
}

function planned(visit: Visit): Draft {
  const { state } = visit.consent;
  // While care continues the first consent serves on: nothing new is asked of the patient, the clinic re-queries (A5).
  const usual = state === "given" ? "reinquiry" : state === "waiting" ? "web_pin" : null;
  return {
    identity_method: METHOD_OF_PLAN[visit.card_plan] ?? usual,
    outcome: usual ? "completed" : null,
    reason: null,
    items: {},
    prescription_form: null,
    helper: null,
    note: "",
    started_at: null,
    ended_at: null,
    present: [],
    papers: [],
    next_visit_on: null,
    page_code: null,
    name_confirmed: false,
  };
}

const NO_ELECTRONIC = new Set(["invalid", "invalid_new_exists", "not_found"]);

/** Without a valid insurance no electronic prescription can be issued (S-033). */
export function paperOnly(visit: Visit): boolean {
  return visit.eligibility.validity !== null && NO_ELECTRONIC.has(visit.eligibility.validity);
}

/** Whether a reason is asked for: must there be one, may there be one (S-014), or is there none to give. */
export function asksReason(draft: Pick<Draft, "outcome" | "identity_method">): "must" | "may" | null {
  if (draft.outcome === "failed") return "must";
  return draft.identity_method === "app_visual" && draft.outcome !== "refused" ? "may" : null;
}

/** Whether a page of the center showed a name at the end: after a consent that was registered, never after a re-inquiry. */
export function showsName(draft: Pick<Draft, "outcome" | "identity_method">): boolean {
  const agreed = draft.outcome === "completed" || draft.outcome === "partial";
  return agreed && NAMED_AT_THE_END.has(draft.identity_method ?? "none");
}

const NAMED_AT_THE_END = new Set(["web_pin", "app_pin", "app_visual"]);

export type Missing = "identity" | "outcome" | "reason" | "times";

/** What must be chosen before the registration can be saved; refusal asks for nothing more. */
export function missing(draft: Draft): Missing | null {
  if (!draft.outcome) return "outcome";
  if (!draft.identity_method && draft.outcome !== "refused") return "identity";
  if (draft.outcome === "failed" && !draft.reason) return "reason";
  return draft.started_at && draft.ended_at && draft.ended_at < draft.started_at ? "times" : null;
}

/** The entry's data, as the contract names it. `now` ends a visit that nobody has ended. */
export function entryData(draft: Draft, visit: Visit, now: Date): Record<string, unknown> {
  const asks = draft.outcome === "completed" || draft.outcome === "partial";
  const form = paperOnly(visit) ? "paper" : draft.prescription_form;
  return {
    identity_method: draft.identity_method ?? "none",
    outcome: draft.outcome,
    reason: asksReason(draft) ? draft.reason : null,
    items: asks ? Object.entries(draft.items).map(([kind, flag]) => ({ kind, given: flag === "given" })) : [],
    prescription_form: form === "undecided" ? null : form,
    helper: draft.helper === "nobody" ? null : draft.helper,
    note: draft.note.trim() || null,
    started_at: draft.started_at,
    ended_at: draft.ended_at ?? (draft.started_at ? endOf(draft.started_at, now) : null),
    present: draft.present,
    papers: draft.papers,
    next_visit_on: draft.next_visit_on,
    page_code: draft.page_code,
    name_confirmed: showsName(draft) && draft.name_confirmed,
  };
}

const LONGEST_VISIT_MS = 12 * 3_600_000;

/** A visit saved the next day, or by a clock that was set back, has no end that anybody knows. */
function endOf(startedAt: string, now: Date): string | null {
  const lasted = now.getTime() - Date.parse(startedAt);
  return lasted >= 0 && lasted <= LONGEST_VISIT_MS ? now.toISOString() : null;
}
