/** Taking devices in, in English. Names of the office's own screens stay Japanese: that is what stands on them. */
import type { DeviceKeyText } from "./devices";

export const en: Partial<Record<DeviceKeyText, string>> = {
  whose: "Whose device is it?",
  "whose.clinic": "The clinic's",
  "whose.clinicHint": "Bought and managed by the clinic",
  "whose.byod": "A staff member's own",
  "whose.byodHint": "Shows no drugs or checkups while it is offline",
  "whose.missing": "Say whose device it is.",
  nameIs: "Calls itself",
  codeIs: "Code on its screen",
  kindIs: "Kind",
  scan: "An administrator or clerk scans this code and approves",
  qrLabel: "Code that opens the page for approval",
  orType: "Or open “タブレットと職員” on the office PC and type the code.",
  "address.title": "Not from this address",
  "address.text": "Open this address instead and enrol there:",
  "again.title": "Please enrol this tablet again",
  "again.text": "Devices are now protected by a key of their own. Unsent entries are kept on this tablet.",
  "again.act": "Begin",
  "again.state": "enrol again",
  "noKey.title": "This device cannot be enrolled",
  "noKey.text": "No key could be made. Update the iPad and open おとない from its home screen.",
};
