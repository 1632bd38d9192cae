import { describe, expect, test } from "vitest";
import { eveningReminder, installedAs, toBring, whyNot } from "./packing";
import type { Visit } from "./visit-view";

const visit = (over: Partial<Visit> = {}): Visit => ({
  id: "a",
  patient_id: "p",
  planned_at: "2026-07-14T05:15:00Z",
  visit_type: "home_visit",
  place_note: null,
  card_plan: "none_needed",
  card_note: null,
  state: "planned",
  consent: { state: "given", detail: null, at: null },
  eligibility: { validity: "valid", validity_code: "1", checked_at: null },
  medical: { drug: "available", checkup: "available" },
  registration: null,
  version: 1,
  ...over,
});
const asks = { state: "qr_needed", detail: null, at: null } as const;

describe("what to take along", () => {
  test("[S-002] a day of re-inquiries needs nothing, and visits made need nothing any more", () => {
    expect(toBring([visit(), visit({ consent: asks, card_plan: "card", state: "visited" })])).toEqual([]);
  });

  test("[S-001] [S-002] each thing is named with how many want it", () => {
    const day = [
      visit({ consent: asks, card_plan: "card" }),
      visit({ consent: asks, card_plan: "visual" }),
      visit({ card_plan: "unknown", readiness: "get_paper" }),
      visit({ readiness: "register_card" }),
      visit({ eligibility: { validity: "invalid", validity_code: "2", checked_at: null } }),
    ];
    expect(toBring(day)).toEqual([
      { thing: "reader", people: 1 },
      { thing: "app_device", people: 1 },
      { thing: "mobile_line", people: 2 },
      { thing: "statement_form", people: 1 },
      { thing: "leaflet", people: 1 },
      { thing: "prescription_paper", people: 1 },
    ]);
  });

  test("[F35] who is not in the bag has a reason; who is has none", () => {
    const ready = { state: "ready", medical: true, withheld: [] } as const;
    expect(whyNot(ready, { kind: "full" }, true)).toBeNull();
    expect(whyNot({ ...ready, state: "failed" }, { kind: "full" }, false)).toBe("full");
    expect(whyNot({ ...ready, state: "failed" }, { kind: "partly", ready: 1, patients: 2 }, true)).toBe(
      "offline",
    );
    expect(whyNot(undefined, { kind: "packing", done: 1, total: 2 }, false)).toBe("packing");
  });
});

describe("the evening", () => {
  const evening = new Date("2026-07-14T08:30:00Z");

  test("tells what was not sent and what nobody registered, and is silent when all is done", () => {
    const made = visit({ state: "visited" });
    const late = visit({ planned_at: "2026-07-14T09:00:00Z" });
    expect(eveningReminder(evening, 2, [visit(), made, late])).toEqual({ unsent: 2, unregistered: 1 });
    expect(eveningReminder(evening, 0, [made])).toBeNull();
  });

  test("begins at five in Japan, and does not speak in the day", () => {
    expect(eveningReminder(new Date("2026-07-14T07:59:00Z"), 3, [visit()])).toBeNull();
    expect(eveningReminder(new Date("2026-07-14T08:00:00Z"), 3, [])).toEqual({ unsent: 3, unregistered: 0 });
  });
});

test("[F34] an iPad's browser is told how to install, and an installed app is left alone", () => {
  expect(installedAs(true, "iPad", 5)).toBe("yes");
  expect(installedAs(false, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 5)).toBe("ipad");
  expect(installedAs(false, "Mozilla/5.0 (X11; Linux x86_64)", 0)).toBe("other");
});
