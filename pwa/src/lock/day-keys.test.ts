import { describe, expect, test } from "vitest";
import { toBase64Url } from "../store/box";
import { type KeyLabel, newDayKey, newDeviceWrappingKey, unwrapDayKey } from "./day-keys";
import { openPage, type PageLabel, type SealedPage, sealPage } from "./pages";

const LABEL: KeyLabel = { clinic: "minamo", staff: "shinichi", device: "t1", day: "2026-07-14", class: "M" };
const PAGE: PageLabel = {
  ...LABEL,
  page: "patient-a",
  schema: "page/1",
  not_after: "2026-07-14T15:00:00.000Z",
};
const CONTENT = { drugs: ["見本錠５ｍｇ"] };
const random = () => crypto.getRandomValues(new Uint8Array(32));
const open = async (key: CryptoKey, page: SealedPage) => (await openPage(key, page)).state;

async function sealed(passkey: Uint8Array<ArrayBuffer> | null = null) {
  const [share, deviceKey] = [random(), await newDeviceWrappingKey()];
  const { key, kept } = await newDayKey(LABEL, share, passkey, deviceKey);
  return { share, deviceKey, key, kept, page: await sealPage(key, PAGE, CONTENT) };
}

describe("a page", () => {
  test("opens with its key and gives back what was sealed", async () => {
    const { key, page } = await sealed();
    expect(await openPage(key, page)).toEqual({ state: "open", content: CONTENT });
    expect(new TextDecoder().decode(page.content as ArrayBuffer)).not.toContain("見本");
  });

  test.each([
    ["a later deadline", { not_after: "2026-07-15T15:00:00.000Z" }],
    ["another patient", { page: "patient-b" }],
    ["another person", { staff: "sakura" }],
    ["another tablet", { device: "t2" }],
    ["another clinic", { clinic: "hinata" }],
    ["another day", { day: "2026-07-15" }],
    ["another class", { class: "R" as const }],
  ])("[F40] claimed for %s does not open", async (_, claim) => {
    const { key, page } = await sealed();
    expect(await open(key, { ...page, ...claim })).toBe("damaged");
  });

  test("with one changed byte does not open, and no two sealings look alike", async () => {
    const { key, page } = await sealed();
    const turned = new Uint8Array(page.content as ArrayBuffer).slice();
    turned[0] = (turned[0] ?? 0) ^ 1;
    expect(await open(key, { ...page, content: turned.buffer })).toBe("damaged");
    const again = await sealPage(key, PAGE, CONTENT);
    const shown = (one: SealedPage) => toBase64Url(new Uint8Array(one.content as ArrayBuffer));
    expect(again.iv).not.toBe(page.iv);
    expect(shown(again)).not.toBe(shown(page));
  });

  test("of an earlier version, kept as text, opens as well", async () => {
    const { key, page } = await sealed();
    const content = toBase64Url(new Uint8Array(page.content as ArrayBuffer));
    expect(await openPage(key, { ...page, content })).toEqual({ state: "open", content: CONTENT });
    expect(await open(key, { ...page, content: `${content.slice(0, -2)}==` })).toBe("damaged");
  });
});

describe("a day key", () => {
  test("comes back with the server's share and cannot be taken out of the tablet", async () => {
    const { share, deviceKey, kept, page } = await sealed();
    const found = await unwrapDayKey(kept, share, null, deviceKey);
    expect(found.state).toBe("open");
    if (found.state !== "open") return;
    expect(await open(found.key, page)).toBe("open");
    await expect(crypto.subtle.exportKey("raw", found.key)).rejects.toThrow();
    await expect(crypto.subtle.exportKey("raw", deviceKey)).rejects.toThrow();
  });

  test("[F40] without the share is noise: neither another share nor the tablet's own key opens it", async () => {
    const { deviceKey, kept, share } = await sealed();
    expect((await unwrapDayKey(kept, random(), null, deviceKey)).state).toBe("wrong_share");
    expect((await unwrapDayKey(kept, share, null, await newDeviceWrappingKey())).state).toBe("wrong_share");
  });

  test("of one day does not open another day's wrapping", async () => {
    const { deviceKey, kept, share } = await sealed();
    expect((await unwrapDayKey({ ...kept, day: "2026-07-15" }, share, null, deviceKey)).state).toBe(
      "wrong_share",
    );
  });

  test("under a passkey tells a silently wrong one before anything is opened", async () => {
    const passkey = random();
    const { deviceKey, kept, share, page } = await sealed(passkey);
    expect((await unwrapDayKey(kept, share, random(), deviceKey)).state).toBe("wrong_passkey");
    expect((await unwrapDayKey(kept, share, null, deviceKey)).state).toBe("wrong_passkey");
    const found = await unwrapDayKey(kept, share, passkey, deviceKey);
    expect(found.state === "open" && (await open(found.key, page))).toBe("open");
  });

  test("made in strict mode is not opened by a share that somebody mixed with a passkey", async () => {
    const passkey = random();
    const { deviceKey, kept, share } = await sealed(passkey);
    expect((await unwrapDayKey({ ...kept, mode: "strict" }, share, null, deviceKey)).state).toBe(
      "wrong_share",
    );
  });
});
