/** The clinic's own settings, in words. English loads where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  title: "医院の設定",
  saved: "保存しました。",
  "home.title": "在宅訪問の同意登録",
  "home.address": "マイナ在宅受付Webのアドレス（当院のページ）",
  "home.addressHint": "端末の管理画面で発行したURLを、そのまま貼りつけます。",
  "home.save": "アドレスを保存",
  "auto.title": "自動でおこなうこと",
  automatic_requests: "同意のあと、情報申請と結果の取得を自動でする",
  link_by_itself: "確実に同じ人と分かるとき、カルテと自動で紐付ける",
  automatic_inquiries: "きょうの訪問の人を、自動で照会する（前から予定の人は朝7時から）",
  reinquiry: "カードなしの再照会を使う",
  "carry.title": "お薬・健診の持ち出し",
  "carry.off": "持ち出しません。訪問先では、通信できるときだけ見られます。",
  "carry.on": "当院の端末に、その日の訪問の分だけ持ち出せます。",
  "carry.begin": "持ち出しを始める",
  "carry.end": "持ち出しをやめる",
  "carry.endText": "やめると、いま端末にあるお薬・健診は、すぐに開けなくなります。",
  "terms.title": "お薬・健診を持ち出す前に",
  "terms.1":
    "医療情報の持ち出しにあたります。医療情報システムの運用管理規程に、持ち出しの方法と責任者を書いてください。",
  "terms.2":
    "端末には暗号にして入れ、鍵の半分はサーバーにあります。その日の終わりに鍵を消し、翌日は読めません。",
  "terms.3": "個人の端末には持ち出せません。iPadの設定は、各端末の画面の一覧のとおりにしてください。",
  "terms.4":
    "なくしたら、すぐに「タブレットと職員」で停止してください。停止すると鍵が消え、報告書が作られます。",
  "terms.accept": "読みました。当院の責任で持ち出します。",
  "mode.title": "通信できないときの開きかた",
  "mode.strict": "通信できる場所で開いたままにする（おすすめ）",
  "mode.strictHint":
    "アプリを閉じると、次に通信するまで開けません。停止した瞬間に、だれにも読めなくなります。",
  "mode.passkey": "パスキー（Face ID など）でも開ける",
  "mode.passkeyHint":
    "電波のない家でアプリが閉じても開けます。停止しても、次に通信するまでは、登録した本人だけがその日の終わりまで開けます。",
} as const;

export type SettingsKey = keyof typeof ja;

/** The sentence for a key. */
export const tset = sentences(ja, () => import("./settings-en"));
