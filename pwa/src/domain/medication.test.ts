import { describe, expect, test } from "vitest";
import {
  asText,
  barsOf,
  byMonth,
  type Drug,
  finds,
  type Line,
  type Medications,
  type Pair,
  periodOf,
  receiptsEnd,
  sections,
  share,
  type Wish,
} from "./medication";

const TODAY = "2026-07-14";
const WISH: Wish = {
  months: 6,
  othersOnly: false,
  asNeededPairs: false,
  search: "",
  lines: null,
  order: "recent",
};

const drug = (id: string, over: Partial<Drug> = {}): Drug => ({
  id,
  line: "code:2329023",
  source: "receipt",
  dispensed_on: "2026-05-02",
  prescribed_on: "2026-05-02",
  month: "202605",
  drug_name: "ランソプラゾールＯＤ錠１５ｍｇ「見本」",
  drug_code: "619990013",
  ingredient: "ランソプラゾール",
  amount: "1",
  unit: "錠",
  usage: "１日１回朝食後",
  instruction: null,
  times: "28",
  use_class: "oral",
  prescriber: "みほん内科医院",
  dispenser: "例示薬局",
  own: false,
  superseded: false,
  superseded_by: null,
  covers_from: "2026-05-02",
  covers_to: "2026-05-29",
  ...over,
});

const line = (key: string, rows: string[], over: Partial<Line> = {}): Line => ({
  key,
  drug_name: "ランソプラゾールＯＤ錠１５ｍｇ「見本」",
  ingredient: "ランソプラゾール",
  class_code: "2329",
  use_class: "oral",
  as_needed: false,
  rows,
  first_on: "2026-05-02",
  last_on: "2026-05-02",
  reaches: "2026-05-29",
  taking: "supply_reaches",
  regular: true,
  prescribed_only: false,
  change: null,
  gaps: [],
  prescribers: ["みほん内科医院"],
  dispensers: ["例示薬局"],
  ...over,
});

const held = (drugs: Drug[], lines: Line[], pairs: Pair[] = []): Medications => ({
  state: "available",
  reason: null,
  fetched_at: null,
  data_until_month: "2026-05",
  available_until: null,
  drugs,
  lines,
  pairs,
  same_class: [],
  notices: [],
  ends: [{ source: "receipt", first_month: "2025-08", last_month: "2026-05", immediate: false }],
  regular_count: 1,
  many: false,
  since: null,
  master_version: null,
  document: false,
});

const pair = (newer: string, older: string, as_needed = false): Pair => ({
  level: "same_strength",
  newer,
  older,
  common_from: as_needed ? null : "2026-05-10",
  common_to: as_needed ? null : "2026-05-29",
  reaches_today: false,
  as_needed,
});

describe("a range of months", () => {
  test("[S-029] holds its first and its last month whole, whichever was chosen first", () => {
    const period = periodOf(TODAY, { from: "2025-11", to: "2026-02" });
    expect([period.from, period.to]).toEqual(["2025-11-01", "2026-02-28"]);
    expect(period.months.map((month) => month.key)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
    expect(periodOf(TODAY, { from: "2026-02", to: "2025-11" })).toEqual(period);
  });

  test("of the last months ends with this one", () => {
    expect(periodOf(TODAY, 3)).toEqual(periodOf(TODAY, { from: "2026-05", to: "2026-07" }));
  });
});

describe("the page of months", () => {
  test("begins with a whole month and ends with this one", () => {
    const period = periodOf(TODAY, 6);
    expect([period.from, period.to]).toEqual(["2026-02-01", "2026-07-31"]);
    expect(period.months.map((month) => month.key).join(" ")).toBe(
      "2026-02 2026-03 2026-04 2026-05 2026-06 2026-07",
    );
    expect([share(period, "2026-01-01"), share(period, "2026-02-01"), share(period, "2027-01-01")]).toEqual([
      0, 0, 1,
    ]);
  });

  test("[S-030] draws a supply over its days, a single day as a mark, and nothing outside the period", () => {
    const period = periodOf(TODAY, 3);
    const bars = barsOf(
      [
        drug("a"),
        drug("b", { dispensed_on: "2026-07-01", covers_from: null, covers_to: null }),
        drug("c", { dispensed_on: "2026-04-30", covers_from: "2026-04-01", covers_to: "2026-04-30" }),
      ],
      period,
    );
    expect(bars.map((bar) => bar.id)).toEqual(["a", "b"]);
    const [a, b] = bars;
    expect(a && a.to - a.from).toBeCloseTo(28 / 92, 2);
    expect(b && b.to - b.from).toBeGreaterThan(0.01);
  });

  test("says from where on receipts are missing, and nothing when they are complete", () => {
    const period = periodOf(TODAY, 6);
    const found = held([drug("a")], [line("code:2329023", ["a"])]);
    expect(receiptsEnd(found, period)).toBeCloseTo(share(period, "2026-06-01"), 5);
    const complete = { ...found, ends: found.ends.map((end) => ({ ...end, last_month: "2026-07" })) };
    expect(receiptsEnd(complete, period)).toBeNull();
  });
});

describe("rows", () => {
  const two = () =>
    held(
      [drug("a"), drug("b", { prescriber: "例示整形外科", dispensed_on: "2026-05-10" })],
      [line("code:2329023", ["a", "b"])],
      [pair("b", "a")],
    );

  test("[S-030] stand apart by prescriber and together as a pair", () => {
    const [section] = sections(two(), TODAY, WISH);
    expect(section?.clusters).toHaveLength(1);
    expect(section?.clusters[0]?.rows.map((row) => row.who)).toEqual(["みほん内科医院", "例示整形外科"]);
    expect(section?.clusters[0]?.pair?.level).toBe("same_strength");
  });

  test("of an as-needed pair stand together only when asked for", () => {
    const found = { ...two(), pairs: [pair("b", "a", true)] };
    expect(sections(found, TODAY, WISH)[0]?.clusters).toHaveLength(2);
    expect(sections(found, TODAY, { ...WISH, asNeededPairs: true })[0]?.clusters).toHaveLength(1);
  });

  test("that are no longer taken, or taken as needed, stand in the second section", () => {
    const found = held(
      [drug("a"), drug("b", { line: "x" }), drug("c", { line: "y" })],
      [
        line("code:2329023", ["a"]),
        line("x", ["b"], { taking: null }),
        line("y", ["c"], { as_needed: true }),
      ],
    );
    const shown = sections(found, TODAY, WISH);
    expect(shown.map((section) => [section.kind, section.clusters.length])).toEqual([
      ["continuing", 1],
      ["other", 2],
    ]);
  });

  test("of our own clinic can be left out, and a chip shows only its lines", () => {
    const found = held(
      [drug("a", { own: true }), drug("b", { line: "x" })],
      [line("code:2329023", ["a"]), line("x", ["b"])],
    );
    const keys = (wish: Partial<Wish>) =>
      sections(found, TODAY, { ...WISH, ...wish }).flatMap((s) =>
        s.clusters.flatMap((c) => c.rows.map((r) => r.line.key)),
      );
    expect(keys({ othersOnly: true })).toEqual(["x"]);
    expect(keys({ lines: new Set(["code:2329023"]) })).toEqual(["code:2329023"]);
    expect(keys({})).toHaveLength(2);
  });

  test("of which only the month is known belong to that month", () => {
    const undated = drug("a", {
      dispensed_on: null,
      prescribed_on: null,
      covers_from: null,
      covers_to: null,
    });
    const found = held([undated], [line("code:2329023", ["a"])]);
    expect(sections(found, TODAY, WISH)).toHaveLength(1);
    expect(byMonth(found, TODAY, WISH).map((one) => one.month)).toEqual(["2026-05"]);
    expect(sections(found, "2027-07-14", WISH)).toHaveLength(0);
  });

  test.each(["らんそ", "ﾗﾝｿﾌﾟﾗ", "内科　ランソ", "例示薬局", "15mg"])("are found by %s", (search) => {
    const row = sections(two(), TODAY, WISH)[0]?.clusters[0]?.rows[0];
    expect(row && finds(row, search)).toBe(true);
    expect(row && finds(row, `${search} 皮膚科`)).toBe(false);
  });

  test("every standing row is shown once, by ingredient and by month", () => {
    const found = two();
    const shown = sections(found, TODAY, { ...WISH, months: 60 }).flatMap((s) =>
      s.clusters.flatMap((c) => c.rows.flatMap((r) => r.drugs.map((d) => d.id))),
    );
    expect(shown.sort()).toEqual(["a", "b"]);
    expect(byMonth(found, TODAY, { ...WISH, months: 60 }).flatMap((m) => m.drugs)).toHaveLength(2);
  });
});

test("the text for a chart is one line a drug, without line breaks of its own", () => {
  const found = held([drug("a", { usage: "１日１回\n朝食後" })], [line("code:2329023", ["a"])]);
  expect(asText(found, found.lines)).toBe(
    "ランソプラゾールOD錠15mg「見本」\t1錠\t1日1回 朝食後\t2026-05-02\tみほん内科医院",
  );
});
