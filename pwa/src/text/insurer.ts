/** 保険者マスタの言葉。 Loads with the office only; English where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  unknown: "この番号の保険者は、まだ登録されていません（{kind}）。",
  wrong: "保険者番号ではありません。番号を証と見くらべてください。",
  correct: "保険者の連絡先を直す",
  add: "保険者の連絡先を入れる",
  fill: "保険者を登録する",
  title: "保険者 {number}",
  hint: "この番号のすべての患者に出ます。患者の保険の内容は変わりません。",
  name: "保険者名",
  telephone: "電話番号",
  postal_code: "郵便番号",
  address: "住所",
  save: "保存する",
  again: "この内容を入れる",
  "source.check": "資格確認の結果から",
  "source.file": "ファイルから",
  "source.person": "職員の入力",
  "kind.national_health": "国民健康保険",
  "kind.national_health_union": "国民健康保険組合",
  "kind.health_insurance_association": "協会けんぽ",
  "kind.seamen": "船員保険",
  "kind.day_labourers": "日雇特例",
  "kind.health_insurance_society": "健康保険組合",
  "kind.self_defence_forces": "自衛官等",
  "kind.mutual_aid": "共済組合",
  "kind.retired": "退職者医療",
  "kind.late_elderly": "後期高齢者医療",
  "kind.medical_assistance": "生活保護の医療扶助",
  "kind.public_expense": "公費",
  "kind.unknown": "種類は番号からわかりません",
} as const;

export type InsurerKey = keyof typeof ja;

/** The sentence for a key, with its values. */
export const tin = sentences(ja, () => import("./insurer-en"));
