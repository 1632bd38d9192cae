import { describe, expect, test } from "vitest";
import type { Entry } from "../store/outbox";
import { houseName, inOrder, mapLink, moved, placedAt, roofOf, stopsOf, tally, withRound } from "./round";
import type { Visit } from "./visit-view";

const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id,
  patient_id: `p-${id}`,
  planned_at: "2026-07-14T05:15:00Z",
  visit_type: "home_visit",
  place_note: null,
  card_plan: "card",
  card_note: null,
  state: "planned",
  consent: { state: "given", detail: null, at: null },
  eligibility: { validity: "valid", validity_code: "1", checked_at: null },
  medical: { drug: "available", checkup: "available" },
  registration: null,
  version: 1,
  ...over,
});
const entry = (kind: Entry["kind"], visit_id: string, data: Record<string, unknown> = {}): Entry => ({
  id: `e-${kind}-${visit_id}`,
  sequence: 1,
  kind,
  visit_id,
  staff_id: "s",
  base_version: 0,
  entered_at: "2026-07-14T05:30:00Z",
  data,
});
const added = entry("visit_added", "new", {
  patient_id: "p-new",
  planned_at: "2026-07-14T06:00:00Z",
  visit_type: "house_call",
});
const ids = (visits: readonly Visit[]) => visits.map((each) => each.id);

describe("the round of a day", () => {
  test("an added visit stands in the day at once, once, and goes when it is taken off", () => {
    expect(ids(withRound([visit("a")], [added]))).toEqual(["a", "new"]);
    expect(ids(withRound([visit("a"), visit("new")], [added]))).toEqual(["a", "new"]);
    expect(ids(withRound([visit("a")], [added, entry("visit_taken_off", "new")]))).toEqual(["a"]);
  });

  test("the last order told counts, and who was not placed comes behind by time", () => {
    const all = [visit("a"), visit("b"), visit("c")];
    const first = entry("route_set", "a", { order: ["c", "b", "a"] });
    const last = entry("route_set", "a", { order: ["b", "c"] });
    expect(ids(inOrder(withRound(all, [first]), "route"))).toEqual(["c", "b", "a"]);
    expect(ids(inOrder(withRound(all, [first, last]), "route"))).toEqual(["b", "c", "a"]);
    expect(ids(inOrder(withRound(all, [first, last]), "time"))).toEqual(["a", "b", "c"]);
  });

  test("a step moves one place and never over the end; a drag takes the place it is dropped on", () => {
    expect(moved(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
    expect(placedAt(["a", "b", "c"], "a", "c")).toEqual(["b", "c", "a"]);
    expect(placedAt(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
    expect(placedAt(["a", "b"], "a", "gone")).toEqual(["a", "b"]);
  });

  test("a room belongs to the house, a number of the street does not", () => {
    expect(roofOf("東京都見本市桜台４－９９　さくらホーム２０５")).toBe("東京都見本市桜台4-99 さくらホーム");
    expect(roofOf("東京都見本市本町9-99 見本荘 101号室")).toBe("東京都見本市本町9-99 見本荘");
    expect(roofOf("東京都見本市港１－９９－３")).toBe("東京都見本市港1-99-3");
    expect(houseName("東京都見本市桜台4-99 さくらホーム")).toBe("さくらホーム");
    expect(houseName("東京都見本市港1-99-3")).toBe("見本市港1-99-3");
  });

  test("people under one roof are one stop, where the first of them stands", () => {
    const all = [visit("a"), visit("b"), visit("c"), visit("d")];
    const patients = new Map([
      ["p-a", { address: "見本市本町1-2" }],
      ["p-b", { address: "見本市桜台4-99 さくらホーム205" }],
      ["p-c", { address: null }],
      ["p-d", { address: "見本市桜台4-99　さくらホーム112号室" }],
    ]);
    const stops = stopsOf(all, patients);
    expect(stops.map((stop) => (stop.kind === "house" ? stop.house.name : stop.visit.id))).toEqual([
      "a",
      "さくらホーム",
      "c",
    ]);
    expect(stops[1]?.kind === "house" && ids(stops[1].visits)).toEqual(["b", "d"]);
    const rest = stopsOf(all.slice(2), patients, all);
    expect(rest.map((stop) => stop.kind)).toEqual(["visit", "house"]);
    expect(rest[1]?.kind === "house" && ids(rest[1].house.visits)).toEqual(["b", "d"]);
  });

  test("two visits to one person are no house", () => {
    const patients = new Map([["p-a", { address: "見本市本町1-2" }]]);
    expect(stopsOf([visit("a"), visit("b", { patient_id: "p-a" })], patients)).toHaveLength(2);
  });

  test("a refusal is a settled consent; an unknown card is nothing to go with", () => {
    const refused = visit("a", { consent: { state: "refused", detail: null, at: null }, state: "visited" });
    const unknown = visit("b", {
      card_plan: "unknown",
      consent: { state: "qr_needed", detail: null, at: null },
      eligibility: { validity: "invalid", validity_code: "2", checked_at: null },
    });
    expect(tally([refused, unknown])).toEqual({ all: 2, ready: 1, valid: 1, consent: 1, done: 1 });
  });

  test("a map opens where the device has one", () => {
    const place = encodeURIComponent("見本市本町1-2");
    expect(mapLink("見本市本町１－２", "iPad")).toBe(`https://maps.apple.com/?q=${place}`);
    expect(mapLink("見本市本町１－２", "Android 15")).toBe(`geo:0,0?q=${place}`);
    expect(mapLink("見本市本町１－２", "X11; Linux")).toContain(place);
  });
});
