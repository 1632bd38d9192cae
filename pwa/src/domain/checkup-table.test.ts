import { expect, test } from "vitest";
import { type Checkup, checkupTable } from "./checkup-table";

const item = (code: string, name: string, text: string, over = {}) => ({
  code,
  name,
  text,
  type: "PQ",
  value: Number(text),
  unit: "mmHg",
  code_name: null,
  ...over,
});
const checkups: Checkup[] = [
  {
    performed_on: "2024-10-08",
    items: [
      item("9A755000000000001", "収縮期血圧(その他)", "127"),
      item("3D046000001920402", "HbA1c", "5.5"),
    ],
  },
  {
    performed_on: "2025-10-08",
    items: [
      item("9A751000000000001", "収縮期血圧(1回目)", "128"),
      item("3D046000001927102", "HbA1c(酵素法)", "5.6"),
      item("1A010000000190111", "尿蛋白", "1", { code_name: "（－）", type: "CD", unit: null }),
    ],
  },
];

test("[S-030] puts the newest day first and one quantity on one line, whatever the method's code", () => {
  const table = checkupTable(checkups);
  expect(table.days).toEqual(["2025-10-08", "2024-10-08"]);
  expect(table.main.map((row) => [row.name, ...row.cells])).toEqual([
    ["血圧 上", "128", "127"],
    ["HbA1c", "5.6", "5.5"],
  ]);
});

test("keeps everything else below, coded answers by their word, a missing day empty", () => {
  expect(checkupTable(checkups).rest).toEqual([
    { key: "1A010000000190111", name: "尿蛋白", unit: null, cells: ["（－）", ""] },
  ]);
});

test("has no line for what was never measured", () => {
  expect(checkupTable([])).toEqual({ days: [], main: [], rest: [] });
});
