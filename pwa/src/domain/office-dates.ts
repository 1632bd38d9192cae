/** Dates for narrow places of the office: buttons, fields, one line of a title. */
import { eraDate, parseDate } from "./dates";

/** R8.7.1 of 2026-07-01, for buttons and narrow places. */
export function shortEra(iso: string): string {
  const eras: ReadonlyArray<readonly [string, string]> = [
    ["2019-05-01", "R"],
    ["1989-01-08", "H"],
    ["1926-12-25", "S"],
    ["1912-07-30", "T"],
  ];
  const [year = "", month = "", day = ""] = iso.split("-");
  const era = eras.find(([start]) => iso >= start);
  if (!era) return `${Number(year)}/${Number(month)}/${Number(day)}`;
  return `${era[1]}${Number(year) - Number(era[0].slice(0, 4)) + 1}.${Number(month)}.${Number(day)}`;
}

/** 令和8年7月12日〜7月14日（2026）; both years when they differ. */
export function dayRange(from: string, until: string): string {
  if (from.slice(0, 4) !== until.slice(0, 4)) return `${eraDate(from)}〜${eraDate(until)}`;
  const end = from === until ? "" : `〜${Number(until.slice(5, 7))}月${Number(until.slice(8))}日`;
  return `${eraDate(from)}${end}（${until.slice(0, 4)}）`;
}

/** What the ledger is asked for: a typed birthday in any writing becomes ISO, everything else stays as typed. */
export function ledgerQuery(typed: string): string {
  const text = typed.trim();
  // Digits alone are a birthday only when there are eight of them: 000128 is a chart number.
  if (/^\d+$/.test(text.normalize("NFKC")) && text.length !== 8) return text;
  return parseDate(text) ?? text;
}

/** 13:30 of what a person types as a time of day (1330, 13：30, 9:5 is refused); null when there is none such. */
export function parseTime(typed: string): string | null {
  const found = /^(\d{1,2}):?(\d{2})$/.exec(typed.normalize("NFKC").trim());
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2])];
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
