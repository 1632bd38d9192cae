/** One device in the office, and the report on a lost tablet, in words. English loads where it is spoken. */
import { effect, signal } from "@preact/signals";
import { language } from ".";

const ja = {
  open: "くわしく",
  back: "タブレットと職員",
  "facts.title": "この端末について",
  "facts.seen": "最後の通信",
  "facts.version": "アプリの版",
  "facts.storage": "保存領域",
  "storage.kept": "保護されています",
  "storage.atRisk": "端末の空きが減ると消えることがあります",
  "storage.unknown": "まだ分かりません",
  "facts.key": "開きかた",
  "key.strict": "通信できる場所でPINを確認して開く",
  "key.passkey": "パスキー（Face ID など）でも開ける",
  "key.none": "その日のデータは保存していません",
  "facts.skew": "時計のずれ",
  "skew.none": "ほぼ合っています",
  "skew.ahead": "{minutes}分 進んでいます",
  "skew.behind": "{minutes}分 遅れています",
  "skew.hint": "期限はサーバーの時刻で決まります。iPadの「日付と時刻」を自動にしてください。",
  "facts.unsent": "未送信",
  "facts.packed": "持ち出し",
  "packed.none": "ありません",
  "packed.some": "{day} {patients}名（お薬・健診 {documents}名）",
  "packed.verified": "通信なしで開けることを確認済み",
  "packed.unverified": "確認中",
  "facts.stopped": "停止",
  "because.lost": "紛失",
  "because.retired": "使うのをやめた",
  "because.pin_tries": "PINを続けて10回まちがえた",
  "facts.wiped": "データの消去",
  "wiped.at": "{time} に端末が消去を知らせました",
  "wiped.waiting": "次に通信したときに消えます",
  "acts.stop": "停止する・なくした",
  "acts.report": "紛失の報告書",
  "check.title": "iPadの設定（確認してください）",
  "check.passcode": "パスコードを6桁以上にする",
  "check.erase": "パスコードを10回失敗したらデータを消去する",
  "check.lock": "自動ロックを5分以内にする",
  "check.inspector": "Safariの「Webインスペクタ」を切る",
  "check.backup": "バックアップを暗号化するか、切る",
  "check.home": "ホーム画面に追加した「おとない」から開く",
  "check.find": "「探す」を入れ、管理者が遠隔で消せるようにする",
  why: "止める理由",
  "why.lost": "なくした・盗まれた",
  "why.retired": "使うのをやめる",
  "report.title": "{name} の紛失の報告書",
  "report.made": "作成 {time}",
  "report.print": "印刷",
  "report.notStopped": "この端末は、まだ停止されていません。なくしたのなら、先に停止してください。",
  "report.what": "起きたこと",
  "report.last": "最後の通信",
  "report.stopped": "停止した時刻",
  "report.tokens": "サーバーへの入り口",
  "tokens.ended": "閉じました。この端末からは何も取りだせません。",
  "tokens.open": "まだ開いています。",
  "report.wiped": "端末の中のデータ",
  "report.mode": "読まれるおそれ",
  "mode.strict":
    "鍵の半分をサーバーから消しました。消した時刻より後は、端末を調べても中のデータは読めません。停止より前に、開いたままの画面を見られたおそれは残ります。",
  "mode.passkey":
    "鍵の半分はサーバーから消しました。ただしこの端末はパスキーでも開ける設定でした。次に通信するまで、登録した本人の顔や指で、その日の終わりまで開けます。ほかの人には開けません。",
  "mode.none": "この端末には、その日のデータを保存していませんでした。",
  "report.unsent": "届いていなかった入力",
  "unsent.none": "ありません",
  "unsent.some": "最後の通信のときに {count}件。中身を読めるのは当院のサーバーだけです。",
  "unsent.held": "停止の後に {count}件を受けとり、封をしたまま預かっています。",
  "report.days": "入っていた日",
  "days.day": "日",
  "days.staff": "開いた人",
  "days.count": "人数",
  "days.medical": "うちお薬・健診",
  "days.end": "鍵を消した時刻",
  "days.open": "まだ消していません",
  "days.memory": "鍵なし（画面に出ただけ）",
  "report.people": "入っていた患者 {count}名",
  "people.none": "患者のデータは入っていませんでした。",
  "people.number": "患者番号",
  "people.name": "氏名",
  "people.kinds": "種類",
  "people.last": "最後の日",
  "kinds.day": "訪問・氏名・住所・保険",
  "kinds.medical": "訪問・氏名・住所・保険・お薬・健診",
  "report.next":
    "個人情報の漏えいにあたるかを確かめ、必要なら個人情報保護委員会へ（速報は3〜5日以内）、警察へ遺失・盗難届を出してください。",
} as const;

export type LostKey = keyof typeof ja;

const en = signal<Partial<Record<LostKey, string>>>({});
effect(() => {
  if (language.value === "en") {
    void import("./lost-en").then((module) => {
      en.value = module.en;
    });
  }
});

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function tl(key: LostKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? en.value[key] : undefined) ?? ja[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Words for a stable value of the API, such as `because.lost`; the value itself where there are none. */
export const lostWord = (group: string, value: string): string =>
  `${group}.${value}` in ja ? tl(`${group}.${value}` as LostKey) : value;
