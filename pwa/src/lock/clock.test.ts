import { describe, expect, test } from "vitest";
import {
  type Clock,
  heardServer,
  isOver,
  LONGEST_ALONE_MS,
  observed,
  restarted,
  TOLERANCE_MS,
  timeAt,
  verdictOf,
} from "./clock";

const NOON = Date.parse("2026-07-14T03:00:00Z");
const MIDNIGHT = Date.parse("2026-07-14T15:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A tablet whose clock is right, at noon in Japan, just in contact with the server. */
const fresh = (): Clock => heardServer(NOON, { wall: NOON, monotonic: 1000 });
const later = (ms: number, turned = 0) => ({ wall: NOON + ms + turned, monotonic: 1000 + ms });

describe("the tablet's certain time", () => {
  test("[F29] a clock ten minutes slow is right once the server was heard", () => {
    const slow = heardServer(NOON, { wall: NOON - 600_000, monotonic: 0 });
    const now = { wall: NOON - 600_000 + HOUR, monotonic: HOUR };
    expect(timeAt(slow, now)).toBe(NOON + HOUR);
    expect(verdictOf(slow, now)).toBe("certain");
  });

  test("[F28] a clock turned two days forward ends what has a deadline", () => {
    expect(isOver(fresh(), later(HOUR, 2 * DAY), MIDNIGHT)).toBe(true);
  });

  test("[F28] a clock turned back two days is noticed and wins no time", () => {
    const clock = observed(fresh(), later(HOUR));
    const turned = later(HOUR + 1000, -2 * DAY);
    expect(verdictOf(clock, turned)).toBe("clock_behind");
    expect(timeAt(clock, turned)).toBeGreaterThanOrEqual(NOON + HOUR);
  });

  test("[F28] a clock that stood two days ahead is right again as soon as the server is heard", () => {
    const ahead = observed(fresh(), later(HOUR, 2 * DAY));
    const back = later(2 * HOUR);
    expect(verdictOf(ahead, back)).toBe("clock_behind");
    const heard = heardServer(NOON + 2 * HOUR, back);
    expect(verdictOf(heard, back)).toBe("certain");
    expect(timeAt(heard, back)).toBe(NOON + 2 * HOUR);
  });

  test("a small correction by the network is no turning back", () => {
    const clock = observed(fresh(), later(HOUR));
    expect(verdictOf(clock, later(HOUR, -TOLERANCE_MS + 1))).toBe("certain");
    expect(verdictOf(clock, later(HOUR, -TOLERANCE_MS - 1))).toBe("clock_behind");
  });

  test.each([
    [-1, false],
    [0, true],
    [1000, true],
  ])("[F30] %i ms around midnight", (ms, over) => {
    expect(isOver(fresh(), later(MIDNIGHT - NOON + ms), MIDNIGHT)).toBe(over);
  });

  test("twelve hours without the server are the longest", () => {
    expect(verdictOf(fresh(), later(LONGEST_ALONE_MS))).toBe("certain");
    expect(verdictOf(fresh(), later(LONGEST_ALONE_MS + 1))).toBe("too_long_alone");
  });

  test("a tablet that slept: the timer stood still, the wall clock tells", () => {
    expect(isOver(fresh(), { wall: MIDNIGHT + HOUR, monotonic: 2000 }, MIDNIGHT)).toBe(true);
  });

  test("a page started anew keeps the mark although its timer begins at nothing", () => {
    const clock = restarted(observed(fresh(), later(5 * HOUR)));
    const now = { wall: NOON + HOUR, monotonic: 5 };
    expect(timeAt(clock, now)).toBe(NOON + 5 * HOUR);
    expect(verdictOf(clock, now)).toBe("clock_behind");
  });

  test("[F28] of 10,000 random days of sleeping, turning and restarting none wins more than the clock was turned back", () => {
    let seed = 20260714;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let day = 0; day < 10_000; day++) {
      let clock = fresh();
      let [real, turned, monotonic] = [NOON, 0, 1000];
      for (let step = 0; step < 12; step++) {
        const passed = random(4 * HOUR);
        real += passed;
        const act = random(5);
        if (act === 0) turned += random(6 * HOUR) - 3 * HOUR;
        if (act !== 1) monotonic += passed; // else it slept
        if (act === 2) {
          clock = restarted(clock);
          monotonic = 0;
        }
        const now = { wall: real + turned, monotonic };
        const readable = verdictOf(clock, now) === "certain" && !isOver(clock, now, MIDNIGHT);
        // A clock turned back during sleep can win the time it was turned by, and no more: there the server's share
        // is gone. Everything else must be over.
        const stolen = Math.max(0, -turned);
        if (readable && real - stolen >= MIDNIGHT + TOLERANCE_MS) {
          throw new Error(`day ${day}, step ${step}: readable ${real - MIDNIGHT} ms after the deadline`);
        }
        clock = observed(clock, now);
      }
    }
  });
});
