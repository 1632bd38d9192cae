/** 医院のアカウント（OpenID）の言葉。 Loads with the office only. */
import { sentences } from "./sentences";

export const ja = {
  "signIn.act": "医院のアカウントでログイン",
  "signIn.busy": "医院のログインへ移動しています…",
  "signIn.clinic": "医院の名前（ログイン名の @ のあと）",
  "signIn.clinicHint": "例：minamo。ログイン用のリンクから開くと、入力はいりません。",
  "signIn.text": "医院で使っているログインのページに移動し、終わるとここに戻ります。",
  "signIn.go": "すすむ",
  "arrival.busy": "医院のログインからの返事を確かめています…",
  "arrival.failed": "医院のアカウントで確認できませんでした",
  "arrival.signIn": "ログイン画面へ",
  "arrival.account": "アカウントの画面へ",
  "join.text": "パスワードを決めるかわりに、医院のアカウントを使うこともできます。",
  "join.act": "医院のアカウントを使う",
  title: "医院のアカウント",
  text: "{host} のアカウントでログインできます。おとないから出ても、{host} からはログアウトしません。",
  linked: "つながっています",
  linkedSince: "{day} から",
  unlinked: "まだつながっていません",
  link: "医院のアカウントとつなぐ",
  linkAgain: "つなぎなおす",
  unlink: "外す",
  unlinkDone: "医院のアカウントを外しました。ほかの端末はログアウトしました。",
  linkDone: "医院のアカウントとつながりました。次から、それでログインできます。",
  "proof.act": "医院のアカウントで確認",
  "proof.done": "確認しました。もう一度、操作してください。",
  "staff.unlink": "医院のアカウントを外す",
  "staff.unlinkDone": "医院のアカウントを外しました。",
  // the administrator's choice
  "set.title": "医院のアカウント（OpenID Connect）",
  "set.none":
    "使っていません。医院にログインのしくみ（Microsoft Entra ID、Google、Keycloak など）があれば、職員はそれでログインできます。",
  "set.start": "設定する",
  "set.change": "変更",
  "set.stop": "使うのをやめる",
  "set.stopText":
    "医院のアカウントではログインできなくなります。パスワードのない職員には、登録コードをわたしてください。",
  "set.done": "医院のアカウントの設定を変えました。",
  "set.stopped": "医院のアカウントの利用をやめました。",
  "set.issuer": "発行者（issuer）のアドレス",
  "set.issuerHint": "https ではじまるアドレス。末尾の / まで、案内のとおりに入力します。",
  "set.client": "クライアントID",
  "set.secret": "クライアントシークレット",
  "set.secretKept": "空のままなら、いまのシークレットを使います。",
  "set.secretHint": "保存すると暗号化され、もう表示できません。",
  "set.redirect": "リダイレクトURI（相手側に登録する）",
  "set.link": "職員にわたすログイン用のリンク",
  "set.claim": "職員を見分ける項目",
  "set.claim.sub": "sub（ふつうはこれ）",
  "set.claim.oid": "oid（Microsoft Entra ID）",
  "set.second": "2つめの確認",
  "set.second.otonai": "おとないの認証アプリかパスキーで確かめる",
  "set.second.provider": "相手側が2つ確かめたと言えば、それでよい",
  "set.secondHint": "相手側の返事（amr・auth_time）に書かれていないときは、おとないでも確かめます。",
  "set.acr": "求める確認の強さ（acr、なければ空）",
  "set.password": "つないだ職員にも、パスワードでのログインを認める",
  "set.passwordHint":
    "外すと、つないだ職員はパスワードではログインできません。相手側が止まった日は、パスキーか非常用アカウントを使います。",
  "set.save": "確かめて保存",
  "set.linked": "つながっている職員 {linked}／{people}人",
  "set.both": "パスワードも使える",
  "set.only": "つないだ職員は医院のアカウントだけ",
} as const;

export type ProviderText = keyof typeof ja;

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export const tv = sentences(ja, () => import("./provider-en"));
