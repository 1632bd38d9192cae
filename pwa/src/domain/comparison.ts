/**
 * The comparison of ledger and center as a person sees it: field names, values as text, which boxes may be ticked,
 * and the advice beside the three acts. Decides nothing that is written; the server refuses what must not be.
 * Sources: S-063, S-064, S-083 to S-095, S-111; limit categories OQSCD012.
 */
import type { Schemas } from "../api/client";
import { fullDate } from "./dates";

export type Difference = Schemas["DifferenceOut"];
export type LedgerAct = "update" | "overwrite" | "add" | "cancel";

/** 更新 and 保険追加 bring a whole insurance; 上書き writes single fields. */
const bringsInsurance = (act: LedgerAct): boolean => act === "update" || act === "add";

export const FIELD_NAMES: Record<string, string> = {
  name: "漢字氏名",
  name_kana: "カナ氏名",
  sex: "性別",
  birth_date: "生年月日",
  postal_code: "郵便番号",
  address: "住所",
  telephone: "電話番号",
  chart_number: "カルテ番号",
  insurer_number: "保険者番号",
  insurer_name: "保険者名",
  card_symbol: "記号",
  card_number: "番号",
  branch_number: "枝番",
  relation: "続柄",
  insured_name: "被保険者氏名",
  contribution_ratio: "負担割合",
  card_class: "証の種類",
  qualified_on: "資格取得日",
  lost_on: "資格喪失日",
  valid_from: "保険有効開始日",
  valid_until: "保険有効期限",
  issued_on: "交付日",
  limit_category: "限度額 適用区分",
  limit_from: "限度額 開始日",
  limit_until: "限度額 終了日",
  reference_number: "照会番号",
  linked: "患者とのつながり",
  payer_number: "公費負担者番号",
  recipient_number: "公費受給者番号",
  priority: "公費の順番",
  monthly_limit: "自己負担上限月額",
  insured_number: "介護被保険者番号",
  care_level: "要介護度",
  ratio_from: "介護負担割合 開始日",
  ratio_until: "介護負担割合 終了日",
};

export const fieldName = (field: string): string => FIELD_NAMES[field] ?? field;

const SEXES: Record<string, string> = { male: "男", female: "女", unset: "" };
const RELATIONS: Record<string, string> = { insured: "本人", family: "家族" };
const LIMITS: Record<string, string> = {
  A01: "区分ア",
  A02: "区分イ",
  A03: "区分ウ",
  A04: "区分エ",
  A05: "区分オ",
  A06: "区分オ（境界層）",
  B01: "現役並みⅢ",
  B02: "現役並みⅡ",
  B03: "現役並みⅠ",
  B04: "一般",
  B05: "低所得Ⅱ",
  B06: "低所得Ⅰ",
  B07: "低所得Ⅰ（老福）",
  B08: "低所得Ⅰ（境界層）",
  B09: "一般Ⅱ",
  B10: "一般Ⅰ",
};

export const CARE_LEVELS: Record<string, string> = {
  applied: "申請中",
  support_1: "要支援1",
  support_2: "要支援2",
  care_1: "要介護1",
  care_2: "要介護2",
  care_3: "要介護3",
  care_4: "要介護4",
  care_5: "要介護5",
};

export const sexText = (sex: string | null | undefined): string => (sex ? (SEXES[sex] ?? sex) : "");
export const relationText = (relation: string | null): string =>
  relation ? (RELATIONS[relation] ?? relation) : "";

/** 3割 of 30; a ratio that is no whole tenth stays per cent. */
export function ratioText(percent: number): string {
  return percent % 10 === 0 ? `${percent / 10}割` : `${percent}%`;
}

/** One value as the office reads it; an unknown code stays as it came. */
export function valueText(field: string, value: string | null): string {
  if (value === null || value === "") return "";
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return fullDate(value);
  if (field === "sex") return sexText(value);
  if (field === "relation") return relationText(value);
  if (field === "contribution_ratio" && /^\d+$/.test(value)) return ratioText(Number(value));
  if (field === "care_level") return CARE_LEVELS[value] ?? value;
  if (field === "monthly_limit" && /^\d+$/.test(value)) return `${Number(value).toLocaleString("ja-JP")}円`;
  if (field === "limit_category") return LIMITS[value] ?? value;
  if (field === "postal_code" && /^\d{7}$/.test(value)) return `〒${value.slice(0, 3)}-${value.slice(3)}`;
  if (field === "linked") return value === "True" || value === "true" ? "あり" : "なし";
  return value;
}

/** Why a cell cannot be taken over, or null when it can. A missing end date is no mistake (S-093). */
export function cannotTake(difference: Difference): "mark" | "empty" | null {
  if (difference.kind !== "unsafe") return null;
  return difference.reason === "delivered_empty" ? "empty" : "mark";
}

/** 更新 and 保険追加 take the insurance whole: what the new one does not have is empty afterwards, as on its card. */
export function becomesEmpty(difference: Difference, act: LedgerAct): boolean {
  const insurance = difference.group === "coverage" || difference.group === "limit";
  return bringsInsurance(act) && insurance && cannotTake(difference) === "empty";
}

/** Boxes exist for what differs; in 更新 only for the person, because the insurance goes over whole. */
export function mayTick(difference: Difference, act: LedgerAct): boolean {
  if (difference.kind !== "real" && difference.kind !== "format") return false;
  if (act === "overwrite") return true;
  return bringsInsurance(act) && (difference.group === "person" || difference.group === "address");
}

export const firstTicks = (differences: readonly Difference[]): Set<string> =>
  new Set(differences.filter((d) => d.default === "take" && d.kind === "real").map((d) => d.field));

/** What a person may still tick, one by one, with a reason before their eyes; never all at once (S-095). */
const neverByTheDozen = (difference: Difference): boolean =>
  difference.reason === "limit_not_agreed" || difference.reason === "earlier_insurance";

/** `A`: every 変更, never 表記のちがい, never ●. */
export const allRealTicks = (differences: readonly Difference[], act: LedgerAct): Set<string> =>
  new Set(
    differences
      .filter((d) => d.kind === "real" && mayTick(d, act) && !neverByTheDozen(d))
      .map((d) => d.field),
  );

export const tickedFor = (
  differences: readonly Difference[],
  ticks: ReadonlySet<string>,
  act: LedgerAct,
): string[] => differences.filter((d) => ticks.has(d.field) && mayTick(d, act)).map((d) => d.field);

/** What speaks for a candidate, kana compared here too: among twins it is the one thing that tells them apart. */
export function reasonsFor(
  candidate: { name_kana: string | null; reasons: readonly string[] },
  deliveredKana: string | null,
): string[] {
  const told = candidate.reasons.filter((reason) => reason !== "several_charts");
  const speaks = told.some((reason) => reason.startsWith("kana_") || reason === "name_differs");
  if (speaks || !candidate.name_kana || !deliveredKana) return told;
  return [
    ...told,
    plainKana(candidate.name_kana) === plainKana(deliveredKana) ? "kana_equal" : "kana_differs",
  ];
}

const plainKana = (kana: string): string => kana.normalize("NFKC").replace(/\s+/g, "");

export type Advice =
  | "late_elderly"
  | "insurance_changed"
  | "insurance_first"
  | "small_correction"
  | "nothing_differs"
  | "only_format"
  | "warn_overwrite_loses"
  | "warn_update_doubles"
  | "warn_nothing_ticked"
  | "keeps_ours"
  | "added_beside"
  | "limit_not_agreed"
  | "warn_earlier_insurance"
  | "warn_other_person";

/** What stands beside the acts: what the pattern looks like, or a warning when the choice does not fit it. */
export function adviceFor(
  differences: readonly Difference[],
  suggested: string,
  act: LedgerAct,
  tickedCount: number,
): { kind: "info" | "need" | "quiet"; advice: Advice } {
  const real = differences.filter((d) => d.kind === "real");
  // Another reading of the name is the one sign of another person that a chosen chart still shows (S-092).
  if (act !== "cancel" && real.some((d) => d.field === "name_kana" && d.ours)) {
    return { kind: "need", advice: "warn_other_person" };
  }
  if (act === "add") return { kind: "info", advice: "added_beside" };
  if (real.some((d) => d.reason === "earlier_insurance")) {
    return { kind: "need", advice: "warn_earlier_insurance" };
  }
  const changed = (field: string) => real.find((d) => d.field === field);
  const another = ["insurer_number", "card_symbol", "card_number"].some((f) => changed(f)?.ours);
  if (act === "overwrite" && another) return { kind: "need", advice: "warn_overwrite_loses" };
  if (act === "overwrite" && tickedCount === 0) return { kind: "need", advice: "warn_nothing_ticked" };
  if (act === "update" && suggested !== "update") return { kind: "need", advice: "warn_update_doubles" };
  if (act === "cancel" && suggested !== "cancel") return { kind: "quiet", advice: "keeps_ours" };
  if (act === "update") {
    const insurer = changed("insurer_number");
    if (insurer?.theirs?.startsWith("39") && insurer.ours && !insurer.ours.startsWith("39")) {
      return { kind: "info", advice: "late_elderly" };
    }
    return { kind: "info", advice: another ? "insurance_changed" : "insurance_first" };
  }
  if (act === "overwrite" && real.some((d) => d.reason === "limit_not_agreed")) {
    return { kind: "info", advice: "limit_not_agreed" };
  }
  if (act === "overwrite") return { kind: "info", advice: "small_correction" };
  const format = differences.some((d) => d.kind === "format" || d.kind === "unsafe") || real.length > 0;
  return { kind: "info", advice: format ? "only_format" : "nothing_differs" };
}

/** A short name list of the folded equal fields: 性別・生年月日 ほか */
export function foldedNames(fields: readonly string[], shown = 4): string {
  const names = fields.slice(0, shown).map(fieldName).join("・");
  return fields.length > shown ? `${names} ほか` : names;
}
