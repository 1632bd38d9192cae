import { describe, expect, it } from "vitest";
import { CONTACTS, MAKERS, TROUBLES } from "../text/troubles";
import { findTroubles } from "./trouble-search";

const first = (typed: string) => findTroubles(typed, TROUBLES)[0]?.id;

describe("the office looks for a remedy", () => {
  it.each([
    ["011", "reader-011-008"],
    ["００８", "reader-011-008"],
    ["エラー 103", "reader-103"],
    ["905", "reader-905"],
    ["907", "reader-907"],
    ["OQC-OWSE0900000", "phone-oqc"],
  ])("[S-211] by the code %s, whatever its width", (typed, id) => {
    expect(first(typed)).toBe(id);
  });

  it.each([
    ["画面が真っ黒", "reader-black"],
    ["がめんがまっくろ", undefined],
    ["反応しない", "reader-no-reaction"],
    ["応答がありません", "link-no-answer"],
    ["強制的にログイン", "terminal-forced-login"],
    ["onshi-receiver", "resecon-orca"],
    ["ＬＡＮケーブル", "reader-lan"],
  ])("by what is seen: %s", (typed, id) => {
    expect(first(typed)).toBe(id);
  });

  it("shows everything while nothing is typed, and nothing for words that nobody used", () => {
    expect(findTroubles(" ", TROUBLES)).toHaveLength(TROUBLES.length);
    expect(findTroubles("プリンター", TROUBLES)).toEqual([]);
  });
});

describe("every remedy", () => {
  it("[S-204] [S-205] names a cause, at least one step, and is found by its own code or sign", () => {
    for (const trouble of TROUBLES) {
      expect(trouble.cause).not.toBe("");
      expect(trouble.steps.length).toBeGreaterThan(0);
      for (const typed of [...trouble.codes, ...trouble.signs]) {
        expect(findTroubles(typed, TROUBLES).map((t) => t.id)).toContain(trouble.id);
      }
    }
  });

  it("[S-189] has a telephone number for every maker", () => {
    for (const { id } of MAKERS) {
      expect(
        CONTACTS.some((contact) => contact.makers?.includes(id) && /^0[\d-]+$/.test(contact.phone)),
      ).toBe(true);
    }
  });
});
