import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../store/box";
import { TabletDb } from "../store/db";
import { keyRowsOf } from "../store/key-rows";
import type { Clock } from "./clock";
import { unwrapDayKey } from "./day-keys";
import type { KeyRow } from "./key-rows";
import { Keyring } from "./keyring";
import { openPage, type SealedPage } from "./pages";
import { TabletClock } from "./tablet-clock";

const NOON = Date.parse("2026-07-14T03:00:00Z");
const MIDNIGHT = "2026-07-14T15:00:00.000Z";
const PINS = 10_000;
const utf8 = new TextEncoder();

/** A tablet that was opened this morning in strict mode, and everything that lies in its storage. */
async function stolen() {
  const db = new TabletDb(`dump-${Math.random()}`);
  const clock = new TabletClock({
    reading: () => ({ wall: NOON, monotonic: 1_000 }),
    kept: () => db.read("clock"),
    keep: (value: Clock) => db.keep("clock", value),
  });
  await clock.start();
  clock.heard(NOON);
  await clock.look();
  const keyring = new Keyring(keyRowsOf(db), clock);
  const of = (name: "R" | "M") => ({
    class: name,
    share: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
    not_after: MIDNIGHT,
  });
  const person = { clinic: "minamo", staff: "shinichi", device: "t1" };
  const shares = [of("R"), of("M")];
  await keyring.take(person, { day: "2026-07-14", medical_mode: "strict", shares }, "839274");
  const pages: SealedPage[] = [];
  for (const name of ["R", "M"] as const) {
    for (let number = 0; number < 5; number += 1) {
      const page = await keyring.seal(name, `${name}${number}`, { name: "見本 さくら", number });
      if (page) pages.push(page);
    }
  }
  expect(pages).toHaveLength(10);
  return { rows: await keyRowsOf(db).all(), pages, shares };
}

/** Every string in what was stored that could be key material, as 32 bytes. */
function* blobsIn(value: unknown): Generator<Uint8Array<ArrayBuffer>> {
  if (typeof value === "string") {
    if (/^[\w-]{8,}$/.test(value)) {
      const bytes = new Uint8Array(fromBase64Url(value));
      for (let from = 0; from + 32 <= Math.max(bytes.length, 32); from += 16) {
        const cut = new Uint8Array(32);
        cut.set(bytes.subarray(from, from + 32));
        yield cut;
      }
    }
    return;
  }
  if (value !== null && typeof value === "object" && !(value instanceof CryptoKey)) {
    for (const inner of Object.values(value)) yield* blobsIn(inner);
  }
}

const sha256 = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text)));

async function opens(
  rows: readonly KeyRow[],
  pages: readonly SealedPage[],
  guess: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const device = rows.find((row) => row.kind === "device");
  if (device?.kind !== "device") throw new Error("no key of the tablet");
  let opened = 0;
  for (const row of rows) {
    if (row.kind !== "day") continue;
    const found = await unwrapDayKey(row.wrapped, guess, null, device.key);
    if (found.state !== "open") continue;
    for (const page of pages) opened += (await openPage(found.key, page)).state === "open" ? 1 : 0;
  }
  return opened;
}

test("[F40] a copied storage gives up no record: every key and blob in it tried, and ten thousand PINs", async () => {
  const { rows, pages, shares } = await stolen();
  expect(rows.map((row) => row.kind).sort()).toEqual(["day", "day", "device"]);
  let opened = 0;
  // The tablet's own key, which a thief may use but not take out, opens no page by itself.
  for (const row of rows) {
    if (row.kind !== "device") continue;
    await expect(crypto.subtle.exportKey("raw", row.key)).rejects.toThrow();
    for (const page of pages) opened += (await openPage(row.key, page)).state === "open" ? 1 : 0;
  }
  const blobs = [...blobsIn(rows), ...blobsIn(pages), new Uint8Array(32)];
  expect(blobs.length).toBeGreaterThan(30);
  for (const blob of blobs) opened += await opens(rows, pages, blob);
  // The PIN is never key material, so no PIN can be right; the person's own is among those tried.
  for (let each = 0; each < PINS; each += 1) {
    const pin = each === 0 ? "839274" : String((each * 7919 + 13) % 1_000_000).padStart(6, "0");
    opened += await opens(rows, pages, await sha256(pin));
  }
  expect(opened).toBe(0);
  // What the thief lacks would have opened all of them: the attack itself works.
  for (const one of shares) opened += await opens(rows, pages, new Uint8Array(fromBase64Url(one.share)));
  expect(opened).toBe(pages.length);
}, 60_000);
