import { afterEach, expect, test } from "vitest";
import { byPlace } from "../../build/english";
import { language } from ".";
import { sentences } from "./sentences";

const ja = { waiting: "未送信 {count}件", done: "送りました", later: "あとで" } as const;
const keys = Object.keys(ja);
const english = { later: "Later", waiting: "{count} unsent" };

afterEach(() => {
  language.value = "ja";
});

async function spoken(en: Parameters<typeof sentences<keyof typeof ja>>[1]) {
  const say = sentences(ja, en);
  language.value = "en";
  await Promise.resolve();
  await Promise.resolve();
  return say;
}

test("a nurse who reads English gets it, with its numbers, and Japanese where a sentence is missing", async () => {
  const say = await spoken(async () => ({ en: english }));

  expect(say("waiting", { count: 2 })).toBe("2 unsent");
  expect(say("done")).toBe("送りました");
});

test("what is built without keys says the same, whatever the order it was written in", async () => {
  const built = byPlace(
    keys,
    Object.entries(english).map(([key, said]) => [key, JSON.stringify(said)]),
  );
  const say = await spoken(async () => ({ en: new Function(`return [${built.join(",")}]`)() }));

  expect(keys.map((key) => say(key as keyof typeof ja, { count: 3 }))).toEqual([
    "3 unsent",
    "送りました",
    "Later",
  ]);
});

test("a key that only English has is a mistake of the build", () => {
  expect(() => byPlace(keys, [["waitng", '"3 unsent"']])).toThrow("waitng");
});
