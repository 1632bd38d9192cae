import { describe, expect, test } from "vitest";
import type { Visit } from "../../domain/visit-view";
import { draftFor, dropDraft, entryData, keepDraft, missing, paperOnly } from "./draft";

const visit = (over: Partial<Visit> = {}): Visit => ({
  id: "a",
  patient_id: "p",
  planned_at: "2026-07-14T05:15:00Z",
  visit_type: "home_visit",
  place_note: null,
  card_plan: "card",
  card_note: null,
  state: "planned",
  consent: { state: "qr_needed", detail: null, at: null },
  eligibility: { validity: null, validity_code: null, checked_at: null },
  medical: { drug: "not_linked", checkup: "not_linked" },
  registration: null,
  version: 1,
  ...over,
});

describe("a registration being filled in", () => {
  test("[S-032] a refusal asks for nothing more", () => {
    const draft = draftFor(visit({ id: "refused" }), { outcome: "refused" });
    expect(missing(draft)).toBeNull();
    expect(entryData(draft, visit())).toMatchObject({ outcome: "refused", reason: null, items: [] });
  });

  test("[S-006] has no answer before somebody gives one, and keeps each as told", () => {
    const draft = draftFor(visit({ id: "items" }), { outcome: "partial", identity_method: "web_pin" });
    expect(draft.items).toEqual({});
    const told = {
      ...draft,
      items: { drug: "given", checkup: "none" } as const,
      prescription_form: "paper" as const,
    };
    expect(entryData(told, visit())).toMatchObject({
      items: [
        { kind: "drug", flag: "given" },
        { kind: "checkup", flag: "none" },
      ],
      prescription_form: "paper",
    });
  });

  test("a failure asks why", () => {
    const draft = draftFor(visit({ id: "failed" }), { outcome: "failed", identity_method: "web_pin" });
    expect(missing(draft)).toBe("reason");
    expect(missing({ ...draft, reason: "pin_locked" })).toBeNull();
  });

  test("[S-033] without a valid insurance the prescription is on paper, whatever was tapped before", () => {
    const invalid = visit({
      id: "paper",
      eligibility: { validity: "invalid_new_exists", validity_code: "3", checked_at: null },
    });
    const draft = draftFor(invalid, { outcome: "completed", prescription_form: "electronic" });
    expect(paperOnly(invalid)).toBe(true);
    expect(entryData(draft, invalid).prescription_form).toBe("paper");
    expect(paperOnly(visit())).toBe(false);
  });

  test("[S-015] says who helped, and says nobody as nothing", () => {
    const draft = draftFor(visit({ id: "helper" }), { outcome: "completed" });
    expect(entryData({ ...draft, helper: "caregiver" }, visit()).helper).toBe("caregiver");
    expect(entryData({ ...draft, helper: "nobody" }, visit()).helper).toBeNull();
  });

  test("a later visit on a standing consent begins as 再照会, not as a new consent to wait for", () => {
    const standing = visit({ id: "standing", consent: { state: "given", detail: null, at: null } });
    expect(draftFor(standing)).toMatchObject({ identity_method: "reinquiry", outcome: "completed" });
  });

  test("begins from the plan, and survives a look elsewhere", () => {
    const seen = visit({ id: "kept", card_plan: "visual" });
    const draft = draftFor(seen);
    expect(draft.identity_method).toBe("app_visual");
    keepDraft(seen.id, { ...draft, note: "鍵は家族から" });
    expect(draftFor(seen).note).toBe("鍵は家族から");
    dropDraft(seen.id);
    expect(draftFor(seen).note).toBe("");
  });
});
