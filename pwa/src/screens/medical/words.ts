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

/** The name without the product's strength and maker where the ingredient says it. */
export const lineName = (line: Line): string => plain(line.ingredient ?? line.drug_name);

/** 「OD錠15mg」 of 「ランソプラゾールOD錠15mg「見本」」 beside its ingredient; the whole name when they differ. */
export function productOf(line: Line, drug: Drug): string {
  const name = plain(drug.drug_name);
  const ingredient = plain(line.ingredient ?? "").replace(/\s+/g, "");
  const bare = name.replace(/[「『].*?[」』]/g, "").trim();
  return ingredient && bare.startsWith(ingredient) && bare.length > ingredient.length
    ? bare.slice(ingredient.length).trim()
    : line.ingredient
      ? bare
      : "";
}
