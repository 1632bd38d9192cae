/** Checkups as a table: items down, days across, the items asked for most often first. Values stay as delivered. */
import type { Schemas } from "../api/client";

export type Checkup = Schemas["CheckupOut"];
type Item = Schemas["CheckupItemOut"];

export type CheckupRow = { key: string; name: string; unit: string | null; cells: string[] };
export type CheckupTable = { days: Array<string | null>; main: CheckupRow[]; rest: CheckupRow[] };

/** Analyte (first five of the JLAC10 code) → place and plain name. Several codes may mean one quantity. */
const MAIN: ReadonlyArray<readonly [string, readonly string[]]> = [
  ["血圧 上", ["9A755", "9A752", "9A751"]],
  ["血圧 下", ["9A765", "9A762", "9A761"]],
  ["BMI", ["9N011"]],
  ["HbA1c", ["3D046", "3D045"]],
  ["LDL", ["3F077"]],
  ["HDL", ["3F070"]],
  ["中性脂肪", ["3F015"]],
  ["AST", ["3B035"]],
  ["ALT", ["3B045"]],
  ["γ-GT", ["3B090"]],
  ["eGFR", ["8A065"]],
  ["クレアチニン", ["3C015"]],
];
const ANALYTE = 5;

/** The newest `most` days, newest first. */
export function checkupTable(checkups: readonly Checkup[], most = 5): CheckupTable {
  const shown = [...checkups]
    .sort((a, b) => (b.performed_on ?? "").localeCompare(a.performed_on ?? ""))
    .slice(0, most);
  const main = MAIN.map(([name, codes]) =>
    row(name, name, shown, (item) => codes.includes(item.code.slice(0, ANALYTE))),
  ).filter((found) => found !== null);
  const mainCodes = new Set(MAIN.flatMap(([, codes]) => codes));
  const others = new Map<string, string>();
  for (const checkup of shown)
    for (const item of checkup.items)
      if (!mainCodes.has(item.code.slice(0, ANALYTE)) && !others.has(item.code))
        others.set(item.code, item.name);
  const rest = [...others]
    .map(([code, name]) => row(code, name, shown, (item) => item.code === code))
    .filter((found) => found !== null);
  return { days: shown.map((checkup) => checkup.performed_on), main, rest };
}

function row(
  key: string,
  name: string,
  checkups: readonly Checkup[],
  isIt: (item: Item) => boolean,
): CheckupRow | null {
  const found = checkups.map((checkup) => checkup.items.find(isIt));
  const first = found.find((item) => item !== undefined);
  if (!first) return null;
  return { key, name, unit: first.unit, cells: found.map((item) => (item ? valueText(item) : "")) };
}

/** A coded answer by its word, everything else by the text delivered. */
export function valueText(item: Item): string {
  return item.code_name ?? item.text;
}
