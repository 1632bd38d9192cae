import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { toBase64Url } from "../store/box";
import { TabletDb } from "../store/db";
import { keyRowsOf } from "../store/key-rows";
import type { Clock } from "./clock";
import { type GivenShares, Keyring, type Person } from "./keyring";
import type { SealedPage } from "./pages";
import { standingOf, type ToldOfTablet } from "./standing";
import { TabletClock } from "./tablet-clock";

const NOON = Date.parse("2026-07-14T03:00:00Z");
const MIDNIGHT = "2026-07-14T15:00:00.000Z";
const HOUR = 3_600_000;
const SHINICHI: Person = { clinic: "minamo", staff: "shinichi", device: "t1" };
const SAKURA: Person = { clinic: "minamo", staff: "sakura", device: "t1" };
const PIN = "839274";

let db: TabletDb;
let wall: number;
let monotonic: number;

const random = () => crypto.getRandomValues(new Uint8Array(32));
const pass = (ms: number) => {
  wall += ms;
  monotonic += ms;
};

/** One page's life: what it knows is in memory, what it kept is in the store. */
async function page(): Promise<{ keyring: Keyring; clock: TabletClock }> {
  const clock = new TabletClock({
    reading: () => ({ wall, monotonic }),
    kept: () => db.read("clock"),
    keep: (value: Clock) => db.keep("clock", value),
  });
  await clock.start();
  return { keyring: new Keyring(keyRowsOf(db), clock), clock };
}

function shares(mode: GivenShares["medical_mode"] = "strict", day = "2026-07-14"): GivenShares {
  const of = (name: "R" | "M") => ({ class: name, share: toBase64Url(random()), not_after: MIDNIGHT });
  return { day, medical_mode: mode, shares: [of("R"), of("M")] };
}

async function opened(mode: GivenShares["medical_mode"] = "strict") {
  const { keyring, clock } = await page();
  clock.heard(NOON);
  await clock.look();
  const given = shares(mode);
  await keyring.take(SHINICHI, given, PIN);
  return { keyring, clock, given };
}

async function sealed(keyring: Keyring, of: "R" | "M"): Promise<SealedPage> {
  const found = await keyring.seal(of, `${of}0`, { name: "見本 さくら" });
  if (!found) throw new Error("nothing was sealed");
  return found;
}

beforeEach(() => {
  db = new TabletDb(`keys-${Math.random()}`);
  [wall, monotonic] = [NOON, 1_000];
});

describe("the day's keys", () => {
  test("come back in the next page with the same shares, and with no others", async () => {
    const { keyring, given } = await opened();
    const [r, m] = [await sealed(keyring, "R"), await sealed(keyring, "M")];
    const later = (await page()).keyring;
    await later.take(SHINICHI, given);
    expect((await later.open(r)).state).toBe("open");
    expect((await later.open(m)).state).toBe("open");
    const other = (await page()).keyring;
    await other.take(SHINICHI, shares());
    expect((await other.open(r)).state).toBe("damaged");
  });

  test("are one and the same in two pages that ask at the same moment", async () => {
    const [one, other] = [await page(), await page()];
    one.clock.heard(NOON);
    other.clock.heard(NOON);
    const given = shares();
    await Promise.all([one.keyring.take(SHINICHI, given), other.keyring.take(SHINICHI, given)]);
    expect((await other.keyring.open(await sealed(one.keyring, "R"))).state).toBe("open");
  });

  test("[F40] lie in the store only wrapped: no share, no PIN, and nothing that can be exported", async () => {
    const { keyring, given } = await opened();
    await sealed(keyring, "M");
    const rows = await db.keys.toArray();
    const text = JSON.stringify([rows, await db.meta.toArray()]);
    for (const secret of [PIN, ...given.shares.map((one) => one.share)]) expect(text).not.toContain(secret);
    for (const row of rows) if (row.kind === "device") expect(row.key.extractable).toBe(false);
  });

  test("of one person open nothing of another", async () => {
    const { keyring } = await opened();
    const hers = await sealed(keyring, "R");
    await keyring.take(SAKURA, shares());
    expect((await keyring.open(hers)).state).toBe("damaged");
    expect(await keyring.reopen(SHINICHI.staff, PIN)).toEqual({ kind: "not_held" });
  });
});

describe("a living page without a network", () => {
  test("answers to nobody while it is locked, and to the PIN again", async () => {
    const { keyring } = await opened();
    const m = await sealed(keyring, "M");
    keyring.lock();
    expect((await keyring.open(m)).state).toBe("locked");
    expect(await keyring.seal("R", "x", {})).toBeNull();
    expect(await keyring.reopen(SHINICHI.staff, "111222")).toEqual({ kind: "wrong", remaining: 4 });
    expect(await keyring.reopen(SHINICHI.staff, PIN)).toEqual({ kind: "right" });
    expect((await keyring.open(m)).state).toBe("open");
  });

  test("[F39] drops everything at the fifth wrong PIN; the right one then comes too late", async () => {
    const { keyring } = await opened();
    keyring.lock();
    const told = [];
    for (const pin of ["100000", "200000", "300000", "400000", "500000"]) {
      told.push((await keyring.reopen(SHINICHI.staff, pin)).kind);
    }
    expect(told).toEqual(["wrong", "wrong", "wrong", "wrong", "spent"]);
    expect(await keyring.reopen(SHINICHI.staff, PIN)).toEqual({ kind: "not_held" });
    expect(keyring.holder.value).toBeNull();
  });

  test("knows no PIN after the page was killed", async () => {
    await opened();
    const { keyring } = await page();
    expect(await keyring.reopen(SHINICHI.staff, PIN)).toEqual({ kind: "not_held" });
  });
});

describe("a killed page and a passkey", () => {
  const passkey = (output = random()) => ({ credential: "c1", salt: "s", output, at: "2026-07-14" });

  test.each([
    ["strict", "locked"],
    ["passkey", "open"],
  ] as const)("where the clinic says %s: the day opens, drugs are %s", async (mode, drugs) => {
    const { keyring } = await opened(mode);
    const made = passkey();
    await keyring.enrolPasskey(made);
    const [r, m] = [await sealed(keyring, "R"), await sealed(keyring, "M")];
    const later = (await page()).keyring;
    const found = await later.openByPasskey("c1", made.output);
    expect(found).toEqual({ state: "open", person: SHINICHI, day: "2026-07-14" });
    expect((await later.open(r)).state).toBe("open");
    expect((await later.open(m)).state).toBe(drugs);
  });

  test("needs no finger in the morning: a share of the next unlock is kept for it too", async () => {
    const { keyring } = await opened();
    const made = passkey();
    await keyring.enrolPasskey(made);
    const next = await page();
    await next.keyring.take(SHINICHI, shares("strict", "2026-07-14"));
    const r = await sealed(next.keyring, "R");
    const later = (await page()).keyring;
    expect((await later.openByPasskey("c1", made.output)).state).toBe("open");
    expect((await later.open(r)).state).toBe("open");
  });

  test("a silently wrong answer is noticed, and opens nothing", async () => {
    const { keyring } = await opened();
    await keyring.enrolPasskey(passkey());
    const later = (await page()).keyring;
    expect((await later.openByPasskey("c1", random())).state).toBe("wrong_passkey");
    expect((await later.openByPasskey("c2", random())).state).toBe("nothing_kept");
    expect(later.holder.value).toBeNull();
  });

  test("[F40] is what a copied store lacks: without its answer the kept share is noise", async () => {
    const { keyring, given } = await opened("passkey");
    await keyring.enrolPasskey(passkey());
    const text = JSON.stringify(await db.keys.toArray());
    for (const one of given.shares) expect(text).not.toContain(one.share);
  });

  test("when the clinic goes back to strict, the kept share of drugs leaves at the next unlock", async () => {
    const { keyring, given } = await opened("passkey");
    const made = passkey();
    await keyring.enrolPasskey(made);
    const m = await sealed(keyring, "M");
    await keyring.take(SHINICHI, { ...given, medical_mode: "strict" });
    const later = (await page()).keyring;
    await later.openByPasskey("c1", made.output);
    expect((await later.open(m)).state).toBe("locked");
  });

  test("that was taken away opens nothing any more", async () => {
    const { keyring } = await opened();
    const made = passkey();
    await keyring.enrolPasskey(made);
    await keyring.forgetPasskey(SHINICHI.staff);
    expect((await (await page()).keyring.openByPasskey("c1", made.output)).state).toBe("nothing_kept");
  });
});

describe("the deadline", () => {
  test.each([
    [-1, "open"],
    [0, "over"],
    [1_000, "over"],
  ])("[F30] %i ms around midnight", async (ms, state) => {
    const { keyring } = await opened();
    const m = await sealed(keyring, "M");
    pass(Date.parse(MIDNIGHT) - NOON + ms);
    expect((await keyring.open(m)).state).toBe(state);
  });

  test("ends keys in memory and store, and keeps the tablet's own", async () => {
    const { keyring } = await opened("passkey");
    await keyring.enrolPasskey({ credential: "c1", salt: "s", output: random(), at: "2026-07-14" });
    pass(Date.parse(MIDNIGHT) - NOON);
    await keyring.expire();
    expect(keyring.holder.value).toBeNull();
    expect((await db.keys.toArray()).map((row) => row.kind).sort()).toEqual(["device", "passkey"]);
  });

  test("[F28] a clock turned back closes drugs and leaves the visits open, in this page and the next", async () => {
    const { keyring, clock, given } = await opened();
    const [r, m] = [await sealed(keyring, "R"), await sealed(keyring, "M")];
    pass(HOUR);
    await clock.look();
    wall -= 48 * HOUR;
    expect((await keyring.open(m)).state).toBe("clock");
    expect((await keyring.open(r)).state).toBe("open");
    monotonic = 5;
    const later = (await page()).keyring;
    await later.take(SHINICHI, given);
    expect((await later.open(m)).state).toBe("clock");
  });

  test("[F28] a clock turned two days forward ends the day", async () => {
    const { keyring } = await opened();
    const r = await sealed(keyring, "R");
    wall += 48 * HOUR;
    expect((await keyring.open(r)).state).toBe("over");
  });

  test("[F29] a tablet ten minutes slow goes by the server's time", async () => {
    wall -= 600_000;
    const { keyring } = await opened();
    const m = await sealed(keyring, "M");
    pass(Date.parse(MIDNIGHT) - NOON);
    expect((await keyring.open(m)).state).toBe("over");
  });

  test("more than twelve hours alone closes drugs, and the server's word opens them again", async () => {
    const { keyring, clock, given } = await opened();
    const late = {
      ...given,
      shares: given.shares.map((one) => ({ ...one, not_after: "2026-07-16T15:00:00Z" })),
    };
    await keyring.take(SHINICHI, late);
    const m = await sealed(keyring, "M");
    pass(12 * HOUR + 1);
    expect((await keyring.open(m)).state).toBe("clock");
    clock.heard(wall);
    expect((await keyring.open(m)).state).toBe("open");
  });

  test("of a page may lie before the day's end, never behind it", async () => {
    const { keyring } = await opened();
    const early = await keyring.seal("M", "a", {}, "2026-07-14T05:00:00.000Z");
    const late = await keyring.seal("M", "b", {}, "2026-07-20T05:00:00.000Z");
    expect([early?.not_after, late?.not_after]).toEqual(["2026-07-14T05:00:00.000Z", MIDNIGHT]);
  });
});

describe("what comes while everything is let go of", () => {
  test("shares being taken while the tablet is stopped leave nothing, in memory or store", async () => {
    const { keyring } = await opened();
    const taking = keyring.take(SHINICHI, shares(), PIN);
    await keyring.wipe();
    await taking;
    expect([keyring.isHeldBy(SHINICHI.staff), keyring.holder.value, await db.keys.count()]).toEqual([
      false,
      null,
      0,
    ]);
  });

  test("a PIN that is still being compared opens nobody's day after the tablet was left to another", async () => {
    const { keyring } = await opened();
    keyring.lock();
    const trying = keyring.reopen(SHINICHI.staff, PIN);
    keyring.drop();
    await keyring.take(SAKURA, shares(), "571938");
    keyring.lock();
    expect(await trying).toEqual({ kind: "not_held" });
    expect(keyring.holder.value).toMatchObject({ person: SAKURA, open: false });
  });

  test("a passkey's answer that comes after the stop opens nothing", async () => {
    const { keyring } = await opened();
    const made = { credential: "c1", salt: "s", output: random(), at: "2026-07-14" };
    await keyring.enrolPasskey(made);
    const later = (await page()).keyring;
    const opening = later.openByPasskey("c1", made.output);
    later.drop();
    expect((await opening).state).toBe("nothing_kept");
    expect(later.holder.value).toBeNull();
  });
});

describe("[F23] what the server says of the people on a locked tablet", () => {
  const passkey = () => ({ credential: "c1", salt: "s", output: random(), at: "2026-07-14" });
  const told = (
    people: Array<{ staff_id: string; role: string }>,
    more: Partial<ToldOfTablet> = {},
  ): ToldOfTablet => ({ people, medical_offline: true, medical_mode: "passkey", ...more });
  const doctor = { staff_id: SHINICHI.staff, role: "doctor" };

  test("of somebody who was stopped nothing is left, and the PIN opens nothing", async () => {
    const { keyring } = await opened("passkey");
    await keyring.enrolPasskey(passkey());
    keyring.lock();
    await keyring.obey(standingOf(told([{ staff_id: SAKURA.staff, role: "nurse" }])));
    expect(await keyring.reopen(SHINICHI.staff, PIN)).toEqual({ kind: "not_held" });
    expect((await db.keys.toArray()).map((row) => row.kind)).toEqual(["device"]);
  });

  test.each([
    ["a clinic that carries no medical information any more", told([doctor], { medical_offline: false })],
    ["a doctor who works at the office now", told([{ ...doctor, role: "office" }])],
  ])("%s: the drugs close, the visits stay", async (_, said) => {
    const { keyring } = await opened("passkey");
    const made = passkey();
    await keyring.enrolPasskey(made);
    const [r, m] = [await sealed(keyring, "R"), await sealed(keyring, "M")];
    await keyring.obey(standingOf(said));
    expect((await keyring.open(m)).state).toBe("locked");
    expect((await keyring.open(r)).state).toBe("open");
    const later = (await page()).keyring;
    expect((await later.openByPasskey("c1", made.output)).state).toBe("open");
    expect([(await later.open(r)).state, (await later.open(m)).state]).toEqual(["open", "locked"]);
  });

  test("the strict mode takes drugs from the passkey at once, and leaves them to a page the server opened", async () => {
    const { keyring } = await opened("passkey");
    const made = passkey();
    await keyring.enrolPasskey(made);
    const m = await sealed(keyring, "M");
    const byPasskey = (await page()).keyring;
    await byPasskey.openByPasskey("c1", made.output);
    expect((await byPasskey.open(m)).state).toBe("open");
    const strict = standingOf(told([doctor], { medical_mode: "strict" }));
    await byPasskey.obey(strict);
    await keyring.obey(strict);
    expect([(await byPasskey.open(m)).state, (await keyring.open(m)).state]).toEqual(["locked", "open"]);
    const later = (await page()).keyring;
    await later.openByPasskey("c1", made.output);
    expect((await later.open(m)).state).toBe("locked");
  });

  test("while nothing has changed, nothing does", async () => {
    const { keyring } = await opened("passkey");
    await keyring.enrolPasskey(passkey());
    const before = await db.keys.toArray();
    await keyring.obey(standingOf(told([doctor])));
    expect((await db.keys.toArray()).map((row) => row.id)).toEqual(before.map((row) => row.id));
    expect([keyring.has("R"), keyring.has("M")]).toEqual([true, true]);
  });
});

test("[F40] a wiped tablet opens nothing, with share or passkey", async () => {
  const { keyring, given } = await opened("passkey");
  const made = { credential: "c1", salt: "s", output: random(), at: "2026-07-14" };
  await keyring.enrolPasskey(made);
  const r = await sealed(keyring, "R");
  await keyring.wipe();
  expect(await db.keys.count()).toBe(0);
  const later = (await page()).keyring;
  expect((await later.openByPasskey("c1", made.output)).state).toBe("nothing_kept");
  await later.take(SHINICHI, given);
  expect((await later.open(r)).state).toBe("damaged");
});
