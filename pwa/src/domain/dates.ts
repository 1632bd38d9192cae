/** Dates as a clinic writes them: era and western year together, Japan's calendar day whatever the device's zone. */

const ERAS: ReadonlyArray<readonly [string, string, string]> = [
  ["2019-05-01", "令和", "R"],
  ["1989-01-08", "平成", "H"],
  ["1926-12-25", "昭和", "S"],
  ["1912-07-30", "大正", "T"],
  ["1873-01-01", "明治", "M"],
];
const WEEKDAYS = "日月火水木金土";

/** 昭和12年3月3日 of 1937-03-03; before the Gregorian calendar came, the plain date. */
export function eraDate(iso: string): string {
  const [y = 0, m = 0, d = 0] = iso.split("-").map(Number);
  const era = ERAS.find(([start]) => iso >= start);
  if (!era) return `${y}年${m}月${d}日`;
  const first = era[1] === "明治" ? 1868 : Number(era[0].slice(0, 4));
  const year = y - first + 1;
  return `${era[1]}${year === 1 ? "元" : year}年${m}月${d}日`;
}

/** 昭和12年3月3日（1937） */
export function fullDate(iso: string): string {
  return `${eraDate(iso)}（${iso.slice(0, 4)}）`;
}

/** The calendar day in Japan at an instant, ISO. */
export function japanDay(instant: Date): string {
  return new Date(instant.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
}

/** 13:42 in Japan. */
export function clock(instant: Date): string {
  return new Date(instant.getTime() + 9 * 3_600_000).toISOString().slice(11, 16);
}

/** 7/14 in lists; きょう when it is today. */
export function shortDay(instant: Date, now: Date): string {
  const day = japanDay(instant);
  if (day === japanDay(now)) return "きょう";
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;
}

/** 7/14 08:05, or きょう 08:05. */
export function shortTime(instant: Date, now: Date): string {
  return `${shortDay(instant, now)} ${clock(instant)}`;
}

/** 火 of 2026-07-14. */
export function weekday(iso: string): string {
  return WEEKDAYS[new Date(`${iso}T00:00:00Z`).getUTCDay()] ?? "";
}

/** Completed years on a day. */
export function ageOn(birth: string, day: string): number {
  return Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0);
}

/**
 * What a person types as a date: R8.7.1, 令和8年7月1日, S120303, 2026-07-01, 20260701, also full width.
 * Returns ISO, or null when no such day exists.
 */
export function parseDate(typed: string): string | null {
  const text = typed.normalize("NFKC").trim().toUpperCase();
  const western = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text);
  const compactEra = /^([MTSHR])(\d{2})(\d{2})(\d{2})$/.exec(text);
  const era =
    /^(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\.?(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(
      text,
    );
  if (era ?? compactEra) {
    const [, name = "", year = "", month = "", day = ""] = (era ?? compactEra) as RegExpExecArray;
    const found = ERAS.find(([, long, short]) => name === long || name === short || name === long[0]);
    if (!found) return null;
    const first = found[1] === "明治" ? 1868 : Number(found[0].slice(0, 4));
    return real(first + (year === "元" ? 1 : Number(year)) - 1, Number(month), Number(day));
  }
  if (western) return real(Number(western[1]), Number(western[2]), Number(western[3]));
  return null;
}

function real(year: number, month: number, day: number): string | null {
  if (year < 1868) return null; // 0001-28 is no day that anybody here means
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}
