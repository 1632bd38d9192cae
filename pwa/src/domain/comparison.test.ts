import { expect, test } from "vitest";
import {
  adviceFor,
  allRealTicks,
  becomesEmpty,
  cannotTake,
  type Difference,
  firstTicks,
  foldedNames,
  mayTick,
  reasonsFor,
  tickedFor,
  valueText,
} from "./comparison";

const differs = (field: string, kind: Difference["kind"], more: Partial<Difference> = {}): Difference => ({
  field,
  kind,
  group: "coverage",
  ours: "06139992",
  theirs: "39139998",
  default: kind === "real" ? "take" : "keep",
  reason: null,
  ...more,
});

const turned75 = [
  differs("name", "unsafe", {
    group: "person",
    ours: "例示　髙志",
    theirs: "例示　●志",
    reason: "stand_in_mark",
  }),
  differs("address", "format", { group: "address" }),
  differs("insurer_number", "real"),
  differs("issued_on", "real", { default: "keep" }),
  differs("valid_until", "unsafe", { reason: "delivered_empty", theirs: null }),
];

test("[S-085] boxes are for differing fields in 上書き, and only ticked ones are sent", () => {
  expect(turned75.filter((d) => mayTick(d, "overwrite")).map((d) => d.field)).toEqual([
    "address",
    "insurer_number",
    "issued_on",
  ]);
  expect(tickedFor(turned75, new Set(["insurer_number", "name"]), "overwrite")).toEqual(["insurer_number"]);
});

test("[S-090] ● can never be ticked, neither by hand nor by A", () => {
  expect(mayTick(turned75[0] as Difference, "overwrite")).toBe(false);
  expect(allRealTicks(turned75, "overwrite")).toEqual(new Set(["insurer_number", "issued_on"]));
  expect(cannotTake(turned75[0] as Difference)).toBe("mark");
});

test("[S-093] a missing end date is told as empty, not as a fault", () => {
  expect(cannotTake(turned75[4] as Difference)).toBe("empty");
});

test("[S-087] 更新 moves the insurance whole: no boxes on insurance fields", () => {
  expect(mayTick(turned75[2] as Difference, "update")).toBe(false);
  expect(mayTick(turned75[1] as Difference, "update")).toBe(true);
});

test("[S-091] a difference of writing is not ticked before anybody decided", () => {
  expect(firstTicks(turned75)).toEqual(new Set(["insurer_number"]));
});

test("the advice names the change at 75, and warns when the act does not fit the pattern", () => {
  expect(adviceFor(turned75, "update", "update", 1).advice).toBe("late_elderly");
  expect(adviceFor(turned75, "update", "overwrite", 1)).toEqual({
    kind: "need",
    advice: "warn_overwrite_loses",
  });
  const longer = [differs("valid_until", "real", { ours: "2026-07-31", theirs: "2027-07-31" })];
  expect(adviceFor(longer, "overwrite", "overwrite", 1).advice).toBe("small_correction");
  expect(adviceFor(longer, "overwrite", "update", 0).advice).toBe("warn_update_doubles");
  expect(adviceFor(longer, "overwrite", "overwrite", 0).advice).toBe("warn_nothing_ticked");
});

test("[S-084] without a difference the advice is to change nothing", () => {
  expect(adviceFor([differs("sex", "same")], "cancel", "cancel", 0).advice).toBe("nothing_differs");
});

test("[S-058] [S-064] values read as the office writes them; codes nobody knows stay", () => {
  expect(valueText("valid_from", "2026-07-01")).toBe("令和8年7月1日（2026）");
  expect(valueText("contribution_ratio", "10")).toBe("1割");
  expect(valueText("limit_category", "B09")).toBe("一般Ⅱ");
  expect(valueText("limit_category", "Z99")).toBe("Z99");
  expect(valueText("sex", null)).toBe("");
});

test("equal fields fold under a few of their names", () => {
  expect(foldedNames(["sex", "birth_date"])).toBe("性別・生年月日");
  expect(foldedNames(["sex", "birth_date", "postal_code", "relation", "name"])).toMatch(/ほか$/);
});

test("[S-087] in 更新 an insurance field without a value is empty afterwards; in 上書き ours stays", () => {
  const branch = differs("branch_number", "unsafe", { reason: "delivered_empty", theirs: null });
  expect(becomesEmpty(branch, "update")).toBe(true);
  expect(becomesEmpty(branch, "overwrite")).toBe(false);
  expect(becomesEmpty(turned75[0] as Difference, "update")).toBe(false);
});

test("twins with one insurance and one birthday are told apart by their kana", () => {
  const twin = (name_kana: string) => ({ name_kana, reasons: ["insurance_equal", "several_charts"] });
  expect(reasonsFor(twin("シケン　イチコ"), "ｼｹﾝ ｲﾁｺ")).toEqual(["insurance_equal", "kana_equal"]);
  expect(reasonsFor(twin("シケン　ニコ"), "シケン　イチコ")).toEqual(["insurance_equal", "kana_differs"]);
});

test("[S-092] another reading of the name is told before anything else: it may be another person", () => {
  const kana = differs("name_kana", "real", {
    group: "person",
    ours: "シケン　イチコ",
    theirs: "シケン　ニコ",
  });
  expect(adviceFor([kana, ...turned75], "update", "update", 1).advice).toBe("warn_other_person");
  expect(adviceFor([kana], "cancel", "cancel", 0).advice).not.toBe("warn_other_person");
});

test("[S-095] a limit category without consent is told, and never ticked along with everything else", () => {
  const limit = differs("limit_category", "real", {
    group: "limit",
    default: "keep",
    reason: "limit_not_agreed",
  });
  const until = differs("valid_until", "real", { ours: "2026-07-31", theirs: "2027-07-31" });
  expect(firstTicks([limit, until])).toEqual(new Set(["valid_until"]));
  expect(allRealTicks([limit, until], "overwrite")).toEqual(new Set(["valid_until"]));
  expect(mayTick(limit, "overwrite")).toBe(true);
  expect(adviceFor([limit, until], "overwrite", "overwrite", 1).advice).toBe("limit_not_agreed");
});

test("[S-092] the former insurance, reported late, is told whatever act is chosen", () => {
  const former = differs("insurer_number", "real", { default: "keep", reason: "earlier_insurance" });
  for (const act of ["update", "overwrite", "cancel"] as const) {
    expect(adviceFor([former], "cancel", act, 0)).toEqual({ kind: "need", advice: "warn_earlier_insurance" });
  }
  expect(firstTicks([former])).toEqual(new Set());
});

test("[S-096] 保険追加 takes the insurance whole, lets only the person be ticked, and warns of nothing that stays", () => {
  const insurance = turned75.filter((d) => d.group === "coverage" || d.group === "limit");
  expect(insurance.some((d) => mayTick(d, "add"))).toBe(false);
  expect(adviceFor(turned75, "update", "add", 0)).toEqual({ kind: "info", advice: "added_beside" });
  const earlier = turned75.map((d) => ({ ...d, reason: "earlier_insurance" as const }));
  expect(adviceFor(earlier, "cancel", "add", 0).advice).toBe("added_beside");
  expect(adviceFor(earlier, "cancel", "update", 0).advice).toBe("warn_earlier_insurance");
});
