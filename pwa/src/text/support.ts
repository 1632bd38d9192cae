/** 接続の明かりと当院の控え: the three lights, and what the clinic keeps at hand. English loads where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  "light.bridge": "連携ソフト（おとない）",
  "light.terminal": "資格確認端末",
  "light.reader": "顔認証付きカードリーダー",
  "state.working": "動いています",
  "state.quiet": "きょうはまだ使われていません",
  "state.silent": "応答がありません",
  "state.failing": "すべて失敗しています",
  "state.unusable": "フォルダーが使えません",
  "state.unknown": "分かりません",
  "state.never": "まだつながっていません",
  "last.bridge": "最後の通信",
  "last.terminal": "最後の結果",
  "last.reader": "最後に読んだカード",
  queue: "待ち",
  "latency.bridge": "受け渡しの速さ",
  "latency.terminal": "返事までの時間",
  "latency.reader": "受け渡しの速さ",
  notYet: "まだありません",
  ms: "{value}ミリ秒",
  seconds: "{value}秒",
  minutes: "{value}分",
  title: "当院の控え",
  empty: "まだ何も書かれていません。困ったときのために、管理者が書いておけます。",
  edit: "書きなおす",
  write: "書いておく",
  reader_maker: "リーダーのメーカー",
  noMaker: "決めていない",
  link_style: "レセコンのつなぎかた",
  "style.files": "ファイルをやり取りする型",
  "style.direct": "直結（USB など）の型",
  terminal_route: "端末の画面の開きかた",
  terminal_routeHint: "例 切替器の2番、リモートデスクトップ、Ctrl を2回。専用の画面・キーボードの場所",
  maker_phone: "メーカーの電話",
  dealer_name: "販売店・保守の窓口",
  dealer_phone: "販売店の電話",
  contract_number: "契約番号・機器番号",
  notes: "ほかに伝えること",
} as const;

export type SupportKey = keyof typeof ja;

/** The sentence for a key; `{value}` in it is replaced. */
export const tsu = sentences(ja, () => import("./support-en"));

/** A length of time as people say it: thousandths below a second, minutes from two on. */
export function took(ms: number): string {
  if (ms < 1000) return tsu("ms", { value: Math.round(ms) });
  if (ms < 120_000)
    return tsu("seconds", { value: ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000) });
  return tsu("minutes", { value: Math.round(ms / 60_000) });
}
