/** Accepting safe rows together, and adding an insurance, in English. */
import type { AcceptKey } from "./accept";

export const en: Partial<Record<AcceptKey, string>> = {
  open: "Accept safe rows",
  title: "People to accept together",
  intro:
    "Only empty fields are filled for these people; no value of yours changes. Each can be undone alone.",
  none: "Nobody can be accepted together now.",
  noneText: "Values that differ, ●, or an uncertain chart: look at each of these people.",
  more: "{total} people in all; the first {count} now.",
  person: "Patient",
  writes: "What is written",
  onlyCheck: "Only the check",
  leaveOut: "Leave {name} out",
  act: "Accept {count} people",
  done: "{count} people accepted",
  moved: "{count} people are not accepted yet",
  "outcome.changed_meanwhile": "Someone changed this first",
  "outcome.already_decided": "Already settled",
  "outcome.not_safe": "Needs a look of its own",
  "outcome.not_found": "Not on the list",
  "add.title": "Add insurance (保険追加)",
  "add.hint": "The present insurance stays; this one is kept beside it.",
  "add.button": "Add from {date}",
  "add.buttonNoDate": "Add (choose the first day)",
  "add.begins": "First day of the added insurance",
  "add.act": "Add from {date}",
  "add.help": "Earlier than the present one, it becomes a past one; later, it becomes the present one.",
  "add.done": "Insurance added for {name}",
  "advice.title": "Every insurance stays.",
  "advice.text": "The delivered one is put in order of its first day.",
};
