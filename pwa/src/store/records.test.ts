import { describe, expect, test } from "vitest";
import type { Visit } from "../domain/visit-view";
import type { Entry } from "./outbox";
import { type Patient, Records } from "./records";

const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id,
  patient_id: `patient-${id}`,
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
const patient = (id: string) => ({ id, name: "同意　三郎" }) as Patient;
const pack = (visits: Visit[]) => ({
  cursor: "c1",
  day: "2026-07-14",
  server_time: "2026-07-14T05:00:00Z",
  not_after: "2026-07-14T15:00:00Z",
  carry_medical: true,
  link: null,
  visits,
  patients: visits.map((each) => patient(each.patient_id)),
});
const entry = (over: Partial<Entry>): Entry => ({
  id: "e1",
  sequence: 1,
  kind: "consent_reported",
  visit_id: "a",
  staff_id: "s",
  base_version: 1,
  entered_at: "2026-07-14T05:20:00Z",
  data: { outcome: "completed" },
  ...over,
});
const drugs = (available_until: string | null) => ({
  state: "available",
  reason: null,
  fetched_at: "2026-07-14T05:00:00Z",
  data_until_month: "2026-05",
  available_until,
  drugs: [],
  lines: [],
  pairs: [],
  same_class: [],
  notices: [],
  ends: [],
  regular_count: 0,
  many: false,
  since: null,
  master_version: null,
  document: false,
});

describe("records", () => {
  test("[S-037] after 「同意登録完了」 the visit waits for the result until the server's own row says more", () => {
    const records = new Records();
    records.takePack(pack([visit("a")]));
    records.enter(entry({}));
    expect(records.visit("a")?.consent).toEqual({
      state: "waiting",
      detail: "completed",
      at: "2026-07-14T05:20:00Z",
    });
    expect(records.isUnsent("a")).toBe(true);
    records.keepOnly(new Set());
    records.takeChanges({
      cursor: "c2",
      visits: [visit("a", { consent: { state: "given", detail: null, at: null }, version: 2 })],
      patients: [],
      forget: [],
      more: false,
    });
    expect(records.visit("a")?.consent.state).toBe("given");
    expect(records.isUnsent("a")).toBe(false);
  });

  test("what waits here stays on top of what comes from the server", () => {
    const records = new Records();
    records.takePack(pack([visit("a")]));
    records.enter(entry({ kind: "visit_registered", data: { outcome: "refused" } }));
    records.takeChanges({
      cursor: "c2",
      visits: [visit("a", { version: 5 })],
      patients: [],
      forget: [],
      more: false,
    });
    expect(records.visit("a")?.state).toBe("visited");
    expect(records.baseVersion("a")).toBe(5);
  });

  test("forgets what left its scope, medical information included", () => {
    const records = new Records();
    records.takePack(pack([visit("a"), visit("b")]));
    records.takeMedical("patient-a", { medications: drugs(null) });
    records.takeChanges({
      cursor: "c2",
      visits: [],
      patients: [],
      forget: [
        { kind: "visit", id: "a" },
        { kind: "patient", id: "patient-a" },
      ],
      more: false,
    });
    expect(records.visits.value.map((each) => each.id)).toEqual(["b"]);
    expect(records.medical.value.has("patient-a")).toBe(false);
  });

  test("[S-027] drops drugs at their deadline, to the second, and says that they left", () => {
    const records = new Records();
    records.takePack(pack([visit("a")]));
    records.takeMedical("patient-a", { medications: drugs("2026-07-14T06:00:00Z") });
    records.dropExpired(new Date("2026-07-14T05:59:59Z"));
    expect(records.medical.value.get("patient-a")?.medications).toBeDefined();
    records.dropExpired(new Date("2026-07-14T06:00:00Z"));
    expect(records.medical.value.get("patient-a")).toMatchObject({ medications: undefined, left: true });
  });

  test("drops everything medical with the day, also what has no end of its own", () => {
    const records = new Records();
    records.takePack(pack([visit("a")]));
    records.takeMedical("patient-a", { medications: drugs(null) });
    records.dropExpired(new Date("2026-07-14T15:00:00Z"));
    expect(records.medical.value.get("patient-a")?.medications).toBeUndefined();
  });

  test("holds nobody after the lock", () => {
    const records = new Records();
    records.takePack(pack([visit("a")]));
    records.takeMedical("patient-a", { medications: drugs(null) });
    records.enter(entry({}));
    records.forgetAll();
    expect(records.visits.value).toEqual([]);
    expect([records.patients.value.size, records.medical.value.size, records.day.value]).toEqual([
      0,
      0,
      null,
    ]);
  });
});
