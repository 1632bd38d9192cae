/** お薬, 健診, 診療・手術 in words: facts with their source, never a verdict (design guide 1.6). For tablet and office. */
import { effect, signal } from "@preact/signals";
import { language } from ".";

const ja = {
  "by.ingredient": "成分ごと",
  "by.month": "月ごと",
  "months.3": "3か月",
  "months.6": "6か月",
  "months.12": "12か月",
  "months.60": "5年",
  "months.range": "月をえらぶ",
  "months.from": "開始月",
  "months.to": "終了月",
  "months.label": "期間",
  "by.label": "並べ方",
  others: "他院のお薬だけ",
  kana: "五十音順",
  search: "お薬・成分・医療機関をさがす",
  copy: "カルテ用にコピー",
  copied: "コピーしました",
  print: "印刷",
  more: "表示のしかた",
  "source.receipt": "レセプト",
  "source.dispensing": "調剤（電子処方箋）",
  "source.prescription": "処方のみ",
  "until.receipt": "{month}分まで（1〜2か月おくれ）",
  "until.immediate": "{month}まで（即時）",
  "lag.receipt": "レセプトは、受診から1〜2か月おくれて届きます。",
  "lag.immediate": "電子処方箋の記録は、調剤してすぐに届きます（約100日分）。",
  fetched: "取得 {time}",
  left: "あと {time}",
  noMaster: "医薬品マスター未登録：成分名で見くらべています",
  column: "成分・用法・処方元",
  continuing: "継続中",
  "continuing.hint": "{count}成分（推計）",
  other: "短期・屯用",
  "other.hint": "終わったものを含む",
  hatched: "斜線＝レセプト未着",
  fixed: "保険診療のレセプト等に基づく情報です。市販薬・自費・直近の受診は含まれないことがあります。",
  own: "当院",
  nameless: "他院（名称なし）",
  today: "{day}日",
  nothing: "この期間・この条件では、お薬の記録がありません。飲んでいないという意味ではありません。",
  "all.again": "すべて表示する",
  // what stands out
  "facts.label": "目立つこと",
  "facts.regular": "継続内服 {count}成分",
  "facts.many": "6成分以上",
  "facts.started": "前回の訪問から 新しい {count}",
  "facts.stopped": "前回の訪問から 途切れた {count}",
  "facts.same": "同一成分の可能性 {count}組",
  "facts.class": "同じ薬効分類 {count}",
  "facts.gap": "長い途切れ {count}",
  "facts.notice": "{label} {count}",
  "facts.hint": "レセプト等に基づく推計です。前回の訪問 {date}",
  "facts.hintFirst": "レセプト等に基づく推計です。",
  // pairs
  "pair.same_strength": "同一成分・同一規格の可能性（コード一致）",
  "pair.same_ingredient": "同一成分の可能性（コード一致）",
  "pair.same_ingredient_name": "同一成分名（剤形・経路はちがうことがあります）",
  "pair.days": "{from}から{to}まで日数が重なります",
  "pair.near": "調剤日が近い（屯用・外用）",
  "pair.both": "2つを並べて見る",
  "pair.asNeeded": "屯用・外用も見くらべる",
  "pair.note": "コードや成分名が同じという事実だけです。重複投薬等チェックの代わりにはなりません。",
  // one line
  "line.title": "{name} の記録",
  "line.open": "くわしい記録をひらく",
  "taking.supply_reaches": "日数が {date} まであります",
  "taking.supply_ended_lately": "日数は {date} まででした（14日以内）",
  "taking.dispensed_regularly": "この半年に3回以上、調剤されています",
  "taking.reaches_data_end": "データの終わり（{month}）まで続いています",
  "taking.prescribed_only": "処方だけの記録です（調剤の記録はまだありません）",
  "taking.null": "最後の記録から日がたっています",
  "change.started": "新しい",
  "change.stopped": "途切れた",
  prescribedOnly: "処方のみ",
  gap: "{from}〜{to} 記録なし",
  "row.day": "調剤日",
  "row.prescribedDay": "処方日",
  "row.amount": "用量・用法",
  "row.times": "日数・回数",
  "row.who": "処方 → 調剤",
  "row.source": "出どころ",
  "row.days": "{times}日分",
  "row.count": "{times}回分",
  "row.month": "{month}分",
  "row.repeated": "同じ受診の別の記録（数えません）",
  instruction: "指示：{text}",
  "use.oral": "内服",
  "use.prn": "屯用",
  "use.topical": "外用",
  "use.injection": "注射",
  "use.other": "その他",
  "use.unknown": "",
  "bars.none": "この期間の調剤なし",
  "bars.list": "{count}回：{days}",
  // document
  document: "端末からPDFで届いています。",
  "document.open": "PDFをひらく",
  "document.check": "中身は読み取っていません。ひらいて、氏名と生年月日を確かめてください。",
  "document.offline": "つながらないため、いまはひらけません。",
  // the clinic's own list
  "notice.edit": "注目リスト",
  "notice.title": "注目リスト（この医院で目立たせるお薬）",
  "notice.hint": "当てはまるお薬に、この名前の印をつけます。よしあしの判断はしません。医師が決めてください。",
  "notice.label": "名前（例：抗凝固薬）",
  "notice.classes": "薬効分類（例：333）",
  "notice.words": "成分名の一部（例：ワルファリン）",
  "notice.add": "追加する",
  "notice.remove": "消す",
  // checkups
  chart: "グラフ",
  table: "表",
  "check.title": "特定健診・後期高齢者健診",
  "check.years": "{from}〜{to}年度",
  guidance: "保健指導",
  referral: "受診勧奨",
  method: "測定法が変更",
  "flag.referral.up": "受診勧奨判定値以上",
  "flag.referral.down": "受診勧奨判定値未満",
  "flag.guidance.up": "保健指導判定値以上",
  "flag.guidance.down": "保健指導判定値未満",
  "flag.none.up": "判定値未満",
  "flag.none.down": "判定値以上",
  "flag.guidance.word": "保健指導判定値",
  "flag.referral.word": "受診勧奨判定値",
  noLimits: "判定値なし",
  likely: "判定値は二次資料による",
  before: "前年 {change}",
  computed: "計算値",
  "gfr.stage": "GFR区分 {stage}相当",
  "gfr.formula": "eGFRの計算値：194×Cr^−1.094×年齢^−0.287（女性は×0.739、日本腎臓学会）",
  pressure: "血圧",
  missingYears: "{years}は結果がありません。線はつないでいません。",
  limits: "判定値：{source}。",
  "check.lag": "保険者の登録時期により、最新の健診がまだ届いていないことがあります。",
  questionnaire: "問診票 {count}項目",
  "questionnaire.title": "問診票（{date}）",
  judgements: "判定・所見",
  others_items: "そのほかの項目 {count}",
  item: "項目",
  yearMissing: "{year}なし",
  point: "{date} {value}{unit}（{flag}）",
  "check.none": "この5年度に、健診の結果はありません。",
  // treatments
  "treat.diagnosis": "診療",
  "treat.operation": "手術",
  "treat.search": "診療・手術・医療機関をさがす",
  "treat.none": "記録がありません。行われていないという意味ではありません。",
  "treat.foot": "レセプトに基づく診療行為です。診断の結果は含まれません。",
  "treat.dental": "歯科",
  "treat.all": "すべて",
  "treat.no_consent": "同意がありません",
  "treat.expired": "期限が過ぎました",
  "treat.waiting": "結果待ち",
  "treat.failed": "取得できませんでした",
  "treat.not_linked": "照合の前です",
} as const;

export type MedicalKey = keyof typeof ja;

const en = signal<Partial<Record<MedicalKey, string>>>({});
effect(() => {
  if (language.value === "en") {
    void import("./medical-en").then((module) => {
      en.value = module.en;
    });
  }
});

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function tm(key: MedicalKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? en.value[key] : undefined) ?? ja[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A sentence for a word that the server may extend: unknown words are shown as they came. */
export function tmWord(
  prefix: string,
  word: string | null,
  values: Record<string, string | number> = {},
): string {
  const key = `${prefix}.${word}`;
  return key in ja ? tm(key as MedicalKey, values) : (word ?? "");
}
