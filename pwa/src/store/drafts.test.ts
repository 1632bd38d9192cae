import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Keyring } from "../lock/keyring";
import { TabletClock } from "../lock/tablet-clock";
import { toBase64Url } from "./box";
import { TabletDb } from "./db";
import { DRAFT_AFTER_MS, SealedDrafts } from "./drafts";
import { keyRowsOf } from "./key-rows";

const NOON = Date.parse("2026-07-14T03:00:00Z");
type Form = { note: string };

let db: TabletDb;
let names: number;
let waiting: Array<{ work: () => void; ms: number }>;
const share = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));

async function page() {
  const clock = new TabletClock({
    reading: () => ({ wall: NOON, monotonic: 0 }),
    kept: async () => undefined,
    keep: async () => undefined,
  });
  clock.heard(NOON);
  const keyring = new Keyring(keyRowsOf(db), clock);
  await keyring.take(
    { clinic: "minamo", staff: "shinichi", device: "t1" },
    {
      day: "2026-07-14",
      medical_mode: "strict",
      shares: [{ class: "R", share, not_after: "2026-07-14T15:00:00Z" }],
    },
  );
  const drafts = new SealedDrafts<Form>(db, keyring, {
    newId: () => `d${names++}`,
    later: (work, ms) => {
      const one = { work, ms };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    onTrouble: (error) => {
      throw error;
    },
  });
  return { drafts, keyring };
}

beforeEach(() => {
  db = new TabletDb(`drafts-${Math.random()}`);
  [names, waiting] = [0, []];
});

describe("a form not yet saved", () => {
  test("[F31] is there in the page opened later, as it was typed last", async () => {
    const { drafts } = await page();
    drafts.keep("visit-a", { note: "玄関で" });
    drafts.keep("visit-a", { note: "玄関で聞いた" });
    await drafts.flush();
    expect(await (await page()).drafts.all()).toEqual(new Map([["visit-a", { note: "玄関で聞いた" }]]));
    expect(await db.drafts.count()).toBe(1);
  });

  test("is stored within 300 ms of the first touch, however long somebody types on", async () => {
    const { drafts } = await page();
    for (const note of ["a", "ab", "abc"]) drafts.keep("visit-a", { note });
    expect(waiting.map((one) => one.ms)).toEqual([DRAFT_AFTER_MS]);
    expect(DRAFT_AFTER_MS).toBeLessThanOrEqual(300);
  });

  test("[F40] names neither visit nor word in the store", async () => {
    const { drafts } = await page();
    drafts.keep("visit-a", { note: "玄関で聞いた" });
    await drafts.flush();
    const text = JSON.stringify(await db.drafts.toArray(), (_, value: unknown) =>
      value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value,
    );
    for (const word of ["visit-a", "玄関"]) expect(text).not.toContain(word);
  });

  test("leaves when it was saved, also while it was just being stored", async () => {
    const { drafts } = await page();
    drafts.keep("visit-a", { note: "a" });
    const stored = drafts.flush();
    await Promise.all([stored, drafts.drop("visit-a")]);
    expect(await db.drafts.count()).toBe(0);
    drafts.keep("visit-b", { note: "b" });
    await drafts.drop("visit-b");
    expect(waiting).toEqual([]);
  });

  test("stays in memory alone when there is no key any more", async () => {
    const { drafts, keyring } = await page();
    keyring.drop();
    drafts.keep("visit-a", { note: "a" });
    await drafts.flush();
    expect(await db.drafts.count()).toBe(0);
  });
});
