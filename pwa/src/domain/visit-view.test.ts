import { describe, expect, test } from "vitest";
import type { Entry } from "../store/outbox";
import { currentVisit, filtered, needsSomebody, shortAddress, type Visit, withEntries } from "./visit-view";

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
  eligibility: { validity: "valid", validity_code: "1", checked_at: null },
  medical: { drug: "available", checkup: "available" },
  registration: null,
  version: 1,
  ...over,
});
const entry = (kind: Entry["kind"], data: Record<string, unknown>): Entry => ({
  id: "e",
  sequence: 1,
  kind,
  visit_id: "a",
  staff_id: "s",
  base_version: 1,
  entered_at: "2026-07-14T05:30:00Z",
  data,
});

describe("what was entered here", () => {
  test("[S-032] a refusal is shown at once as what it is, and asks for nobody", () => {
    const shown = withEntries(
      visit(),
      [entry("visit_registered", { outcome: "refused", identity_method: "none" })],
      "見本 さくら",
    );
    expect(shown.state).toBe("visited");
    expect(shown.consent.state).toBe("refused");
    expect(shown.registration).toMatchObject({ by: "見本 さくら", outcome: "refused" });
    expect(needsSomebody(shown)).toBe(false);
  });

  test("a registration taken back leaves the visit as the server knows it", () => {
    const shown = withEntries(
      visit(),
      [
        entry("visit_registered", { outcome: "completed" }),
        { ...entry("visit_registration_undone", { entry_id: "e" }), id: "f" },
      ],
      "見本 さくら",
    );
    expect([shown.state, shown.registration]).toEqual(["planned", null]);
  });

  test("a refusal taken back is no refusal any more", () => {
    const shown = withEntries(
      visit(),
      [
        entry("visit_registered", { outcome: "refused" }),
        { ...entry("visit_registration_undone", { entry_id: "e" }), id: "f" },
      ],
      "",
    );
    expect([shown.state, shown.consent.state]).toEqual(["planned", "qr_needed"]);
  });

  test("[S-012] another way after a failed hand-over waits for the center, offline as online", () => {
    const failed = entry("consent_reported", { outcome: "failed", reason: "pin_locked" });
    const sight = { outcome: "completed", identity_method: "app_visual" };
    const paper = { outcome: "failed", identity_method: "certificate", reason: "pin_locked" };
    const state = (data: Record<string, unknown>) =>
      withEntries(visit(), [failed, entry("visit_registered", data)], "").consent.state;
    expect(state(sight)).toBe("waiting");
    expect(state(paper)).toBe("failed");
    expect(state({ outcome: "refused", identity_method: "none" })).toBe("refused");
  });

  test("what is registered on purpose corrects a slip on the hand-over screen, in both directions", () => {
    const shownAfter = (reported: string, registered: Record<string, unknown>) =>
      withEntries(
        visit(),
        [entry("consent_reported", { outcome: reported }), entry("visit_registered", registered)],
        "",
      ).consent.state;
    expect(shownAfter("completed", { outcome: "refused", identity_method: "none" })).toBe("refused");
    expect(shownAfter("refused", { outcome: "completed", identity_method: "web_pin" })).toBe("waiting");
    expect(shownAfter("refused", { outcome: "failed", identity_method: "none", reason: "other" })).toBe(
      "refused",
    );
  });

  test("a completed consent reported before is not undone by registering the visit", () => {
    const shown = withEntries(
      visit(),
      [
        entry("consent_reported", { outcome: "completed" }),
        entry("visit_registered", { outcome: "completed" }),
      ],
      "",
    );
    expect(shown.consent.state).toBe("waiting");
  });

  test("entries about another visit change nothing", () => {
    const other = { ...entry("visit_registered", { outcome: "completed" }), visit_id: "b" };
    expect(withEntries(visit(), [other], "")).toEqual(visit());
  });
});

describe("today", () => {
  const done = visit({ id: "done", state: "visited", consent: { state: "given", detail: null, at: null } });
  const given = visit({ id: "given", consent: { state: "given", detail: null, at: null } });
  const asks = visit({ id: "asks" });
  const invalid = visit({
    id: "invalid",
    consent: { state: "given", detail: null, at: null },
    eligibility: { validity: "invalid_new_exists", validity_code: "3", checked_at: null },
  });
  const all = [done, given, asks, invalid];

  test("the current visit is the first that nobody has registered", () => {
    expect(currentVisit(all)?.id).toBe("given");
    expect(currentVisit([done])).toBeUndefined();
  });

  test("要確認 holds who needs a person: no consent yet, or an insurance that is not valid", () => {
    expect(filtered(all, "needs_check").map((each) => each.id)).toEqual(["asks", "invalid"]);
    expect(filtered(all, "to_do")).toHaveLength(3);
    expect(filtered(all, "all")).toHaveLength(4);
  });

  test("an old 無効 asks nobody while a new result is on its way", () => {
    expect(needsSomebody({ ...invalid, consent: { state: "waiting", detail: null, at: null } })).toBe(false);
  });
});

test("addresses fit on a card", () => {
  expect(shortAddress("東京都見本市本町２－９９")).toBe("見本市本町2-99");
  expect(shortAddress("神奈川県見本市港1-99-3")).toBe("見本市港1-99-3");
  expect(shortAddress("京都府京都市見本区")).toBe("京都市見本区");
});
