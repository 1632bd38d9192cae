import { expect, test } from "vitest";
import type { Drug, Line } from "../../domain/medication";
import { lineName, monthText, productOf, shortDate } from "./words";

const line = (ingredient: string | null, drug_name: string) => ({ ingredient, drug_name }) as Line;
const drug = (drug_name: string) => ({ drug_name }) as Drug;

test.each([
  ["アムロジピンベシル酸塩", "アムロジピンＯＤ錠５ｍｇ「見本」", "アムロジピン", "OD錠5mg"],
  ["ランソプラゾール", "ランソプラゾールＯＤ錠１５ｍｇ「例示」", "ランソプラゾール", "OD錠15mg"],
  ["シルニジピン", "アテレック錠１０", "シルニジピン", "アテレック錠10"],
  [null, "名前だけの錠", "名前だけの錠", ""],
  ["インスリン　グラルギン", "インスリン　グラルギンＢＳ注「見本」", "インスリン グラルギン", "BS注"],
])("[S-030] %s as %s reads %s, %s", (ingredient, product, name, rest) => {
  expect(lineName(line(ingredient, product))).toBe(name);
  expect(productOf(line(ingredient, product), drug(product))).toBe(rest);
});

test("a day of another year says which, and a month reads the same in both forms", () => {
  expect(shortDate("2026-07-14", "2026-11-23")).toBe("7/14");
  expect(shortDate("2025-07-14", "2026-11-23")).toBe("2025/7/14");
  expect(monthText("202607")).toBe(monthText("2026-07"));
});
