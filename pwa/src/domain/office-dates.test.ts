import { expect, test } from "vitest";
import { dayRange, ledgerQuery, parseTime, shortEra } from "./office-dates";

test("[S-058] a date fits into a button as era letter and numbers", () => {
  expect(shortEra("2026-07-01")).toBe("R8.7.1");
  expect(shortEra("1937-03-03")).toBe("S12.3.3");
});

test("[S-045] the requested period is one line, the year said once", () => {
  expect(dayRange("2026-07-12", "2026-07-14")).toBe("令和8年7月12日〜7月14日（2026）");
  expect(dayRange("2026-12-31", "2027-01-02")).toBe("令和8年12月31日〜令和9年1月2日");
  expect(dayRange("2026-07-14", "2026-07-14")).toBe("令和8年7月14日（2026）");
});

test("a time of day is read as it is typed, and no other hour is invented", () => {
  expect(parseTime("１３：３０")).toBe("13:30");
  expect(parseTime("930")).toBe("09:30");
  expect(parseTime("25:00")).toBeNull();
  expect(parseTime("ひる")).toBeNull();
});

test("a birthday is searched in whatever writing it is typed, a chart number stays one", () => {
  expect(ledgerQuery("S12.3.3")).toBe("1937-03-03");
  expect(ledgerQuery("昭和12年3月3日")).toBe("1937-03-03");
  expect(ledgerQuery(" 000128 ")).toBe("000128");
  expect(ledgerQuery("39139993")).toBe("39139993");
});
