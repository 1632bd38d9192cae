import { describe, expect, test } from "vitest";
import type { Problem } from "../api/client";
import { AutoLock, IDLE_MS } from "./auto-lock";
import { isComplete, keyOf, minutesLeft, type PinKey, press, troubleOf } from "./pin";
import { Vault } from "./vault";

describe("the PIN pad", () => {
  const typed = (keys: string[]) =>
    keys.map((key) => keyOf({ key })).reduce<string>((pin, key) => (key ? press(pin, key) : pin), "");

  test("takes six digits from fingers and keyboards, full width too", () => {
    expect(typed(["2", "9", "４", "7", "x", "8", "1", "5"])).toBe("294781");
    expect(isComplete("294781")).toBe(true);
    expect(isComplete("29478")).toBe(false);
  });

  test("takes one back, or all", () => {
    expect(typed(["2", "9", "Backspace"])).toBe("2");
    expect(press("29", { kind: "clear" } satisfies PinKey)).toBe("");
  });

  test("leaves shortcuts of the system alone", () => {
    expect(keyOf({ key: "1", ctrlKey: true })).toBeNull();
  });

  const problem = (code: string, more: Partial<Problem> = {}): Problem => ({
    kind: "problem",
    status: 401,
    code,
    title: "",
    ...more,
  });

  test("tells how many tries are left, and until when it is locked", () => {
    expect(troubleOf(problem("pin_wrong", { remaining: 3 }))).toEqual({ kind: "wrong", remaining: 3 });
    const until = "2026-07-14T05:27:00Z";
    expect(troubleOf(problem("pin_locked", { until }))).toEqual({ kind: "locked", until });
    expect(minutesLeft(until, new Date("2026-07-14T05:00:01Z"))).toBe(27);
    expect(minutesLeft(until, new Date(until))).toBe(0);
  });

  test("[S-031] an easy PIN is refused by name, so that a person chooses another", () => {
    expect(troubleOf(problem("pin_weak"))).toEqual({ kind: "weak" });
  });
});

describe("the lock", () => {
  function tablet() {
    const told: string[] = [];
    let clock = 0;
    let wall = Date.parse("2026-07-14T03:00:00Z");
    const autoLock = new AutoLock({
      now: () => clock,
      wall: () => wall,
      isOpen: () => true,
      lock: () => told.push("lock"),
      blank: (blank) => told.push(blank ? "blank" : "shown"),
    });
    const turn = (ms: number) => {
      wall += ms;
    };
    const pass = (ms: number) => {
      clock += ms;
      wall += ms;
    };
    return { told, autoLock, pass, turn };
  }

  test("falls after five idle minutes, not before, and a touch starts them again", () => {
    const { told, autoLock, pass } = tablet();
    pass(IDLE_MS - 1);
    autoLock.touch();
    pass(IDLE_MS - 1);
    autoLock.check();
    expect(told).toEqual([]);
    pass(1);
    autoLock.check();
    expect(told).toEqual(["lock"]);
  });

  test("a touch after the end of the five minutes comes too late", () => {
    const { told, autoLock, pass } = tablet();
    pass(IDLE_MS);
    autoLock.touch();
    autoLock.check();
    expect(told).toEqual(["lock"]);
  });

  test("a page in the background is blank; coming back too late it is locked before it is shown", () => {
    const { told, autoLock, pass } = tablet();
    autoLock.visibility(true);
    pass(IDLE_MS);
    autoLock.visibility(false);
    expect(told).toEqual(["blank", "lock", "shown"]);
  });

  test("a tablet that slept, its page's clock with it, is locked before it is shown", () => {
    const { told, autoLock, pass, turn } = tablet();
    pass(60_000);
    autoLock.visibility(true);
    turn(IDLE_MS - 60_001);
    autoLock.visibility(false);
    autoLock.visibility(true);
    turn(IDLE_MS - 60_000);
    autoLock.visibility(false);
    expect(told).toEqual(["blank", "shown", "blank", "lock", "shown"]);
  });

  test("a clock that was turned back in the background locks; one set right by a second does not", () => {
    const { told, autoLock, turn } = tablet();
    autoLock.visibility(true);
    turn(-1_000);
    autoLock.visibility(false);
    autoLock.visibility(true);
    turn(-3_600_000);
    autoLock.visibility(false);
    expect(told).toEqual(["blank", "shown", "blank", "lock", "shown"]);
  });

  test("a wall clock that is turned while somebody writes locks nothing: an open form stays at midnight", () => {
    const { told, autoLock, turn } = tablet();
    turn(25 * 3_600_000);
    autoLock.visibility(false);
    expect(told).toEqual(["shown"]);
  });

  test("drops the unlock token and the person together", () => {
    const vault = new Vault();
    vault.open("token", { id: "s", name: "見本　さくら", role: "nurse" });
    expect([vault.unlockToken(), vault.isOpen.value, vault.mayReadMedical.value]).toEqual([
      "token",
      true,
      true,
    ]);
    vault.lock();
    expect([vault.unlockToken(), vault.isOpen.value, vault.mayReadMedical.value]).toEqual([
      null,
      false,
      false,
    ]);
  });

  test("[S-170] the office may open the tablet and may not read drugs", () => {
    const vault = new Vault();
    vault.open("token", { id: "s", name: "架空　真帆", role: "office" });
    expect([vault.isOpen.value, vault.mayReadMedical.value]).toEqual([true, false]);
  });
});
