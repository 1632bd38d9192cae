/** Times and days that a person sets at the bedside, in Japan's calendar whatever the device's zone. Pure. */
import { clock, japanDay } from "./dates";

/** 13:42 of a stored instant, for a field; empty when nobody has told. */
export const timeOf = (instant: string | null | undefined): string =>
  instant ? clock(new Date(instant)) : "";

/** The instant of a time of day on the day of the visit; null for what is no time. */
export function instantAt(day: string, time: string): string | null {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return null;
  return new Date(`${day}T${time}:00+09:00`).toISOString();
}

/** The day so many weeks later, ISO. */
export function weeksLater(day: string, weeks: number): string {
  return japanDay(new Date(Date.parse(`${day}T00:00:00+09:00`) + weeks * 7 * 86_400_000));
}

/** In again or out again, order kept as first told. */
export function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((each) => each !== one) : [...all, one];
}
