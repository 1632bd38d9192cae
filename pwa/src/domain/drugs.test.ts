import { describe, expect, test } from "vitest";
import { type Drug, groupDrugs, lastDay, leadingDrugs, newestMonth } from "./drugs";

let ids = 0;
const drug = (over: Partial<Drug>): Drug => ({
  id: `d${ids++}`,
  line: "name:アムロジピン",
  source: "dispensing",
  dispensed_on: "2026-07-02",
  prescribed_on: "2026-07-02",
  month: "202607",
  drug_name: "アムロジピン錠5mg",
  drug_code: "1",
  ingredient: "アムロジピン",
  amount: "1",
  unit: "錠",
  usage: "1日1回朝食後",
  instruction: null,
  times: "28",
  use_class: "oral",
  prescriber: "みほん内科医院",
  dispenser: null,
  own: false,
  superseded: false,
  superseded_by: null,
  covers_from: null,
  covers_to: null,
  ...over,
});
const TODAY = "2026-07-14";

describe("the drug list", () => {
  test("[S-030] shows one group for each day and prescriber, the newest first", () => {
    const groups = groupDrugs(
      [
        drug({ dispensed_on: "2026-05-01" }),
        drug({ dispensed_on: "2026-07-02" }),
        drug({ dispensed_on: "2026-07-02", prescriber: "例示循環器" }),
        drug({ dispensed_on: null, prescribed_on: null, month: "202606" }),
      ],
      TODAY,
    );
    expect(groups.map((group) => group.day ?? group.month)).toEqual([
      "2026-07-02",
      "2026-07-02",
      "202606",
      "2026-05-01",
    ]);
  });

  test("folds the lesser source under the visit it repeats, and never hides a row that stands alone", () => {
    const [group] = groupDrugs([drug({}), drug({ source: "prescription", superseded: true })], TODAY);
    expect([group?.drugs.length, group?.superseded.length]).toEqual([1, 1]);
    const [alone] = groupDrugs([drug({ superseded: true })], TODAY);
    expect([alone?.drugs.length, alone?.superseded.length]).toEqual([1, 0]);
  });

  test("counts days from the day of dispensing: the last day belongs to it", () => {
    expect(lastDay(drug({}))).toBe("2026-07-29");
    expect(lastDay(drug({ times: "1" }))).toBe("2026-07-02");
    expect(groupDrugs([drug({ times: "13" })], TODAY)[0]?.current).toBe(true);
    expect(groupDrugs([drug({ times: "12" })], TODAY)[0]?.current).toBe(false);
  });

  test("counts no days where days mean nothing", () => {
    expect(lastDay(drug({ use_class: "prn" }))).toBeNull();
    expect(lastDay(drug({ use_class: "topical" }))).toBeNull();
    expect(lastDay(drug({ times: "2.5" }))).toBeNull();
    expect(lastDay(drug({ times: null }))).toBeNull();
    expect(lastDay(drug({ use_class: "unknown", usage: "１日１回朝食後" }))).toBe("2026-07-29");
    expect(lastDay(drug({ use_class: "unknown", usage: "1日2回 塗布" }))).toBeNull();
  });

  test("leads with what reaches today, each ingredient once", () => {
    const groups = groupDrugs(
      [
        drug({}),
        drug({ dispensed_on: "2026-07-06", prescriber: "例示整形外科" }),
        drug({ ingredient: "メトホルミン", drug_name: "メトホルミン錠500mg" }),
        drug({ ingredient: "クラリスロマイシン", dispensed_on: "2026-06-01", times: "5" }),
      ],
      TODAY,
    );
    expect(leadingDrugs(groups, TODAY).map((each) => each.ingredient)).toEqual([
      "アムロジピン",
      "メトホルミン",
    ]);
  });

  test("[S-028] tells the newest month of each source by its rows", () => {
    const rows = [
      drug({ source: "receipt", month: "202605" }),
      drug({ source: "receipt", month: "202604" }),
      drug({}),
    ];
    expect(newestMonth(rows, "receipt")).toBe("202605");
    expect(newestMonth(rows, "prescription")).toBeNull();
  });
});
