/** Taking devices in, in words: what the tablet asks, what the office answers, and why an old device comes again. */
import { sentences } from "./sentences";

const ja = {
  whose: "だれの端末ですか",
  "whose.clinic": "医院のもの",
  "whose.clinicHint": "医院が買い、医院が管理しています",
  "whose.byod": "職員個人のもの",
  "whose.byodHint": "つながっていないとき、お薬・健診は見られません",
  "whose.missing": "だれの端末かを選んでください。",
  nameIs: "端末が名のった名前",
  codeIs: "画面のコード",
  kindIs: "種類",
  scan: "管理者か事務の人が、このQRを読みとって承認します",
  qrLabel: "承認のページを開くQRコード",
  orType: "読みとれないときは、事務所のパソコンで「タブレットと職員」を開き、コードを入力します。",
  "address.title": "このアドレスからは登録できません",
  "address.text": "次のアドレスを開きなおして、登録してください。",
  "again.title": "もう一度登録してください",
  "again.text": "端末ごとの鍵で守る、新しい登録に変わりました。未送信の入力は、この端末に残っています。",
  "again.act": "登録をはじめる",
  "again.state": "要再登録",
  "noKey.title": "この端末では登録できません",
  "noKey.text":
    "端末の鍵を作れませんでした。iPadを最新のiPadOSにして、ホーム画面に追加したおとないから開いてください。",
} as const;

export type DeviceKeyText = keyof typeof ja;

/** The sentence for a key. */
export const td = sentences(ja, () => import("./devices-en"));
