import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Failure, Schemas } from "../api/client";
import type { Visit } from "../domain/visit-view";
import type { Clock } from "../lock/clock";
import { Keyring } from "../lock/keyring";
import { bytesOf } from "../lock/pages";
import { TabletClock } from "../lock/tablet-clock";
import { failed, ok } from "../result";
import { toBase64Url } from "../store/box";
import { type PackedDay, TabletDb } from "../store/db";
import { keyRowsOf } from "../store/key-rows";
import type { Entry } from "../store/outbox";
import { type Patient, Records } from "../store/records";
import { PAGE_SIZE, SealedDay, SLICE } from "../store/sealed-day";
import { Bag, MEDICAL_BATCH } from "./bag";

const NOON = Date.parse("2026-07-14T03:00:00Z");
const MIDNIGHT = "2026-07-14T15:00:00.000Z";
const DAY = "2026-07-14";
const SHINICHI = { id: "shinichi", name: "例示　慎一", role: "doctor" };
const person = { clinic: "minamo", staff: SHINICHI.id, device: "t1" };

const visitOf = (id: string, over: Partial<Visit> = {}): Visit => ({
  id: `visit-${id}`,
  patient_id: id,
  planned_at: `${DAY}T05:00:00Z`,
  visit_type: "home_visit",
  place_note: "見本荘の青い門",
  card_plan: "card",
  card_note: null,
  state: "planned",
  consent: { state: "given", detail: null, at: null },
  eligibility: { validity: "valid", validity_code: "1", checked_at: `${DAY}T00:00:00Z` },
  medical: { drug: "available", checkup: "no_consent" },
  registration: null,
  version: 1,
  ...over,
});
const patientOf = (id: string): Patient =>
  ({ id, name: `見本　${id}`, name_kana: "ミホン", consents: [], age: 80, version: 1 }) as unknown as Patient;
const packOf = (ids: string[], over: Partial<Visit> = {}): Schemas["PackOut"] => ({
  day: DAY,
  server_time: `${DAY}T03:00:00Z`,
  cursor: "c1",
  not_after: MIDNIGHT,
  carry_medical: true,
  link: null,
  visits: ids.map((id) => visitOf(id, over)),
  patients: ids.map(patientOf),
});
const changesOf = (cursor: string, over: Partial<Schemas["ChangesOut"]>): Schemas["ChangesOut"] => ({
  cursor,
  visits: [],
  patients: [],
  forget: [],
  more: false,
  ...over,
});
const offline: Failure = { kind: "offline" };

let db: TabletDb;
let wall: number;
let names: number;
const shares = {
  R: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
  M: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
};

/** The server, as far as a bag asks it. */
class Server {
  asked: string[][] = [];
  unknown = new Set<string>();
  withheld: Schemas["WithheldOut"]["reason"] | null = null;
  reachable = true;
  screenIsOpen = true;
  /** Until it resolves, medical answers are on their way. */
  road: Promise<void> = Promise.resolve();

  dayShares = async () => {
    if (!this.reachable) return failed(offline);
    const of = (name: "R" | "M") => ({ class: name, share: shares[name], not_after: MIDNIGHT });
    return ok({
      day: DAY,
      server_time: `${DAY}T03:00:00Z`,
      medical_mode: "strict" as const,
      shares: this.withheld ? [of("R")] : [of("R"), of("M")],
      withheld: this.withheld ? [{ class: "M" as const, reason: this.withheld }] : [],
    });
  };

  medical = async (ids: string[]) => {
    this.asked.push(ids);
    await this.road;
    if (!this.reachable) return failed(offline);
    if (ids.some((id) => this.unknown.has(id))) {
      return failed<Failure>({ kind: "problem", status: 404, code: "patient_unknown", title: "" });
    }
    const documents = ids.map((patient_id) => ({
      patient_id,
      medications: { state: "available", drugs: `見本錠 ${patient_id}` },
      checkups: null,
      diagnosis: null,
      operation: null,
      not_after: MIDNIGHT,
      withheld: [{ kind: "checkup", reason: "no_consent" }],
    }));
    return ok({ server_time: `${DAY}T03:00:00Z`, documents } as unknown as Schemas["MedicalPackOut"]);
  };
}

/** One page's life over one store. */
async function page(server: Server) {
  const clock = new TabletClock({
    reading: () => ({ wall, monotonic: wall - NOON }),
    kept: () => db.read("clock"),
    keep: (value: Clock) => db.keep("clock", value),
  });
  await clock.start();
  const keyring = new Keyring(keyRowsOf(db), clock);
  const sealed = new SealedDay(db, keyring, () => `n${names++}`);
  const records = new Records();
  const told: PackedDay[] = [];
  const bag = new Bag(sealed, keyring, clock, records, {
    shares: server.dayShares,
    medical: server.medical,
    isOpenFor: () => server.screenIsOpen,
    person: async (staff) => ({ ...person, staff }),
    keepPacked: async (packed) => {
      told.push(packed);
    },
  });
  const take = async (pack: Schemas["PackOut"]) => {
    records.takePack(pack);
    await bag.keep({ pack, changes: [] });
  };
  const change = async (changes: Schemas["ChangesOut"]) => {
    records.takeChanges(changes);
    await bag.keep({ pack: null, changes: [changes] });
  };
  return { clock, keyring, sealed, records, bag, told, take, change };
}

async function packed(ids: string[], server = new Server()) {
  const made = await page(server);
  await made.bag.openWithServer(SHINICHI, "839274");
  await made.take(packOf(ids));
  return { ...made, server };
}

beforeEach(() => {
  db = new TabletDb(`bag-${Math.random()}`);
  [wall, names] = [NOON, 0];
});

describe("packing", () => {
  test("ends ready when every page was read back, and tells the office so", async () => {
    const { bag, told } = await packed(["a", "b", "c"]);
    expect(bag.state.value).toEqual({ kind: "ready", patients: 3 });
    expect(told.at(-1)).toEqual({ day: DAY, patients: 3, documents: 3, verified: true });
    expect(bag.people.value.get("a")).toEqual({
      state: "ready",
      medical: true,
      withheld: [{ kind: "checkup", reason: "no_consent" }],
    });
  });

  test("fetches in small batches, and counts people as it goes", async () => {
    const ids = Array.from({ length: MEDICAL_BATCH * 2 + 1 }, (_, n) => `p${n}`);
    const server = new Server();
    const made = await page(server);
    const seen: unknown[] = [];
    made.bag.state.subscribe((state) => {
      if (state.kind === "packing") seen.push([state.done, state.total]);
    });
    await made.bag.openWithServer(SHINICHI, null);
    await made.take(packOf(ids));
    expect(server.asked.map((batch) => batch.length)).toEqual([4, 4, 1]);
    expect(seen).toEqual([
      [0, 9],
      [4, 9],
      [8, 9],
    ]);
  });

  test("[F40] leaves nothing readable in the store", async () => {
    await packed(["hanako", "taro"]);
    const shown = (_: string, value: unknown) =>
      value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
    const text = JSON.stringify([await db.pages.toArray(), await db.meta.toArray()], shown);
    expect(text.length).toBeGreaterThan(3_000);
    for (const word of ["見本", "hanako", "taro", "青い門", "慎一", "ミホン"])
      expect(text).not.toContain(word);
  });

  test("seals the bytes that came, in slices, and gives back the same day", async () => {
    const ids = Array.from({ length: 3_000 }, (_, n) => `p${n}`);
    const bare = { medical: { drug: "no_consent", checkup: "no_consent" } };
    const pack = packOf(ids, bare);
    const made = await page(new Server());
    await made.bag.openWithServer(SHINICHI, null);
    made.records.takePack(pack);
    // Told again before the first telling is sealed: it goes on top of the bytes, not into them.
    const later = changesOf("c2", { visits: [visitOf("p0", { ...bare, place_note: "裏口" })] });
    made.records.takeChanges(later);
    const came = bytesOf(pack).slice().buffer;
    expect(came.byteLength).toBeGreaterThan(SLICE);
    await Promise.all([
      made.bag.keep({ pack, came, changes: [] }),
      made.bag.keep({ pack: null, changes: [later] }),
    ]);
    expect(made.bag.state.value).toEqual({ kind: "ready", patients: 3_000 });
    const names = (await db.pages.toArray()).map((row) => row.page).sort();
    expect(names).toEqual(["day", "delta", "pack-0", "pack-1"]);
    const again = await page(new Server());
    await again.bag.openWithServer(SHINICHI, null);
    expect(again.records.day.value).toEqual(made.records.day.value);
    expect(again.records.packed()).toEqual(made.records.packed());
    await db.pages.filter((row) => row.page === "pack-1").delete();
    expect(await made.sealed.verifyDay()).toBe(false);
    expect(await made.sealed.readDay()).toBeNull();
  });

  test("writes the day out where a form that is open holds more than came (F30)", async () => {
    const made = await packed(["a"]);
    made.records.edit("visit-a");
    const pack = packOf(["b"]);
    made.records.takePack(pack);
    await made.bag.keep({ pack, came: bytesOf(pack).slice().buffer, changes: [] });
    const found = await made.sealed.readDay();
    expect(found?.day.visits.map((visit) => visit.id).sort()).toEqual(["visit-a", "visit-b"]);
  });

  test("of many people goes in pages of five hundred", async () => {
    const ids = Array.from({ length: PAGE_SIZE + 1 }, (_, n) => `p${n}`);
    const made = await page(new Server());
    await made.bag.openWithServer(SHINICHI, null);
    await made.take(packOf(ids, { medical: { drug: "no_consent", checkup: "no_consent" } }));
    expect((await db.pages.toArray()).map((row) => row.page).sort()).toEqual([
      "day",
      "patients-0",
      "patients-1",
      "visits-0",
      "visits-1",
    ]);
    expect(made.bag.state.value).toEqual({ kind: "ready", patients: PAGE_SIZE + 1 });
  });

  test("that lost its server half way is not called ready, and goes on where it stopped", async () => {
    const server = new Server();
    const made = await page(server);
    await made.bag.openWithServer(SHINICHI, null);
    server.reachable = false;
    await made.take(packOf(["a", "b"]));
    expect(made.bag.state.value).toEqual({ kind: "partly", ready: 0, patients: 2 });
    expect(made.told.at(-1)?.verified).toBe(false);
    server.reachable = true;
    await made.bag.keep({ pack: null, changes: [] });
    expect(made.bag.state.value).toEqual({ kind: "ready", patients: 2 });
  });

  test("goes on without a person whom the server does not give any more", async () => {
    const server = new Server();
    server.unknown.add("b");
    const { bag } = await packed(["a", "b", "c"], server);
    expect([...bag.people.value].map(([id, one]) => [id, one.state])).toEqual([
      ["a", "ready"],
      ["b", "failed"],
      ["c", "ready"],
    ]);
  });

  test("notices a page that the storage did not keep as it was written", async () => {
    const made = await packed(["a"]);
    const row = await db.pages.filter((one) => one.page === "patients-0").first();
    if (!row) throw new Error("nothing was packed");
    await db.pages.put({ ...row, content: (row.content as ArrayBuffer).slice(0, -1) });
    expect(await made.sealed.verifyDay()).toBe(false);
    await db.pages.delete(row.id);
    expect(await made.sealed.verifyDay()).toBe(false);
  });

  test("packs again what the storage lost, in the next round", async () => {
    const made = await packed(["a", "b"]);
    await db.pages.filter((row) => row.class === "M" || row.page === "visits-0").delete();
    const change = changesOf("c2", { visits: [visitOf("a", { place_note: "裏口" })] });
    await made.change(change);
    expect(made.bag.state.value.kind).toBe("partly");
    await made.bag.keep({ pack: null, changes: [] });
    expect(made.bag.state.value).toEqual({ kind: "ready", patients: 2 });
    expect(made.told.at(-1)).toEqual({ day: DAY, patients: 2, documents: 2, verified: true });
  });

  test("of two pages of one tablet at once leaves one of everything", async () => {
    const server = new Server();
    const [one, other] = [await page(server), await page(server)];
    await one.bag.openWithServer(SHINICHI, null);
    await other.bag.openWithServer(SHINICHI, null);
    await Promise.all([one.take(packOf(["a"])), other.take(packOf(["a"]))]);
    const later = await page(server);
    await later.bag.openWithServer(SHINICHI, null);
    expect(await db.pages.filter((row) => row.class === "M").count()).toBe(1);
    await later.bag.keep({ pack: null, changes: [] });
    expect(later.bag.state.value).toEqual({ kind: "ready", patients: 1 });
  });

  test("keeps drugs at home where the clinic wants it, and says why", async () => {
    const first = await packed(["a"]);
    expect(first.sealed.medicalHeld().size).toBe(1);
    first.server.withheld = "carry_medical_off";
    const later = await page(first.server);
    await later.bag.openWithServer(SHINICHI, null);
    await later.take(packOf(["a"]));
    expect(later.bag.withheld.value).toBe("carry_medical_off");
    expect(await db.pages.filter((row) => row.class === "M").count()).toBe(0);
    expect(later.bag.state.value).toEqual({ kind: "ready", patients: 1 });
  });
});

describe("what changes", () => {
  test("goes to one page, and the next page of the tablet knows it", async () => {
    const made = await packed(["a", "b"]);
    await made.change(changesOf("c2", { visits: [visitOf("a", { place_note: "裏口" })] }));
    await made.change(changesOf("c3", { forget: [{ kind: "visit", id: "visit-b" }] }));
    const later = await page(made.server);
    await later.bag.openWithServer(SHINICHI, null);
    expect(later.records.visits.value.map((v) => [v.id, v.place_note])).toEqual([["visit-a", "裏口"]]);
    expect(later.records.day.value?.cursor).toBe("c3");
    expect(await db.pages.filter((row) => row.page === "delta").count()).toBe(1);
  });

  test("fetches one person's information again when there is more of it, and no other's", async () => {
    const made = await packed(["a", "b"]);
    made.server.asked = [];
    const fresh = visitOf("a", { medical: { drug: "available", checkup: "available" } });
    await made.change(changesOf("c2", { visits: [fresh] }));
    expect(made.server.asked).toEqual([["a"]]);
    expect(await db.pages.filter((row) => row.class === "M").count()).toBe(2);
  });

  test("asks for nothing twice when nothing changed, not in the next page either", async () => {
    const made = await packed(["a", "b"]);
    const later = await page(made.server);
    await later.bag.openWithServer(SHINICHI, null);
    made.server.asked = [];
    await later.bag.keep({ pack: null, changes: [] });
    expect(made.server.asked).toEqual([]);
  });
});

describe("opening", () => {
  test("online shows what is sealed before anything is pulled", async () => {
    const { server } = await packed(["a", "b"]);
    const later = await page(server);
    await later.bag.openWithServer(SHINICHI, null);
    expect(later.records.visits.value).toHaveLength(2);
    expect(later.records.patients.value.get("a")?.name).toBe("見本　a");
  });

  test("does not lose the PIN to a second question for the same shares", async () => {
    const made = await page(new Server());
    await Promise.all([made.bag.openWithServer(SHINICHI, "839274"), made.bag.openWithServer(SHINICHI, null)]);
    expect(made.keyring.knowsPinOf(SHINICHI.id)).toBe(true);
  });

  test("that comes after somebody locked the screen opens nothing", async () => {
    const { server, sealed } = await packed(["a"]);
    server.screenIsOpen = false;
    const later = await page(server);
    expect(await later.bag.openWithServer(SHINICHI, null)).toBe(false);
    expect(later.records.visits.value).toEqual([]);
    expect(sealed.medicalHeld().size).toBe(1);
  });

  test("alone knows whose day it is, and what was entered before the page ended", async () => {
    const made = await packed(["a"]);
    const entry = {
      id: "e1",
      sequence: 1,
      kind: "visit_registered",
      visit_id: "visit-a",
      staff_id: SHINICHI.id,
      base_version: 1,
      entered_at: `${DAY}T05:10:00Z`,
      data: { outcome: "completed", identity_method: "web_pin" },
    } as Entry;
    await made.sealed.keepEntry(entry);
    made.keyring.lock();
    made.bag.close();
    made.records.forgetAll();
    await made.keyring.reopen(SHINICHI.id, "839274");
    expect(await made.bag.openAlone()).toEqual(SHINICHI);
    expect(made.records.visits.value[0]?.state).toBe("visited");
    expect(made.records.isUnsent("visit-a")).toBe(true);
    made.records.markSent(new Set());
    expect([made.records.isUnsent("visit-a"), made.records.visits.value[0]?.state]).toEqual([
      false,
      "visited",
    ]);
    await made.sealed.keepEntriesOf(new Set());
    expect(await db.pages.filter((row) => row.page.startsWith("entry-")).count()).toBe(0);
  });

  test("one person's drugs gives what was packed, and in one word why not", async () => {
    const { sealed, keyring } = await packed(["a"]);
    expect(await sealed.readMedical("a")).toMatchObject({ document: { patient_id: "a" } });
    expect(await sealed.readMedical("z")).toEqual({ reason: "none" });
    keyring.lock();
    expect(await sealed.readMedical("a")).toEqual({ reason: "locked" });
  });

  test("[F28] after the clock was turned back shows visits, and drugs to nobody", async () => {
    const { sealed, clock } = await packed(["a"]);
    wall += 3_600_000;
    await clock.look();
    wall -= 48 * 3_600_000;
    expect(await sealed.readMedical("a")).toEqual({ reason: "clock" });
    expect(await sealed.readDay()).not.toBeNull();
  });

  test("[F30] at midnight everything sealed of the day is deleted", async () => {
    const { sealed, clock, keyring } = await packed(["a", "b"]);
    wall = Date.parse(MIDNIGHT) - 1;
    expect(await sealed.sweep((end) => clock.isOver(end))).toBe(0);
    wall += 1;
    await sealed.sweep((end) => clock.isOver(end));
    await keyring.expire();
    expect([await db.pages.count(), await db.keys.filter((row) => row.kind !== "device").count()]).toEqual([
      0, 0,
    ]);
  });

  test("[F30] a day that is over leaves the screen, but for the form that is open", async () => {
    const { records } = await packed(["a", "b"]);
    records.edit("visit-a");
    records.endDay();
    expect(records.visits.value.map((v) => v.id)).toEqual(["visit-a"]);
    expect([records.day.value, records.ended.value]).toEqual([null, true]);
    records.edit(null);
    records.endDay();
    expect([records.visits.value.length, records.patients.value.size]).toEqual([0, 0]);
  });

  test("[F30] a form that is open at midnight keeps its visit when the next day comes", async () => {
    const { records } = await packed(["a", "b"]);
    records.edit("visit-a");
    records.takePack({ ...packOf(["c"]), day: "2026-07-15" });
    expect(records.visits.value.map((v) => v.id).sort()).toEqual(["visit-a", "visit-c"]);
    expect(records.patients.value.get("a")?.name).toBe("見本　a");
    records.edit(null);
    records.takePack({ ...packOf(["c"]), day: "2026-07-15" });
    expect(records.visits.value.map((v) => v.id)).toEqual(["visit-c"]);
  });
});

describe("whoever opens the tablet next", () => {
  const SAKURA: typeof SHINICHI = { ...SHINICHI, id: "sakura", name: "見本　さくら" };

  test("gets nothing of what was still on its way for the one before", async () => {
    const server = new Server();
    const { bag, keyring, records, sealed } = await page(server);
    await bag.openWithServer(SHINICHI, "839274");
    let arrive = () => {};
    server.road = new Promise((done) => {
      arrive = done;
    });
    records.takePack(packOf(["a"]));
    const packing = bag.keep({ pack: packOf(["a"]), changes: [] });
    while (server.asked.length === 0) await new Promise((done) => setTimeout(done, 1));

    // Dr 例示 慎一 locks, 見本 さくら opens; only then his answer arrives.
    keyring.lock();
    bag.close();
    records.forgetAll();
    keyring.drop();
    await bag.openWithServer(SAKURA, "281745");
    arrive();
    await packing;

    expect(await sealed.readMedical("a")).toEqual({ reason: "none" });
    expect((await db.pages.toArray()).filter((row) => row.class === "M")).toEqual([]);
    expect(bag.people.value.size).toBe(0);
  });

  test("is not shown a page that somebody put in another person's place", async () => {
    const { sealed } = await packed(["a", "b"]);
    const [a, b] = ["a", "b"].map((id) => sealed.medicalHeld().get(id)?.id ?? "");
    const row = await db.pages.get(b ?? "");
    if (row) await db.pages.put({ ...row, id: a ?? "" });
    expect(await sealed.readMedical("a")).toEqual({ reason: "damaged" });
  });
});
