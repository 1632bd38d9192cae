import { expect, test } from "vitest";
import { pastedInsurance } from "./pasted-insurance";

test("[S-127] what was copied from the history detail fills the form, whatever stands between label and value", () => {
  const detail = [
    "この資格は有効です",
    "保険者番号：０６１３９９９２",
    "保険者名称\tみほん健康保険組合",
    "被保険者証記号  １２３",
    "被保険者証番号",
    "４５６７",
    "枝番 01",
    "本人・家族の別：家族",
    "負担割合 3割",
    "有効開始年月日 令和8年4月1日",
  ].join("\n");
  expect(pastedInsurance(detail)).toEqual({
    insurer_number: "06139992",
    insurer_name: "みほん健康保険組合",
    card_symbol: "１２３",
    card_number: "４５６７",
    branch_number: "01",
    relation: "family",
    contribution_ratio: "30",
    valid_from: "令和8年4月1日",
  });
});

test("an empty value takes nothing from the next label, and other text fills nothing", () => {
  expect(pastedInsurance("記号\n番号 77\nどこにもない行")).toEqual({ card_number: "77" });
  expect(pastedInsurance("")).toEqual({});
});
