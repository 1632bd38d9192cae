/** パスキーの言葉。 Loads with the office only. */
import { sentences } from "./sentences";

export const ja = {
  "signIn.act": "パスキーでログイン",
  "signIn.busy": "端末の確認を待っています…",
  "second.act": "パスキーで確認",
  "second.text": "パスワードを確かめました。次に、登録したパスキーで本人を確かめます。",
  "proof.act": "パスキーで確認",
  "step.or": "スマートフォンを使わずに、この端末の指紋・顔・PINで確かめることもできます。",
  "step.act": "パスキーを使う",
  title: "パスキー",
  text: "この端末の指紋・顔・PINだけでログインできます。パスワードと確認コードはいりません。",
  none: "まだ登録していません。",
  add: "パスキーを追加",
  added: "パスキーを追加しました。",
  "name.title": "このパスキーの名前",
  "name.hint": "例：受付のパソコン。どの端末のものか、あとでわかる名前にします。",
  "name.change": "名前を変える",
  "name.changed": "名前を変えました。",
  "name.new": "パスキー {number}",
  made: "{day} に登録",
  used: "最後に使った時刻 {time}",
  unused: "まだ使っていません",
  backedUp: "スマートフォンなどの鍵束に同期されています",
  thisDevice: "登録した端末の中だけにあります",
  suspended: "停止中（複製のおそれ）",
  remove: "外す",
  removed: "パスキーを外しました。ほかの端末はログアウトしました。",
  "remove.title": "「{name}」を外しますか",
  "remove.text":
    "このパスキーではログインできなくなり、ほかの端末はログアウトします。端末に残ったパスキーは、端末の設定から消してください。",
  "no.known": "この端末のパスキーは、もう登録されています。",
  "no.knownNext": "別の端末で追加するか、別のセキュリティキーを使ってください。",
  "no.here": "このアドレスでは、パスキーを使えません。",
  "no.hereNext": "いつものアドレスでおとないを開いてください。",
  "no.device": "この端末ではパスキーを使えませんでした。",
  "no.deviceNext": "端末の画面ロックを設定するか、ほかの方法を使ってください。",
} as const;

export type PasskeyText = keyof typeof ja;

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export const tp = sentences(ja, () => import("./passkeys-en"));
