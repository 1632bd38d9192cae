/** What the tablet says of a visit besides the consent, of the order of the day, and of installing the app. */
import { effect, signal } from "@preact/signals";
import { language } from ".";

const ja = {
  // registration: what is kept besides the consent
  "reg.more": "時刻・同席・書類・次回（任意）",
  "reg.times": "訪問の時刻",
  "reg.started": "開始",
  "reg.ended": "終了",
  "reg.now": "いま",
  "reg.endsAtSaving": "保存したとき",
  "reg.notTold": "未入力",
  "reg.present": "同席した人",
  "present.family": "家族",
  "present.caregiver": "施設の職員",
  "present.visiting_nurse": "訪問看護師",
  "present.care_manager": "ケアマネジャー",
  "present.other": "その他",
  "reg.papers": "見せてもらった書類",
  "reg.papersHint": "種類と期限だけ。番号は書きません",
  "paper.certificate": "資格確認書",
  "paper.notice_with_card": "カード＋資格情報のお知らせ",
  "paper.portal_screen": "マイナポータルの画面",
  "paper.statement": "資格申立書",
  "paper.limit": "限度額認定証など",
  "paper.public_support": "公費・医療証",
  "paper.care_insurance": "介護保険証",
  "reg.until": "{paper}の期限",
  "paper.until": "{date}まで",
  "reg.next": "次回の訪問",
  "reg.nextWeeks": "{weeks}週間後",
  "reg.nextDate": "日を選ぶ",
  "reg.clear": "消す",
  "reg.allGiven": "すべて同意",
  "reg.whyVisual": "目視にした理由（任意）",
  "reg.missingTimes": "終了が開始より前です。時刻を確かめてください。",
  "reg.pageCode": "公式ページのコード",
  "records.previous": "前回の訪問",
  "history.title": "訪問の記録",
  "history.one": "記録",
  "history.none": "まだ訪問はありません。",
  "records.times": "訪問の時刻",
  "map.open": "地図",
  "map.label": "{address} を地図でひらく",
  "order.label": "並び順",
  "order.time": "時刻順",
  "order.route": "回る順",
  "order.set": "順番を決める",
  "order.title": "回る順を決める",
  "order.hint": "左のつまみを動かすか、矢印で入れかえます。決めた順は、ほかの端末にも届きます。",
  "order.up": "{name}さんを前へ",
  "order.down": "{name}さんを後へ",
  "order.grip": "{name}さんを動かす",
  "order.save": "この順にする",
  "order.saved": "回る順を保存しました",
  "order.clear": "時刻順にもどす",
  "added.act": "往診を追加",
  "added.title": "予定にない訪問（往診）",
  "added.search": "名前・カナ・カルテ番号",
  "added.here": "きょうの患者さん",
  "added.found": "台帳で見つかった人",
  "added.offline": "つながらないため、この端末にいる人からだけ選べます。",
  "added.none": "見つかりません。",
  "added.done": "{name}さんの往診を追加しました",
  "added.choose": "{name}さんを選ぶ",
  "house.people": "{count}名",
  "house.open": "まとめて見る",
  "house.fold": "たたむ",
  "house.unfold": "ひらく",
  "house.title": "同じ建物の訪問",
  "house.ready": "確認の準備 {count}/{all}",
  "house.valid": "資格有効 {count}/{all}",
  "house.consent": "同意の答え {count}/{all}",
  "house.done": "登録済み {count}/{all}",
  "house.next": "{name}さんを登録",
  "house.register": "登録する",
  "house.again": "なおす",
  "house.finished": "この建物の訪問は、すべて登録しました。",
  "house.back": "きょうの訪問",
} as const;

export type BedsideKey = keyof typeof ja;

/** English loads only where it is spoken; until it has come, and where it lacks a sentence, Japanese stands. */
const en = signal<Partial<Record<BedsideKey, string>>>({});
effect(() => {
  if (language.value === "en") {
    void import("./bedside-en").then((module) => {
      en.value = module.en;
    });
  }
});

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function tv(key: BedsideKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? en.value[key] : undefined) ?? ja[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
