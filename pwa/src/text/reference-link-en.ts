/** 照会番号登録, in English. */
import type { ReferenceLinkKey } from "./reference-link";

export const en: Record<ReferenceLinkKey, string> = {
  open: "Register 照会番号",
  openLinked: "See or unlink 照会番号",
  title: "照会番号登録",
  linked: "This patient is linked to 照会番号 {number}.",
  linkedUnnamed: "This patient is linked to what was delivered; no number has come yet.",
  "will.title": "What registering does",
  "will.number": "Chart number {number} becomes this patient's 照会番号 at オンライン資格確認.",
  "will.after": "Later results find this patient by that number.",
  "will.once": "It is sent once. Without an answer it is never sent again by itself.",
  "will.back": "If it was wrong, it can be unlinked here.",
  noChart: "There is no chart number. Enter one under the basics first.",
  act: "Register",
  sending: "Sending…",
  looked: "I have looked at the terminal or the next list for the number",
  actAgain: "I have looked: send again",
  "state.not_asked": "Not registered",
  "state.asked": "Waiting for the answer",
  "state.registered": "Registered",
  "state.refused": "Refused",
  "state.not_sent": "Not sent to the terminal (nothing was registered)",
  "state.uncertain": "Not known whether it was registered",
  "next.asked": "Usually less than a minute. You may close this.",
  "next.registered": "The number was taken from this patient. Look before you send again.",
  "next.refused": "Read the words below, check symbol and number of the insurance, and register again.",
  "next.not_sent": "Look at the connection, then register again.",
  "next.uncertain": "It was not sent again. Look at the terminal or the next list for the number.",
  "unlink.title": "If it is somebody else's",
  "unlink.text":
    "Unlinked, 照会番号 is missing again and results of that number no longer reach this patient. The right one can be chosen afterwards.",
  "unlink.act": "Unlink",
  "unlink.elsewhere":
    "Something was taken over since. Undo the newest of the history first, or unlink it where rows of the list are compared.",
};
