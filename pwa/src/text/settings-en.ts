/** The clinic's own settings, in English. */
import type { SettingsKey } from "./settings";

export const en: Partial<Record<SettingsKey, string>> = {
  title: "Settings",
  saved: "Saved.",
  "home.title": "Consent at home",
  "home.address": "Address of the clinic's own page of マイナ在宅受付Web",
  "home.addressHint": "Paste the URL that the terminal's administration issued.",
  "home.save": "Save the address",
  "auto.title": "What happens by itself",
  automatic_requests: "Ask for and fetch results after a consent",
  link_by_itself: "Link a person to the chart when it is certain",
  automatic_inquiries: "Ask about everybody on today's list (visits booked before: from 7 in the morning)",
  reinquiry: "Use re-inquiry without the card",
  "carry.title": "Carrying drugs and checkups",
  "carry.off": "Not carried. On visits they can be read only where there is a signal.",
  "carry.on": "The clinic's own devices may carry those of the day's visits.",
  "carry.begin": "Begin to carry",
  "carry.end": "Stop carrying",
  "carry.endText": "What devices hold now can then no longer be opened.",
  "terms.title": "Before you carry drugs and checkups",
  "terms.1":
    "This takes medical information out of the house. Your rules of operation must say how, and who answers for it.",
  "terms.2":
    "It lies encrypted on the device; half of the key is on the server and is deleted at the end of the day.",
  "terms.3": "Private devices carry none. Set each iPad as its page lists.",
  "terms.4": "Stop a lost device at once under “タブレットと職員”: its key is deleted and a report is made.",
  "terms.accept": "I have read this. The clinic answers for it.",
  "mode.title": "Opening without a signal",
  "mode.strict": "Only while it stays open (recommended)",
  "mode.strictHint":
    "A closed app opens again at the next signal. A stop makes everything unreadable at that instant.",
  "mode.passkey": "By passkey (face or finger) as well",
  "mode.passkeyHint":
    "Opens in a house without a signal after the app was closed. After a stop, the enrolled person alone can open it until the next contact or the end of the day.",
};
