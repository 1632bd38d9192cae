/** Accepting safe rows together, and 保険追加, in words. English loads where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  open: "まとめて確認",
  title: "まとめて確認する人",
  intro:
    "空いている項目に届いた値を入れるだけの人です。いまの値は変えません。ひとりずつ「元に戻す」で戻せます。",
  none: "まとめて確認できる人は、いまいません。",
  noneText: "値がちがう人、●がある人、患者が確かでない人は、ひとりずつ確かめてください。",
  more: "全部で {total}人です。はじめの {count}人から確認します。",
  person: "患者",
  writes: "書きこむ内容",
  onlyCheck: "確認日だけ",
  leaveOut: "{name} さんを外す",
  act: "{count}人を確認済みにする",
  done: "{count}人を確認済みにしました",
  moved: "{count}人は、まだ確認していません",
  "outcome.changed_meanwhile": "ほかの人が先に変更しました",
  "outcome.already_decided": "もう確認済みです",
  "outcome.not_safe": "ひとりで確かめる必要があります",
  "outcome.not_found": "一覧にありません",
  "add.title": "保険追加",
  "add.hint": "いまの保険とは別に登録します。",
  "add.button": "追加する（{date} から）",
  "add.buttonNoDate": "追加する（開始日を入力）",
  "add.begins": "追加する保険の開始日",
  "add.act": "{date} から追加する",
  "add.help": "開始日がいまの保険より前なら「過」に、あとなら、いまの保険として入ります。",
  "add.done": "{name} さんに保険を追加しました",
  "advice.title": "どの保険も残ります。",
  "advice.text": "届いた保険は、開始日の順に並びます。",
} as const;

export type AcceptKey = keyof typeof ja;

/** The sentence for a key, with its values. */
export const tac = sentences(ja, () => import("./accept-en"));
