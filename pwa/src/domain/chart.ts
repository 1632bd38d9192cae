/**
 * A small chart of one or two quantities over five fiscal years: where points, limits and gaps lie in a box of 100 × 100.
 * Points are joined only when nothing lies between them that was not measured (medical-info 3.10).
 */
import type { Schemas } from "../api/client";

export type Series = Schemas["SeriesOut"];
export type Point = Series["points"][number];

export type Dot = { x: number; y: number; point: Point; newest: boolean };
export type Chart = {
  years: Array<{ year: number; x: number; missing: boolean }>;
  dots: Dot[];
  /** Second quantity of the pair (diastolic pressure). */
  second: Dot[];
  lines: Array<{ from: Dot; to: Dot; second: boolean }>;
  limits: Array<{ kind: "guidance" | "referral"; y: number; at: number; upward: boolean }>;
  bands: Array<{ kind: "guidance" | "referral"; from: number; to: number }>;
};

/** 年度: April to March. */
export const fiscalYear = (day: string): number =>
  Number(day.slice(5, 7)) >= 4 ? Number(day.slice(0, 4)) : Number(day.slice(0, 4)) - 1;

/** R7 of 2025; H31 belongs to years that no chart shows. */
export const eraYear = (year: number): string => (year >= 2019 ? `R${year - 2018}` : `H${year - 1988}`);

/** More than 24 months apart is not joined (3.10). */
const LONGEST_JOIN = 24;

export function chartOf(first: Series, second: Series | null, today: string, years = 5): Chart {
  const last = fiscalYear(today);
  const from = last - years + 1;
  const inside = (series: Series | null): Point[] =>
    (series?.points ?? []).filter((point) => fiscalYear(point.on) >= from && fiscalYear(point.on) <= last);
  const [one, two] = [inside(first), inside(second)];
  const range = rangeOf([...one, ...two], [first.guidance, first.referral]);
  const place = (point: Point, all: readonly Point[]): Dot => ({
    x: xOf(fiscalYear(point.on) - from, years) + shift(point, all),
    y: yOf(point.value, range),
    point,
    newest: point === all[all.length - 1],
  });
  const dots = one.map((point) => place(point, one));
  const others = two.map((point) => place(point, two));
  const had = new Set([...one, ...two].map((point) => fiscalYear(point.on)));
  const earliest = Math.min(...had);
  return {
    years: Array.from({ length: years }, (_, n) => ({
      year: from + n,
      x: xOf(n, years),
      missing: had.size > 0 && !had.has(from + n) && from + n > earliest && from + n < last,
    })),
    dots,
    second: others,
    lines: [...joins(dots, false), ...joins(others, true)],
    limits: limitsOf(first, range),
    bands: bandsOf(first, range),
  };
}

const xOf = (place: number, years: number): number => ((place + 0.5) / years) * 100;

/** Two checkups of one fiscal year stand beside each other. */
function shift(point: Point, all: readonly Point[]): number {
  const same = all.filter((each) => fiscalYear(each.on) === fiscalYear(point.on));
  return (same.indexOf(point) - (same.length - 1) / 2) * 8;
}

type Range = { low: number; high: number };

/** From the values and the limits near them, with room for figures; never from zero, never of no height. */
function rangeOf(points: readonly Point[], limits: ReadonlyArray<Series["guidance"]>): Range {
  const values = points.map((point) => point.value);
  const near = limits.filter((limit) => limit !== null).map((limit) => limit.at);
  const all = [...values, ...near];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) * 0.1 || 1) * 0.28;
  return { low: low - room, high: high + room };
}

const yOf = (value: number, range: Range): number =>
  100 - ((value - range.low) / (range.high - range.low)) * 100;

function joins(dots: readonly Dot[], second: boolean): Chart["lines"] {
  const found: Chart["lines"] = [];
  for (let n = 1; n < dots.length; n++) {
    const [from, to] = [dots[n - 1] as Dot, dots[n] as Dot];
    const skipped = fiscalYear(to.point.on) - fiscalYear(from.point.on) > 1;
    if (!skipped && monthsBetween(from.point.on, to.point.on) <= LONGEST_JOIN)
      found.push({ from, to, second });
  }
  return found;
}

const monthsBetween = (a: string, b: string): number =>
  (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) * 12 + Number(b.slice(5, 7)) - Number(a.slice(5, 7));

function limitsOf(series: Series, range: Range): Chart["limits"] {
  const found: Chart["limits"] = [];
  for (const kind of ["guidance", "referral"] as const) {
    const limit = series[kind];
    if (limit) found.push({ kind, at: limit.at, y: yOf(limit.at, range), upward: limit.upward });
  }
  return found;
}

/** The band of 保健指導 ends where that of 受診勧奨 begins. */
function bandsOf(series: Series, range: Range): Chart["bands"] {
  const { guidance, referral } = series;
  const found: Chart["bands"] = [];
  if (guidance) {
    const edge = referral ? yOf(referral.at, range) : guidance.upward ? 0 : 100;
    const start = yOf(guidance.at, range);
    found.push({ kind: "guidance", from: Math.min(edge, start), to: Math.max(edge, start) });
  }
  if (referral) {
    const start = yOf(referral.at, range);
    found.push({ kind: "referral", from: referral.upward ? 0 : start, to: referral.upward ? start : 100 });
  }
  return found;
}

/** 「+0.2」, 「−6」, 「±0」 against the point of the fiscal year before; null when there is none. */
export function changeOf(series: Series): string | null {
  const newest = series.points[series.points.length - 1];
  const before =
    newest && series.points.findLast((point) => fiscalYear(point.on) === fiscalYear(newest.on) - 1);
  if (!newest || !before) return null;
  const digits = Math.max(decimals(newest.text), decimals(before.text));
  const change = Number((newest.value - before.value).toFixed(digits));
  if (change === 0) return "±0";
  return `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(digits)}`;
}

const decimals = (text: string): number => Math.min(2, /\.(\d+)/.exec(text)?.[1]?.length ?? 0);
