/** What somebody copied from the terminal's history detail, taken apart by its labels (S-127). Judges no value. */

export const TYPED_FIELDS = [
  "insurer_number",
  "insurer_name",
  "card_symbol",
  "card_number",
  "branch_number",
  "relation",
  "contribution_ratio",
  "qualified_on",
  "valid_from",
  "valid_until",
] as const;
export type TypedField = (typeof TYPED_FIELDS)[number];
export type Pasted = Partial<Record<TypedField, string>>;

/** Labels as terminal and certificates print them; of two that fit, the longer one. */
const LABELS: ReadonlyArray<readonly [string, TypedField]> = [
  ["保険者番号", "insurer_number"],
  ["保険者名称", "insurer_name"],
  ["保険者名", "insurer_name"],
  ["被保険者証記号", "card_symbol"],
  ["記号", "card_symbol"],
  ["被保険者証番号", "card_number"],
  ["被保険者番号", "card_number"],
  ["番号", "card_number"],
  ["被保険者証枝番", "branch_number"],
  ["枝番", "branch_number"],
  ["本人・家族の別", "relation"],
  ["本人家族", "relation"],
  ["負担割合", "contribution_ratio"],
  ["資格取得年月日", "qualified_on"],
  ["資格取得日", "qualified_on"],
  ["有効開始年月日", "valid_from"],
  ["有効開始日", "valid_from"],
  ["有効終了年月日", "valid_until"],
  ["有効終了日", "valid_until"],
];
const BY_LENGTH = [...LABELS].sort((a, b) => b[0].length - a[0].length);

/** One value for each label that begins a line; the value stands after it, or in the next line. */
export function pastedInsurance(text: string): Pasted {
  const lines = text.split(/\r?\n|\t{2,}/).map((line) => line.trim());
  const found: Pasted = {};
  for (const [index, line] of lines.entries()) {
    const label = BY_LENGTH.find(([word]) => line.startsWith(word));
    if (!label) continue;
    const after = line.slice(label[0].length).replace(/^[\s:：\t]+/, "");
    const next = lines[index + 1] ?? "";
    const value = after || (isLabel(next) ? "" : next);
    if (value && !found[label[1]]) found[label[1]] = plain(label[1], value);
  }
  return found;
}

const isLabel = (line: string): boolean => BY_LENGTH.some(([word]) => line.startsWith(word));

function plain(field: TypedField, value: string): string {
  if (field === "relation")
    return value.includes("家族") ? "family" : value.includes("本人") ? "insured" : "";
  if (field === "contribution_ratio") return ratio(value.normalize("NFKC"));
  const numbers = field === "insurer_number" || field === "branch_number";
  return numbers ? value.normalize("NFKC").replace(/\s/g, "") : value;
}

/** 3割, 30% and 030 are all thirty. */
function ratio(value: string): string {
  const digits = /\d+/.exec(value)?.[0] ?? "";
  if (!digits) return "";
  return String(value.includes("割") ? Number(digits) * 10 : Number(digits));
}
