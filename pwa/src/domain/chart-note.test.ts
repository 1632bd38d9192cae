import { expect, test } from "vitest";
import { nothingFoundNote } from "./chart-note";

const AT = "2026-11-23T04:52:00Z";

test("the chart note says when what was asked for, how far the data reach, and concludes nothing [S-028]", () => {
  expect(nothingFoundNote(["drug"], AT, "2026-10")).toBe(
    "令和8年11月23日 13:52 本人の同意のもと、オンライン資格確認等システムで薬剤情報を照会した。該当する情報なし（2026年10月診療分まで）。直近1〜2か月の受診分は未反映の可能性あり。",
  );
});

test("two kinds that were asked for together are one sentence", () => {
  const note = nothingFoundNote(["operation", "diagnosis"], AT);
  expect(note).toContain("手術情報・診療情報を照会した。該当する情報なし。");
  expect(note.split("直近").length).toBe(2);
  expect(nothingFoundNote(["checkup"], AT)).toContain("受けていないことを示すものではない");
});
