/** Small words of the medical views. */
import type { Drug, Line } from "../../domain/medication";
import { tm, tmWord } from "../../text/medical";

/** Delivered text with half-width figures and letters, as clinics write them; for the eye only. */
export const plain = (text: string): string => text.normalize("NFKC");

/** 7/14, with the year where it is not this one. */
export function shortDate(day: string, today: string): string {
  const short = `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;
  return day.slice(0, 4) === today.slice(0, 4) ? short : `${day.slice(0, 4)}/${short}`;
}

/** 2026年5月 of 2026-05 or 202605. */
export function monthText(month: string): string {
  const digits = month.replace(/\D/g, "");
  return `${digits.slice(0, 4)}年${Number(digits.slice(4, 6))}月`;
}

export const amountOf = (drug: Drug): string => plain(`${drug.amount ?? ""}${drug.unit ?? ""}`);

export const institution = (drug: Drug): string =>
  drug.own ? tm("own") : plain(drug.prescriber ?? drug.dispenser ?? "") || tm("nameless");

/** Why a drug counts as still taken, in one sentence. */
export function takingReason(line: Line, today: string, lastMonth: string | null): string {
  return tmWord("taking", line.taking, {
    date: line.reaches ? shortDate(line.reaches, today) : "",
    month: lastMonth ? monthText(lastMonth) : "",
  });
}

/**
 * The ingredient as people say it: アムロジピン of 「アムロジピンベシル酸塩」 when the product begins with the same word.
 * A product of another name keeps its ingredient whole.
 */
export function lineName(line: Line): string {
  const [ingredient, product] = [plain(line.ingredient ?? ""), bareProduct(line.drug_name)];
  const common = commonStart(ingredient, product);
  return common.length >= SHORTEST_WORD ? common : ingredient || plain(line.drug_name);
}

/** What the name leaves of the product: 「OD錠5mg」, or the whole product where it has another name. */
export function productOf(line: Line, drug: Drug): string {
  const product = bareProduct(drug.drug_name);
  const name = lineName(line);
  if (product.startsWith(name)) return product.slice(name.length).trim();
  return line.ingredient ? product : "";
}

const SHORTEST_WORD = 3;

/** Without maker and brackets. */
const bareProduct = (name: string): string =>
  plain(name)
    .replace(/[「『].*?[」』]/g, "")
    .trim();

/** The common beginning, ending where kana or kanji of one word end: 「OD」 and figures belong to the product. */
function commonStart(a: string, b: string): string {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return a.slice(0, n).replace(/[\s0-9A-Za-z・]+$/, "");
}
