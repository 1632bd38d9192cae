/** 公費と介護保険の言葉。 Loads with the office only; English where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  title: "公費・介護保険",
  text: "カードからは届きません。証を見て入れます。資格確認や更新・上書きでは変わりません。",
  "public.title": "公費",
  "care.title": "介護保険",
  "public.none": "公費はありません。",
  "care.none": "介護保険の記録はありません。",
  "public.add": "公費を追加",
  "care.add": "介護保険を追加",
  "public.addTitle": "公費を追加する",
  "care.addTitle": "介護保険を追加する",
  "public.correctTitle": "公費を直す",
  "care.correctTitle": "介護保険を直す",
  "public.renewTitle": "公費の新しい証を入れる",
  "care.renewTitle": "介護保険の新しい証を入れる",
  "public.endTitle": "公費を終える",
  "care.endTitle": "介護保険を終える",
  correct: "直す",
  renew: "新しい証",
  end: "終える",
  hint: "続いている同じものがあれば、新しいはじめの日の前の日で終わり、過去として残ります。",
  correctHint: "入れまちがいを直します。新しい証が届いたときは「新しい証」から入れてください。",
  endHint: "最後の日を入れます。消えずに過去として残り、下の「履歴」から元に戻せます。",
  save: "保存する",
  place: "公費{number}",
  past: "{label} {what}",
  open: "{from} から（期限なし）",
  period: "{from} から {until}",
  "field.priority": "順番",
  "field.payer_number": "公費負担者番号（8桁）",
  "field.recipient_number": "公費受給者番号（7桁）",
  "field.monthly_limit": "自己負担上限月額（円）",
  "field.insurer_number": "介護保険者番号（6桁）",
  "field.insured_number": "介護被保険者番号（10桁）",
  "field.care_level": "要介護度",
  "field.contribution_ratio": "負担割合",
  "field.ratio_from": "負担割合のはじめの日",
  "field.ratio_until": "負担割合の最後の日",
  "field.valid_from": "はじめの日",
  "field.valid_until": "最後の日",
  "show.payer_number": "負担者番号",
  "show.recipient_number": "受給者番号",
  "show.monthly_limit": "上限月額",
  "show.insurer_number": "保険者番号",
  "show.insured_number": "被保険者番号",
  "show.period": "有効期間",
  "show.certified": "認定期間",
  "show.ratio": "負担割合",
  "show.ratioPeriod": "割合の期間",
  "problem.missing": "入れてください。",
  "problem.number_length": "桁数がちがいます。",
  "problem.check_digit": "番号が証と合いません（検証番号）。",
  "problem.not_public_expense": "保険者の番号です。公費の負担者番号を入れてください。",
  "problem.ends_before_it_begins": "はじめの日より前です。",
  "problem.out_of_range": "選べる値ではありません。",
  "problem.priority_taken": "この期間には、同じ順番の公費があります。",
  "problem.period_taken": "この期間には、同じものがすでにあります。",
} as const;

export type OffCardKey = keyof typeof ja;

/** The sentence for a key, with its values. */
export const tc = sentences(ja, () => import("./off-card-en"));

/** What is wrong with a field, by the server's word; an unknown word stays as it came. */
export const problemText = (word: string): string => {
  const key = `problem.${word}`;
  return key in ja ? tc(key as OffCardKey) : word;
};
