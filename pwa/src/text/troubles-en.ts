/** The remedies in English, entry by entry beside `troubles.ts`. What screens of reader and terminal show stays Japanese. */
import type { Guide } from "./troubles";

const POWER = "Look whether the devices are on and no cable has come out.";
const TERMINAL_AGAIN = "Restart the terminal. It takes long to start: wait.";
const ORDER = "Restart in this order: オン資ルーター (router), card reader, terminal, レセコン.";

export const guideEn: Guide = {
  troubles: {
    "reader-011-008": {
      title: "The reader shows 011 or 008",
      signs: ["error 011", "error 008", "cannot connect"],
      cause: "Reader and terminal are not connected. Often the terminal is only switched off.",
      steps: [POWER, TERMINAL_AGAIN],
      ways: { panasonic: "The code stands in the terminal's management tool, not on the reader." },
    },
    "reader-001-002": {
      title: "A card cannot be read (001, 002)",
      signs: ["card not read"],
      cause: "The card lies the wrong way, is in a case, or is another card.",
      steps: [
        "Take the card out of its case and place it as the picture on the reader shows.",
        "Wait without moving it until the screen says to take it out.",
        "Try another person's card. If that is read, look at the first card's date of expiry.",
      ],
    },
    "reader-103": {
      title: "The reader shows 103",
      signs: ["screen keyboard", "display broken"],
      cause: "The reader's display (its screen keyboard) is faulty.",
      steps: ["Look for cracks or damage.", "Call the maker. Until then use 資格確認書 and the like."],
    },
    "reader-905": {
      title: "The reader shows 905",
      signs: ["institution code"],
      cause:
        "The institution code changed in the last three months or so, or the reader's connection is bad.",
      steps: [
        "If the institution code changed, ask the dealer to change the terminal's settings.",
        "If not, unplug the USB cable between reader and terminal and plug it in again.",
        "Restart the terminal, then レセコン.",
      ],
    },
    "reader-907": {
      title: "The management tool shows 907 (Panasonic)",
      signs: [],
      cause: "Only Panasonic's readers show this code.",
      steps: ["Call Panasonic."],
    },
    "reader-lan": {
      title: "The reader asks staff to check the LAN cable",
      signs: ["LAN cable"],
      cause: "The line of オンライン資格確認 is not reached.",
      steps: [POWER, ORDER],
    },
    "reader-black": {
      title: "The reader's screen stays black or 準備中",
      signs: ["black screen", "preparing"],
      cause: "Power or order of starting. Normally it initialises, counts down, and then asks for the card.",
      steps: [POWER, ORDER],
      ways: { fujitsu: "Works only when the reader was switched on before the terminal." },
    },
    "reader-no-reaction": {
      title: "A card on the reader does nothing",
      signs: ["no reaction"],
      cause: "Mostly power or the USB cable.",
      steps: [POWER, "Unplug the reader's USB cable and plug it in again.", ORDER],
      ways: {
        almex: "There are two cables (USB–microUSB and the reader's own). Look at both.",
        panasonic: "Push its one USB type-B cable fully in.",
        canon: "Push its one USB type-B cable fully in.",
        fujitsu:
          "One cable. The network adapter “Remote NDIS based Internet Sharing Device” must be enabled too.",
      },
    },
    "reader-name-missing": {
      title: "The management application does not show the clinic's name",
      signs: ["clinic name missing"],
      cause: "With every maker the name is shown when all is well. Without it the start failed.",
      steps: ["Close the management application and open it again.", TERMINAL_AGAIN],
    },
    "reader-face": {
      title: "The face is not recognised",
      signs: ["face not recognised", "too bright"],
      cause: "The face is out of the picture, or light from a window or lamp is too strong.",
      steps: [
        "Look at the camera with the face inside the frame.",
        "Turn the reader so that no light falls on it.",
        "Change to the card's PIN. After two wrong tries stop: the third locks the card.",
      ],
    },
    "reader-public-expense": {
      title: "The reader does not read a certificate of 公費",
      signs: ["public expense certificate"],
      cause: "Only Almex readers can read these (OCR). With other makers this is no fault.",
      steps: ["Take the certificate, look at it, and type it into レセコン."],
      ways: { almex: "Lay the certificate on the plate; flatten it and avoid reflections." },
    },
    "terminal-off": {
      title: "Try first: the terminal's power, then its restart",
      signs: ["terminal does not work", "nothing helps"],
      cause: "Errors of the reader and missing results often mean only that the terminal is off.",
      steps: ["Look whether the terminal is on. If not, switch it on and wait.", TERMINAL_AGAIN],
    },
    "terminal-orders": {
      title: "Order of switching on and off",
      signs: ["start order", "stop order", "power cut", "shut down"],
      cause: "In another order the reader may not be found.",
      steps: [
        "On: the card reader first, then the terminal.",
        "Off: shut the terminal down, then switch the card reader off.",
        "If it does not work: オン資ルーター (router), card reader, terminal, レセコン.",
      ],
      ways: { fujitsu: "Works only when the reader was switched on first." },
    },
    "terminal-screen": {
      title: "How is the terminal's screen reached?",
      signs: ["switch box", "remote desktop", "ctrl twice"],
      cause:
        "By a switch box, by remote desktop or by a key (Ctrl twice), differing by clinic. Some have a monitor, keyboard and mouse for the terminal alone.",
      steps: [
        "Read how under “Our own notes” on this screen.",
        "If nothing is written there, try the switch box beside the terminal, Ctrl twice, then Remote Desktop.",
        "Look for a monitor, keyboard and mouse of its own, their power and plugs.",
        "Once found, write it into “Our own notes” (administrator).",
      ],
    },
    "terminal-lamp": {
      title: "The terminal shows no picture",
      signs: ["lamp", "no signal"],
      cause:
        "Lamp of the terminal: green = running, red = power but not started, none = no power. Of the monitor: blue = well, orange = no signal, none = no power.",
      steps: ["Red or none: press the power button.", "Orange: plug both ends of the HDMI cable in again."],
    },
    "terminal-slow-start": {
      title: "The terminal takes long to start",
      signs: ["slow start"],
      cause:
        "It fetches updates and starts the link. Left on overnight it takes less (it restarts itself at about four).",
      steps: ["Wait. Do not switch it off meanwhile.", "A notebook's lid must be set to “do nothing”."],
    },
    "terminal-forced-login": {
      title: "It asks 強制的にログインしますか",
      signs: ["forced login"],
      cause: "It was last closed by ×.",
      steps: ["Go on with はい.", "Leave by ログアウト, not by ×."],
    },
    "terminal-logged-off": {
      title: "It is back at the first screen",
      signs: ["logged off"],
      cause: "After 30 minutes without use it logs off.",
      steps: ["Log in again. Five wrong tries lock it for 30 minutes or until the administrator opens it."],
    },
    "terminal-harmless": {
      title: "Messages about a Windows licence or a system image",
      signs: ["Windows licence", "system image"],
      cause: "Neither hinders checking eligibility.",
      steps: ["Go on. Tell the dealer only if there is no system image at all."],
    },
    "link-no-answer": {
      title: "応答がありません, or no result comes",
      signs: ["no answer", "timeout"],
      cause:
        "Mornings and the days of billing are busy. If it goes on, the link program or the line is at fault.",
      steps: [
        "Wait about five minutes. Otonai tries again by itself (a registration is never sent again).",
        "If it goes on, restart the link program (where レセコン has オン資共通再起動, use that).",
        TERMINAL_AGAIN,
      ],
    },
    "link-common-ap": {
      title: "共通APから以下のエラーが返されました",
      signs: ["system error", "application log"],
      cause: "The link program is at fault.",
      steps: [
        "Restart the link program.",
        "If it names the application log, copy what Windows' application log says and tell the dealer.",
      ],
    },
    "link-all-fail": {
      title: "Everybody fails today, or nobody is found",
      signs: ["everybody fails", "nobody found"],
      cause: "Suspect the way to the terminal or the institution code, not the patients' numbers.",
      steps: [
        "Look at the lights at the top of this screen for the one that is out.",
        "Look whether the reader shows 905.",
        "If the institution code changed lately, ask the dealer to change the terminal's settings.",
      ],
    },
    "link-style": {
      title: "Buttons or screens of レセコン differ from the guide",
      signs: ["no such button", "direct link", "file exchange"],
      cause:
        "レセコン and terminal are linked in one of two ways, by files or directly (USB and the like); buttons and functions differ.",
      steps: [
        "Look under “Our own notes” which one this clinic has.",
        "By files: Otonai and レセコン use the same folders. Directly: use the dealer's guide for its buttons.",
      ],
    },
    "link-reference-number": {
      title: "A result does not find its chart (照会番号)",
      signs: ["not registered", "wrong person linked", "reference number"],
      cause:
        "One 照会番号 per person in one institution links both systems. It is missing, or on somebody else.",
      steps: [
        "Open the patient and look whether 照会番号 is 未登録 or has a number.",
        "If it is on somebody else, unlink it, choose the right person and save.",
        "If it is missing, press 照会番号登録 on the patient's screen once. It is never sent again by itself.",
      ],
    },
    "resecon-orca": {
      title: "No results reach ORCA or WebORCA",
      signs: [],
      cause: "The receiving service (onshi-receiver) may have stopped.",
      steps: [
        "Restart the terminal (with WebORCA also the link PC).",
        "In Windows' computer management, services, open onshi-receiver and start it if it stopped.",
        "Look again after 10 to 30 seconds whether it still runs.",
      ],
    },
    "resecon-dynamics-mrn": {
      title: "No results reach Dynamics or MRN",
      signs: [],
      cause: "The receiving PC is at fault.",
      steps: [
        "Dynamics: restart the PC that has the eligibility button.",
        "MRN: restart the PC that does not receive.",
      ],
    },
    "phone-oqc": {
      title: "The patient's telephone shows a code beginning with OQC-",
      signs: ["official page does not open"],
      cause:
        "マイナ在宅受付Web or the signal is at fault. It has failed on a clinic's Wi-Fi and opened on the mobile line.",
      steps: [
        "Switch Wi-Fi off and try the mobile line.",
        "Copy the code as it is. If it goes on, tell the 総合ポータル.",
      ],
    },
  },
  contacts: {
    portal: {
      name: "Portal for medical institutions (call centre)",
      hours: "Mon–Fri 8:00–18:00, Sat 8:00–16:00 (not on Sundays, holidays, 29 Dec–3 Jan)",
    },
    "my-number": { name: "My Number line (cards are stopped day and night)", hours: "stops at any time" },
    panasonic: { name: "Panasonic", hours: "" },
    atlas: { name: "Atlas", hours: "" },
    almex: { name: "Almex", hours: "day and night" },
    fujitsu: { name: "Fujitsu PFU", hours: "" },
    canon: { name: "Canon", hours: "" },
    nec: {
      name: "Terminal by NEC (from mobiles 0570-064-211)",
      hours: "Mon–Fri 9:00–18:00",
    },
  },
  makers: { almex: "Almex", panasonic: "Panasonic", canon: "Canon", fujitsu: "Fujitsu PFU", atlas: "Atlas" },
  ready: [
    "code and message, word for word",
    "since when, and for how many people",
    "makers of reader and terminal",
    "a photograph of the screen (without patients' names)",
  ],
  orders: [
    "On: card reader, terminal, レセコン",
    "Off: shut the terminal down, then the card reader",
    "Again: オン資ルーター (router), card reader, terminal, レセコン",
  ],
};
