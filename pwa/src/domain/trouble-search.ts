/** Finding the remedy by code or by what is seen. Pure; the entries are data (`text/troubles.ts`). */
import { toHiragana } from "./name";

export type Searchable = { id: string; codes: readonly string[]; signs: readonly string[]; title: string };

/** Best first. A code typed in any width matches exactly; words match by folded kana in title and signs. */
export function findTroubles<T extends Searchable>(typed: string, all: readonly T[]): T[] {
  const wanted = fold(typed);
  if (!wanted) return [...all];
  return all
    .map((trouble) => ({ trouble, score: scoreOf(wanted, trouble) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ trouble }) => trouble);
}

function scoreOf(wanted: string, trouble: Searchable): number {
  const digits = /\d{3}/.exec(wanted)?.[0];
  if (digits && trouble.codes.includes(digits)) return 100;
  if (trouble.codes.some((code) => code.endsWith("-") && wanted.startsWith(fold(code)))) return 100;
  const words = [trouble.title, ...trouble.signs].map(fold);
  if (words.some((word) => word === wanted)) return 60;
  if (words.some((word) => word.includes(wanted) || (word.length > 3 && wanted.includes(word)))) return 40;
  const parts = wanted.split(/[\s、。]+/).filter((part) => part.length > 1);
  const hits = parts.filter((part) => words.some((word) => word.includes(part))).length;
  return parts.length > 1 ? (20 * hits) / parts.length : 0;
}

function fold(text: string): string {
  return toHiragana(text)
    .toLowerCase()
    .replace(/[「」"'（）()]/g, "")
    .trim();
}
