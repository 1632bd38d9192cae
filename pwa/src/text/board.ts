/** 院内患者, in words. English loads where it is spoken. */
import { sentences } from "./sentences";

const ja = {
  title: "院内患者",
  add: "院内に加える",
  addText: "受付でカードを読むと、ひとりでに加わります。カードのない人は、ここから加えます。",
  empty: "いま院内にいる人はいません。受付でカードを読むと、ここに出ます。",
  here: "院内 {count}人・待ち {waiting}人",
  left: "帰宅 {count}人",
  "col.place": "場所",
  "col.name": "氏名",
  "col.waited": "待ち",
  "col.check": "資格・確認日",
  "col.state": "状態",
  "col.doctor": "担当医",
  minutes: "{count}分",
  arrived: "{time} 来院",
  appointed: "{time} 予約",
  insurer: "保険者 {number}",
  noDoctor: "未定",
  formerDoctor: "ほかの医師",
  "place.reception": "受付",
  "place.waiting_room": "待合",
  "place.consulting_room": "診察室",
  "place.treatment_room": "処置室",
  "place.outside": "外・車",
  "state.waiting": "待ち",
  "state.in_care": "診療中",
  "state.paying": "会計待ち",
  "state.left": "帰宅",
  "state.removed": "取消",
  "next.waiting": "診療中にする",
  "next.in_care": "会計へ",
  "next.paying": "帰宅",
  remove: "取り消す",
  back: "院内に戻す",
  placeOf: "{name} さんの場所",
  doctorOf: "{name} さんの担当医",
  moved: "{name} さんを「{state}」にしました",
  placed: "{name} さんの場所を変えました",
  doctored: "{name} さんの担当医を変えました",
  removed: "{name} さんを院内患者から外しました",
  added: "{name} さんを院内患者に加えました",
} as const;

export type BoardKey = keyof typeof ja;

/** The sentence for a key, with its values. */
export const tb = sentences(ja, () => import("./board-en"));
