/**
 * Which rows of the consented list somebody wants to see: by state, with or without those taken over, and by what they
 * typed of a person. Works on rows in memory, so that ten thousand answer to a key before the finger is up again.
 */
import { toHiragana } from "./name";

export type ListFilter = "all" | "needs_check" | "unconfirmed" | "confirmed";
export type Wanted = { filter: ListFilter; imported: boolean };
export type Findable = {
  state: "needs_check" | "unconfirmed" | "confirmed";
  name: string | null;
  name_kana: string | null;
  birth_date: string | null;
  insurer_number: string | null;
  reference_number: string | null;
  match: { chart_number: string | null; patient_name: string | null };
};

export const isWanted = (row: Pick<Findable, "state">, { filter, imported }: Wanted): boolean =>
  (filter === "all" || row.state === filter) && (imported || row.state !== "confirmed");

/** Rows that hold every word that was typed, in name, kana, birth date or a number; all of them for an empty field. */
export function found<R extends Findable>(rows: readonly R[], typed: string): readonly R[] {
  const words = folded(typed).split(" ").filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
}

/** Makes the text of each row that `found` looks through, so that the first key does not wait for all of them. */
export function prepare(rows: readonly Findable[]): void {
  for (const row of rows) textOf(row);
}

/** Width, kana and case count for nothing; a name may be typed with a space or without. */
const folded = (text: string): string =>
  toHiragana(text.normalize("NFKC")).toLowerCase().replace(/\s+/g, " ").trim();

/** A row is a new object when something in it has changed, so its text is made once. */
const texts = new WeakMap<Findable, string>();

function textOf(row: Findable): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const { match } = row;
  const names = [row.name, row.name_kana, match.patient_name].map((name) => folded(name ?? ""));
  const numbers = [match.chart_number, row.insurer_number, row.reference_number, row.birth_date];
  const made = [
    ...names,
    ...names.map((name) => name.replaceAll(" ", "")),
    ...numbers.map((one) => one ?? ""),
  ].join("\n");
  texts.set(row, made);
  return made;
}
