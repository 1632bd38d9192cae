/**
 * The drug list as a page of months: which rows stand together, where their bars lie, and what a search finds. What a
 * drug is, whether it is still taken and which rows are a pair, the server has decided; nothing is judged here.
 */
import type { Schemas } from "../api/client";

export type Medications = Schemas["MedicationsOut"];
export type Drug = Schemas["DrugOut"];
export type Line = Schemas["DrugLineOut"];
export type Pair = Schemas["SamePairOut"];
export type Months = 3 | 6 | 12 | 60;
/** The first and the last month somebody chose, as 2026-06. */
export type MonthRange = { from: string; to: string };

/** Days shown, both included, and the months they touch; `at` is a month's beginning as a share of the width. */
export type Period = { from: string; to: string; months: Array<{ key: string; at: number }> };

const DAY = 86_400_000;
const at = (iso: string): number => Date.parse(`${iso}T00:00:00Z`);
const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The last months up to this one, or the months of a range, whole; a range the wrong way round is turned. */
export function periodOf(today: string, wished: Months | MonthRange): Period {
  const now = today.slice(0, 7);
  const { from, to } = typeof wished === "number" ? { from: monthAfter(now, 1 - wished), to: now } : wished;
  const keys = monthsBetween(from, to);
  const [first = now, last = now] = [keys[0], keys[keys.length - 1]];
  const bounds = { from: `${first}-01`, to: iso(at(`${monthAfter(last, 1)}-01`) - DAY) };
  return { ...bounds, months: keys.map((key) => ({ key, at: share(bounds, `${key}-01`) })) };
}

/** The month so many months later. */
export function monthAfter(month: string, count: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return iso(Date.UTC(year, number - 1 + count, 1)).slice(0, 7);
}

/** All months from one to another, both included, oldest first. */
export function monthsBetween(one: string, other: string): string[] {
  const [first, last] = one <= other ? [one, other] : [other, one];
  const found = [first];
  for (let month = first; month < last; found.push(month)) month = monthAfter(month, 1);
  return found;
}

/** Where a day begins, 0 at the period's first day and 1 after its last; days outside lie at the edges. */
export function share(period: { from: string; to: string }, day: string): number {
  const whole = at(period.to) + DAY - at(period.from);
  return Math.min(1, Math.max(0, (at(day) - at(period.from)) / whole));
}

export type Bar = { id: string; from: number; to: number; source: Drug["source"] };

/** A mark for a day that covers no days (as needed, on the skin): wide enough to be seen. */
const POINT = 0.014;
/** A hair between a supply and its refill on the next day, so that they read as two. */
const HAIR = 0.002;

export function barsOf(drugs: readonly Drug[], period: Period): Bar[] {
  const bars: Bar[] = [];
  for (const drug of drugs) {
    const first = drug.covers_from ?? drug.dispensed_on ?? drug.prescribed_on;
    if (!first) continue;
    const last = drug.covers_to ?? first;
    if (last < period.from || first > period.to) continue;
    const from = share(period, first);
    const end = share(period, iso(at(last) + DAY)) - HAIR;
    bars.push({ id: drug.id, source: drug.source, from, to: Math.max(end, Math.min(1, from + POINT)) });
  }
  return bars.sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
}

/** One row of the page: one ingredient as one prescriber gives it. */
export type Row = { key: string; line: Line; newest: Drug; drugs: Drug[]; bars: Bar[]; who: string | null };
/** Rows that stand together: one row, or those of a pair with the pair they make. */
export type Cluster = { rows: Row[]; pair: Pair | null };
export type Section = { kind: "continuing" | "other"; clusters: Cluster[] };

export type Wish = {
  months: Months | MonthRange;
  othersOnly: boolean;
  asNeededPairs: boolean;
  search: string;
  /** Only these lines; null for all. */
  lines: ReadonlySet<string> | null;
  order: "recent" | "kana";
};

export function sections(held: Medications, today: string, wish: Wish): Section[] {
  const period = periodOf(today, wish.months);
  const byId = new Map(held.drugs.map((drug) => [drug.id, drug]));
  const rows = held.lines
    .filter((line) => wish.lines === null || wish.lines.has(line.key))
    .flatMap((line) => rowsOf(line, byId, period))
    .filter((row) => !(wish.othersOnly && row.newest.own))
    .filter((row) => touches(row, period) && finds(row, wish.search));
  if (wish.order === "kana") rows.sort((a, b) => folded(nameOf(a)).localeCompare(folded(nameOf(b)), "ja"));
  const pairs = held.pairs.filter((pair) => wish.asNeededPairs || !pair.as_needed);
  return (["continuing", "other"] as const)
    .map((kind) => ({
      kind,
      clusters: clusters(
        rows.filter((row) => (row.line.taking !== null && !row.line.as_needed) === (kind === "continuing")),
        pairs,
      ),
    }))
    .filter((section) => section.clusters.length > 0);
}

function rowsOf(line: Line, byId: ReadonlyMap<string, Drug>, period: Period): Row[] {
  const byWho = new Map<string, Drug[]>();
  for (const id of line.rows) {
    const drug = byId.get(id);
    if (!drug) continue;
    const who = drug.own ? "own" : (drug.prescriber ?? drug.dispenser ?? "");
    const found = byWho.get(who);
    if (found) found.push(drug);
    else byWho.set(who, [drug]);
  }
  return [...byWho].map(([who, drugs]) => {
    const [newest] = drugs as [Drug, ...Drug[]];
    return {
      key: `${line.key}|${who}`,
      line,
      newest,
      drugs,
      bars: barsOf(drugs, period),
      who: newest.prescriber ?? newest.dispenser,
    };
  });
}

/** Undated rows belong to their month; a row of which nothing lies in the period is not shown. */
function touches(row: Row, period: Period): boolean {
  if (row.bars.length > 0) return true;
  const months = new Set(period.months.map((month) => month.key));
  return row.drugs.some((drug) => {
    const digits = (drug.month ?? "").replace(/\D/g, "");
    return (
      !drug.dispensed_on && !drug.prescribed_on && months.has(`${digits.slice(0, 4)}-${digits.slice(4, 6)}`)
    );
  });
}

/** Rows of one pair stand directly below one another, where the first of them would stand. */
function clusters(rows: readonly Row[], pairs: readonly Pair[]): Cluster[] {
  const rowOf = new Map(rows.flatMap((row) => row.drugs.map((drug) => [drug.id, row] as const)));
  const found: Cluster[] = [];
  const placed = new Set<Row>();
  for (const row of rows) {
    if (placed.has(row)) continue;
    const pair = pairs.find((each) => {
      const [newer, older] = [rowOf.get(each.newer), rowOf.get(each.older)];
      return (
        newer &&
        older &&
        newer !== older &&
        (newer === row || older === row) &&
        !placed.has(newer) &&
        !placed.has(older)
      );
    });
    const together = pair
      ? rows.filter((each) => each === rowOf.get(pair.newer) || each === rowOf.get(pair.older))
      : [row];
    for (const each of together) placed.add(each);
    found.push({ rows: together, pair: pair ?? null });
  }
  return found;
}

/** The ingredient where it is known, else the product. */
export const nameOf = (row: Row): string => row.line.ingredient ?? row.newest.drug_name;

/** Whether a row is what somebody looks for: drug, ingredient or institution, in any width and either kana. */
export function finds(row: Row, search: string): boolean {
  const words = folded(search).split(" ").filter(Boolean);
  if (words.length === 0) return true;
  const text = folded(
    [row.line.ingredient, row.line.drug_name, row.newest.drug_name, row.who, ...row.line.dispensers].join(
      " ",
    ),
  );
  return words.every((word) => text.includes(word));
}

/** Width, case and hiragana folded: アムロ finds あむろ. */
export function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

/** Months, newest first, each with the standing rows dispensed in it. */
export function byMonth(
  held: Medications,
  today: string,
  wish: Wish,
): Array<{ month: string; drugs: Drug[] }> {
  const shown = new Set(
    sections(held, today, wish).flatMap((section) =>
      section.clusters.flatMap((cluster) => cluster.rows.flatMap((row) => row.drugs.map((drug) => drug.id))),
    ),
  );
  const period = periodOf(today, wish.months);
  const months = new Map<string, Drug[]>();
  for (const drug of held.drugs) {
    if (!shown.has(drug.id)) continue;
    const day = drug.dispensed_on ?? drug.prescribed_on;
    const digits = (drug.month ?? "").replace(/\D/g, "");
    const month = day?.slice(0, 7) ?? `${digits.slice(0, 4)}-${digits.slice(4, 6)}`;
    if (month < period.from.slice(0, 7) || month > period.to.slice(0, 7)) continue;
    const found = months.get(month);
    if (found) found.push(drug);
    else months.set(month, [drug]);
  }
  return [...months].sort(([a], [b]) => (a < b ? 1 : -1)).map(([month, drugs]) => ({ month, drugs }));
}

/** Since when receipts are missing, as a share of the width: from there on silence says nothing. */
export function receiptsEnd(held: Medications, period: Period): number | null {
  const end = held.ends.find((each) => each.source === "receipt");
  if (!end) return null;
  const [year = 0, month = 1] = end.last_month.split("-").map(Number);
  const after = iso(Date.UTC(year, month, 1));
  return after > period.to ? null : share(period, after);
}

/** What goes into a chart: one line a drug, tabs between the columns, no judgement. */
export function asText(held: Medications, lines: readonly Line[]): string {
  const byId = new Map(held.drugs.map((drug) => [drug.id, drug]));
  return lines
    .map((line) => {
      const newest = byId.get(line.rows[0] ?? "");
      if (!newest) return "";
      const day = newest.dispensed_on ?? newest.prescribed_on ?? newest.month ?? "";
      const amount = `${newest.amount ?? ""}${newest.unit ?? ""}`;
      return [newest.drug_name, amount, newest.usage ?? "", day, newest.prescriber ?? newest.dispenser ?? ""]
        .map((part) => part.normalize("NFKC").replace(/\s+/g, " ").trim())
        .join("\t");
    })
    .filter(Boolean)
    .join("\n");
}
