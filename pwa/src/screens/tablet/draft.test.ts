import { describe, expect, test } from "vitest";
import type { Visit } from "../../domain/visit-view";
import {
  asksReason,
  beginVisit,
  draftFor,
  dropDraft,
  entryData,
  keepDraft,
  missing,
  paperOnly,
} from "./draft";

const AT = new Date("2026-07-14T05:40:00Z");

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
    expect(entryData(draft, visit(), AT)).toMatchObject({ outcome: "refused", reason: null, items: [] });
  });

  test("[S-006] has no answer before somebody gives one, and keeps each as told", () => {
    const draft = draftFor(visit({ id: "items" }), { outcome: "partial", identity_method: "web_pin" });
    expect(draft.items).toEqual({});
    const told = {
      ...draft,
      items: { drug: "given", checkup: "none" } as const,
      prescription_form: "paper" as const,
    };
    expect(entryData(told, visit(), AT)).toMatchObject({
      items: [
        { kind: "drug", given: true },
        { kind: "checkup", given: false },
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
    expect(entryData(draft, invalid, AT).prescription_form).toBe("paper");
    expect(paperOnly(visit())).toBe(false);
  });

  test("[S-015] says who helped, and says nobody as nothing", () => {
    const draft = draftFor(visit({ id: "helper" }), { outcome: "completed" });
    expect(entryData({ ...draft, helper: "caregiver" }, visit(), AT).helper).toBe("caregiver");
    expect(entryData({ ...draft, helper: "nobody" }, visit(), AT).helper).toBeNull();
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

  test("begins when the visit is opened, and ends when it is saved unless somebody says otherwise", () => {
    const opened = visit({ id: "times" });
    beginVisit(opened, new Date("2026-07-14T05:15:00Z"));
    beginVisit(opened, AT);
    const draft = draftFor(opened);
    expect(entryData(draft, opened, AT)).toMatchObject({
      started_at: "2026-07-14T05:15:00.000Z",
      ended_at: "2026-07-14T05:40:00.000Z",
    });
    const nextDay = new Date("2026-07-15T00:00:00Z");
    expect(entryData(draft, opened, nextDay).ended_at).toBeNull();
    expect(missing({ ...draft, outcome: "refused", ended_at: "2026-07-14T05:00:00.000Z" })).toBe("times");
  });

  test("opening a visit decides nothing but its begin: the plan still counts when the consent has come", () => {
    beginVisit(visit({ id: "late" }), AT);
    const given = visit({ id: "late", consent: { state: "given", detail: null, at: null } });
    expect(draftFor(given)).toMatchObject({ identity_method: "reinquiry", outcome: "completed" });
  });

  test("[S-012] [S-014] a visual check may say why; a failure must", () => {
    expect(asksReason({ outcome: "completed", identity_method: "app_visual" })).toBe("may");
    expect(asksReason({ outcome: "failed", identity_method: "web_pin" })).toBe("must");
    expect(asksReason({ outcome: "completed", identity_method: "web_pin" })).toBeNull();
    const draft = draftFor(visit({ id: "sight" }), {
      identity_method: "app_visual",
      outcome: "completed",
      reason: "pin_locked",
    });
    expect(entryData(draft, visit(), AT).reason).toBe("pin_locked");
    expect(entryData({ ...draft, identity_method: "web_pin" }, visit(), AT).reason).toBeNull();
  });

  test("[S-008] the name on the last page is kept where there was one, and never claimed where there was none", () => {
    const draft = draftFor(visit({ id: "name" }), {
      identity_method: "web_pin",
      outcome: "completed",
      name_confirmed: true,
    });
    expect(entryData(draft, visit(), AT).name_confirmed).toBe(true);
    expect(entryData({ ...draft, outcome: "failed" }, visit(), AT).name_confirmed).toBe(false);
    expect(entryData({ ...draft, identity_method: "reinquiry" }, visit(), AT).name_confirmed).toBe(false);
  });

  test("a correction begins from what stands, item by item", () => {
    const before = visit({
      id: "again",
      state: "visited",
      registration: {
        registered_at: "2026-07-14T05:40:00Z",
        by: "見本　さくら",
        identity_method: "certificate",
        outcome: "failed",
        reason: "no_card",
        items: [{ kind: "drug", given: true }],
        prescription_form: "paper",
        helper: "family",
        note: "鍵は家族から",
        started_at: "2026-07-14T05:15:00Z",
        ended_at: "2026-07-14T05:40:00Z",
        present: ["family"],
        papers: [{ kind: "certificate", until: "2027-07-31" }],
        next_visit_on: "2026-07-28",
        page_code: null,
      },
    });
    const draft = draftFor(before);
    expect(draft).toMatchObject({
      identity_method: "certificate",
      items: { drug: "given" },
      note: "鍵は家族から",
    });
    expect(entryData(draft, before, AT)).toMatchObject({
      papers: [{ kind: "certificate", until: "2027-07-31" }],
      ended_at: "2026-07-14T05:40:00Z",
      next_visit_on: "2026-07-28",
    });
  });
});
