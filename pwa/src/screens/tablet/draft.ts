/**
 * The registration being filled in. Kept in memory per visit, so that a lock or a look at the drugs loses no tap, and
 * sealed a moment later, so that a killed page does not either.
 */
import type { Schemas } from "../../api/client";
import type { Visit } from "../../domain/visit-view";

export type Outcome = "completed" | "partial" | "refused" | "failed";
export type Draft = {
  identity_method: Schemas["IdentityMethod"] | null;
  outcome: Outcome | null;
  reason: string | null;
  items: Partial<Record<Schemas["ConsentKind"], "given" | "none">>;
  prescription_form: "electronic" | "paper" | "undecided" | null;
  helper: "nobody" | "family" | "caregiver" | "staff" | null;
  note: string;
};

/** Where drafts outlast this page; the store is given by whoever builds the tablet. */
export type DraftStore = {
  keep: (visitId: string, draft: Draft) => void;
  drop: (visitId: string) => Promise<void>;
  all: () => Promise<Map<string, Draft>>;
};

const drafts = new Map<string, Draft>();
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

/** The draft of a visit, begun from its plan; `preset` comes from the hand-over. */
export function draftFor(visit: Visit, preset: Partial<Draft> = {}): Draft {
  const draft = { ...(drafts.get(visit.id) ?? planned(visit)), ...preset };
  drafts.set(visit.id, draft);
  return draft;
}

export function keepDraft(visitId: string, draft: Draft): void {
  drafts.set(visitId, draft);
  sealedIn?.keep(visitId, draft);
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
  };
}

const NO_ELECTRONIC = new Set(["invalid", "invalid_new_exists", "not_found"]);

/** Without a valid insurance no electronic prescription can be issued (S-033). */
export function paperOnly(visit: Visit): boolean {
  return visit.eligibility.validity !== null && NO_ELECTRONIC.has(visit.eligibility.validity);
}

export type Missing = "identity" | "outcome" | "reason";

/** What must be chosen before the registration can be saved; refusal asks for nothing more. */
export function missing(draft: Draft): Missing | null {
  if (!draft.outcome) return "outcome";
  if (!draft.identity_method && draft.outcome !== "refused") return "identity";
  if (draft.outcome === "failed" && !draft.reason) return "reason";
  return null;
}

/** The entry's data, as the contract names it. */
export function entryData(draft: Draft, visit: Visit): Record<string, unknown> {
  const asks = draft.outcome === "completed" || draft.outcome === "partial";
  const form = paperOnly(visit) ? "paper" : draft.prescription_form;
  return {
    identity_method: draft.identity_method ?? "none",
    outcome: draft.outcome,
    reason: draft.outcome === "failed" ? draft.reason : null,
    items: asks ? Object.entries(draft.items).map(([kind, flag]) => ({ kind, flag })) : [],
    prescription_form: form === "undecided" ? null : form,
    helper: draft.helper === "nobody" ? null : draft.helper,
    note: draft.note.trim() || null,
  };
}
