import { expect, test } from "vitest";
import { type Findable, found, isWanted } from "./list-filter";

const row = (told: Partial<Findable> = {}): Findable => ({
  state: "needs_check",
  name: "例示　髙志",
  name_kana: "レイジ　タカシ",
  birth_date: "1951-07-20",
  insurer_number: "39131156",
  reference_number: "000128",
  match: { chart_number: "004711", patient_name: "例示　高志" },
  ...told,
});
const other = row({
  name: "見本　はな",
  name_kana: "ミホン　ハナ",
  birth_date: null,
  insurer_number: null,
  reference_number: null,
  match: { chart_number: null, patient_name: null },
});

test.each([
  ["by name, with a space of any width or none", ["例示", "例示 髙志", "例示　髙志", "例示髙志"]],
  ["by the name in the ledger, where the card writes another character", ["高志"]],
  ["by kana in either script and any width", ["れいじ", "ﾚｲｼﾞ", "レイジタカシ", "たかし れいじ"]],
  [
    "by chart number, reference number, insurer or birth date, also in wide digits",
    ["4711", "０００１２８", "39131156", "1951-07"],
  ],
])("somebody is found %s [S-048]", (_, ways) => {
  for (const typed of ways) expect([typed, found([other, row()], typed).length]).toEqual([typed, 1]);
});

test("an empty field shows everybody, and words of two people show nobody", () => {
  const all = [row(), other];
  expect(found(all, " 　")).toBe(all);
  expect(found(all, "れいじ はな")).toEqual([]);
});

test("a row that has changed is looked through anew", () => {
  const before = row();
  expect(found([before], "佐藤")).toEqual([]);
  expect(found([{ ...before, name: "佐藤　髙志" }], "佐藤")).toHaveLength(1);
});

test("a state and those taken over are chosen apart from each other", () => {
  const states = (["needs_check", "unconfirmed", "confirmed"] as const).map((state) => row({ state }));
  const left = (filter: "all" | "confirmed" | "needs_check", imported: boolean) =>
    states.filter((one) => isWanted(one, { filter, imported })).map((one) => one.state);
  expect(left("all", true)).toHaveLength(3);
  expect(left("all", false)).toEqual(["needs_check", "unconfirmed"]);
  expect(left("needs_check", false)).toEqual(["needs_check"]);
  expect(left("confirmed", false)).toEqual([]);
});
