/** The ledger as a file, in words. English loads where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  export: "CSVに書き出す",
  import: "CSVから取り込む",
  onePatient: "この患者の全記録を保存",
  title: "患者原簿をCSVから取り込む",
  intro:
    "1行目に「カルテ番号」「氏名」「生年月日」の列があるCSVを選びます。すでにある患者の内容は変えません。何度取り込んでも二重になりません。",
  "insurers.import": "保険者を取り込む",
  "insurers.title": "保険者の一覧をCSVから取り込む",
  "insurers.intro":
    "1行目に「保険者番号」「保険者名」の列があるCSVを選びます。「電話番号」「郵便番号」「住所」の列もあれば取り込みます。職員が入れた内容は変えません。",
  "insurers.new": "新しい保険者",
  "insurers.changed": "内容が新しくなる保険者",
  "insurers.same": "すでに同じ内容の保険者",
  "insurers.kept": "職員が入れた保険者（変えません）",
  "insurers.badText": "この行の保険者は取り込みません。ファイルを直して、もう一度選んでください。",
  "insurers.act": "{count}件を取り込む",
  "insurers.done": "{count}件を取り込みました。",
  "insurers.count": "{count}件",
  choose: "CSVファイル",
  unreadable: "文字を読めませんでした。UTF-8 か Shift_JIS で保存しなおしてください。",
  new: "新しく登録する人",
  same: "すでに同じ内容の人",
  differs: "内容がちがう人（変えません）",
  differsRows: "{rows}行目。患者の画面で見くらべて、必要なら直してください。",
  bad: "直すところ",
  badText: "この行の人は取り込みません。ファイルを直して、もう一度選んでください。",
  moreBad: "ほかに{count}か所あります。",
  row: "{row}行目",
  act: "{count}人を取り込む",
  done: "{count}人を取り込みました。",
  people: "{count}人",
  "problem.missing": "空です",
  "problem.no_date": "日付として読めません（例 1937-03-03）",
  "problem.no_number": "数字として読めません",
  "problem.unknown_word": "決まった言葉ではありません（男・女、本人・家族）",
  "problem.too_long": "長すぎます（200文字まで）",
  "problem.my_number": "マイナンバーのような数字は受け取れません",
  "problem.check_digit": "番号の最後の数字が合いません",
  "problem.another_person": "同じカルテ番号に、ちがう人がいます",
} as const;

export type LedgerFileKey = keyof typeof ja;

/** The sentence for a key, with its values. */
export const tlf = sentences(ja, () => import("./ledger-file-en"));
