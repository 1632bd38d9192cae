import { describe, expect, test } from "vitest";
import {
  cardReading,
  elapsed,
  HINDRANCES,
  mustStop,
  oneMore,
  pageCode,
  presetOf,
  type Tries,
  waysOn,
} from "./hindrance";

const ALL = Object.values(HINDRANCES).flat();

describe("when the consent does not work", () => {
  test("[S-012] each hindrance leads on, and none to the PIN that is missing", () => {
    for (const hindrance of ALL) expect(waysOn(hindrance).length).toBeGreaterThan(1);
    for (const pin of HINDRANCES.pin) expect(waysOn(pin)[0]).toBe("app_visual");
    for (const pin of HINDRANCES.pin) expect(waysOn(pin)).not.toContain("app_pin");
  });

  test("[S-021] [S-022] without a card nobody is asked to show one", () => {
    for (const gone of ["no_card", "card_lost"] as const) {
      expect(waysOn(gone)).toEqual(["certificate", "statement", "next_visit"]);
    }
    expect(waysOn("machine_trouble").slice(0, 2)).toEqual(["notice_with_card", "portal_screen"]);
  });

  test("a look at the photograph leaves the consent open; a paper records that there was none, and which it was", () => {
    expect(presetOf("app_visual", "pin_locked")).toMatchObject({
      identity_method: "app_visual",
      outcome: null,
      reason: "pin_locked",
    });
    expect(presetOf("statement", "no_card")).toMatchObject({
      identity_method: "certificate",
      outcome: "failed",
      papers: [{ kind: "statement", until: null }],
    });
    expect(presetOf("next_visit", "page_unavailable", "OQC-OWSE0900000")).toMatchObject({
      identity_method: "none",
      outcome: "failed",
      page_code: "OQC-OWSE0900000",
    });
  });

  test("[S-011] two wrong tries stop; there is no third to count", () => {
    let tries: Tries = 0;
    tries = oneMore(tries);
    expect(mustStop(tries)).toBe(false);
    tries = oneMore(tries);
    expect(mustStop(tries)).toBe(true);
    expect(oneMore(tries)).toBe(2);
  });

  test("a page's code is read however it was typed, and an unknown one is not explained away", () => {
    const known = { code: "OQC-OWSE0900000", known: "own_wifi" };
    for (const typed of [
      "OQC-OWSE0900000",
      "oqc owse0900000",
      "ＯＱＣーＯＷＳＥ０９０００００",
      "owse0900000",
    ]) {
      expect(pageCode(typed)).toEqual(known);
    }
    expect(pageCode("OQC-XX1234")).toEqual({ code: "OQC-XX1234", known: "unpublished" });
    for (const none of ["", "OQC-", "つながらない", "a b!"]) expect(pageCode(none)).toBeNull();
  });

  test("[S-003] an iPad needs a reader, also one that calls itself a Mac; a phone may read the card", () => {
    const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";
    expect(cardReading(mac, 5)).toBe("with_reader");
    expect(cardReading("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)", 5)).toBe("with_reader");
    expect(cardReading("Mozilla/5.0 (Linux; Android 15; Tablet)", 5)).toBe("perhaps");
    expect(cardReading("Mozilla/5.0 (X11; Linux x86_64)", 0)).toBe("with_reader");
  });

  test("the timer reads as minutes and seconds and never runs backwards", () => {
    expect([elapsed(0, 125_000), elapsed(0, 5_000), elapsed(10_000, 0)]).toEqual(["2:05", "0:05", "0:00"]);
  });
});
