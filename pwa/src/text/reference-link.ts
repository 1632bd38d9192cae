/** 照会番号登録の言葉。 Loads with the office only; English where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  open: "照会番号登録",
  openLinked: "照会番号を見る・外す",
  title: "照会番号登録",
  linked: "この患者は照会番号 {number} とつながっています。",
  linkedUnnamed: "この患者は届いた資格情報とつながっています。番号はまだ届いていません。",
  "will.title": "登録すると",
  "will.number": "カルテ番号 {number} を、この患者の照会番号としてオンライン資格確認に登録します。",
  "will.after": "次からの照会の結果は、この番号でこの患者につながります。",
  "will.once": "一度だけ送ります。返事がなくても、自動では送り直しません。",
  "will.back": "まちがえたときは、この画面からつながりを外せます。",
  noChart: "カルテ番号がありません。先に「基本」の「直す」でカルテ番号を入れてください。",
  act: "登録する",
  sending: "送っています…",
  looked: "端末の画面か次の同意済一覧で、番号を確かめました",
  actAgain: "確かめたので、もう一度送る",
  "state.not_asked": "未登録",
  "state.asked": "登録の返事を待っています",
  "state.registered": "登録されました",
  "state.refused": "登録できませんでした",
  "state.not_sent": "端末へ送れませんでした（登録されていません）",
  "state.uncertain": "登録されたか分かりません",
  "next.asked": "ふつうは1分かかりません。この窓を閉じてもかまいません。",
  "next.registered": "番号はこの患者から外してあります。もう一度送る前に、番号を確かめてください。",
  "next.refused": "下の言葉を見て、保険の記号・番号を確かめてから、もう一度登録できます。",
  "next.not_sent": "「接続の状態」を見てから、もう一度登録できます。",
  "next.uncertain": "もう一度は送っていません。端末の画面か次の同意済一覧で、番号を確かめてください。",
  "unlink.title": "別の人につながっているとき",
  "unlink.text":
    "外すと照会番号は未登録に戻り、この番号の結果は、この患者に入らなくなります。正しい患者は、そのあとで選べます。",
  "unlink.act": "つながりを外す",
  "unlink.elsewhere":
    "あとから取り込んだ変更があります。「履歴」の新しいものから元に戻すか、同意済一覧の比べる画面で外してください。",
} as const;

export type ReferenceLinkKey = keyof typeof ja;

/** The sentence for a key; `{number}` in it is replaced. */
export const tref = sentences(ja, () => import("./reference-link-en"));
