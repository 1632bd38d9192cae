/**
 * What time it certainly is at least. A tablet's clock can be wrong or be moved; deadlines must hold anyway (A5, F28).
 *
 * Three witnesses: the server's time as last heard, the monotonic timer since then, and the wall clock corrected by
 * the skew measured at that contact. The mark is the latest instant any of them ever showed; only the server's own word
 * may set it back, so that a tablet whose clock once stood days ahead is not closed for days.
 * The timer may stand still while the tablet sleeps and the wall clock may be turned, so neither is trusted alone.
 */

export type Reading = { wall: number; monotonic: number };

export type Clock = {
  /** Latest certain instant, epoch milliseconds. Survives a restart. */
  mark: number;
  /** Server time minus wall clock at the last contact. */
  skew: number;
  /** Server time of the last contact. */
  heard: number;
  /** Monotonic reading at that contact; null after a restart, when the timer began anew. */
  since: number | null;
};

export type ClockVerdict = "certain" | "clock_behind" | "too_long_alone";

/** Wall clocks jitter and are adjusted by their network; less than this is no turning back. */
export const TOLERANCE_MS = 120_000;
/** Without the server for longer than this, nothing medical opens (A5 expiry 3). */
export const LONGEST_ALONE_MS = 12 * 3_600_000;

/** The state after an answer of the server that carried its time. */
export function heardServer(server: number, now: Reading): Clock {
  return {
    mark: server,
    skew: server - now.wall,
    heard: server,
    since: now.monotonic,
  };
}

/** The state after a restart of the page: the mark stands, the timer's count is lost. */
export const restarted = (kept: Clock): Clock => ({ ...kept, since: null });

/** What time it is at least, by all witnesses together. */
export function timeAt(clock: Clock, now: Reading): number {
  const byTimer = clock.since === null ? 0 : clock.heard + Math.max(0, now.monotonic - clock.since);
  return Math.max(clock.mark, now.wall + clock.skew, byTimer);
}

/** The state after a look at the clocks; call it at least once a minute and at each resume. */
export const observed = (clock: Clock, now: Reading): Clock => ({ ...clock, mark: timeAt(clock, now) });

/** Whether the clocks can be believed enough to open medical information at all. */
export function verdictOf(clock: Clock, now: Reading): ClockVerdict {
  if (now.wall + clock.skew < clock.mark - TOLERANCE_MS) return "clock_behind";
  if (timeAt(clock, now) - clock.heard > LONGEST_ALONE_MS) return "too_long_alone";
  return "certain";
}

/** Whether a deadline lies in the past; the deadline's own instant is already past. */
export const isOver = (clock: Clock, now: Reading, notAfter: number): boolean =>
  timeAt(clock, now) >= notAfter;
