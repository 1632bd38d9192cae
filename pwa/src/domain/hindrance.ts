/**
 * What can stop a consent at the bedside, and which ways lead on (home-visit-workflow A7, A9; S-012, S-019…S-022).
 * Pure: what a way means for the registration; the words stand in text/handover.ts.
 */
import type { Schemas } from "../api/client";

/** The three doors on the hand-over screen; refusing is no hindrance and has a button of its own. */
export const HINDRANCES = {
  pin: ["pin_forgotten", "pin_locked", "no_pin_card", "condition"],
  card: ["no_card", "card_lost", "not_registered", "card_expired", "machine_trouble"],
  line: ["page_unavailable"],
} as const;
export type Door = keyof typeof HINDRANCES;
export type Hindrance = (typeof HINDRANCES)[Door][number];

export type Way =
  | "app_visual"
  | "app_pin"
  | "certificate"
  | "notice_with_card"
  | "portal_screen"
  | "statement"
  | "next_visit";

/** The best way first. A PIN that is forgotten or locked is no hindrance to a look at the photograph. */
const WAYS: Record<Hindrance, readonly Way[]> = {
  pin_forgotten: ["app_visual", "certificate", "next_visit"],
  pin_locked: ["app_visual", "certificate", "next_visit"],
  no_pin_card: ["app_visual", "certificate", "statement"],
  condition: ["app_visual", "certificate", "next_visit"],
  no_card: ["certificate", "statement", "next_visit"],
  card_lost: ["certificate", "statement", "next_visit"],
  not_registered: ["certificate", "statement", "next_visit"],
  card_expired: ["certificate", "statement", "next_visit"],
  machine_trouble: ["notice_with_card", "portal_screen", "certificate", "statement"],
  page_unavailable: ["app_pin", "app_visual", "certificate", "next_visit"],
};

export const isHindrance = (reason: string): reason is Hindrance => reason in WAYS;

export const waysOn = (hindrance: Hindrance): readonly Way[] => WAYS[hindrance];

/** With which answers the registration begins. The app asks for the consent itself, so its outcome is still open. */
export function presetOf(way: Way, reason: Hindrance, pageCode: string | null = null) {
  const common = { reason, page_code: pageCode };
  if (way === "app_visual" || way === "app_pin") {
    return { ...common, identity_method: way, outcome: null, papers: [] };
  }
  if (way === "next_visit") {
    return { ...common, identity_method: "none" as const, outcome: "failed" as const, papers: [] };
  }
  const paper: Schemas["PaperSeenOut"] = { kind: way, until: null };
  return { ...common, identity_method: "certificate" as const, outcome: "failed" as const, papers: [paper] };
}

/** Wrong tries of the card's PIN as somebody counts them here; the third would lock the card (S-011). */
export type Tries = 0 | 1 | 2;
export const oneMore = (tries: Tries): Tries => (tries === 0 ? 1 : 2);
export const mustStop = (tries: Tries): boolean => tries === 2;

export type PageCode = { code: string; known: "own_wifi" | "unpublished" };

/** Codes whose story somebody has told in public; for all others nothing is known, and nothing is guessed. */
const TOLD: Record<string, PageCode["known"]> = { "OQC-OWSE0900000": "own_wifi" };

/** The code as the phone shows it, however it was typed; null for what is none. */
export function pageCode(typed: string): PageCode | null {
  const plain = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[‐‑–—―−ー]/g, "-")
    .replace(/\s+/g, "");
  const found = /^(?:OQC-?)?([A-Z0-9]{4,24})$/.exec(plain);
  if (!found?.[1] || found[1] === "OQC") return null;
  const code = `OQC-${found[1]}`;
  return { code, known: TOLD[code] ?? "unpublished" };
}

/** Whether the device in hand can read a card by itself; only the device can say for sure, its kind tells most. */
export type CardReading = "with_reader" | "perhaps";

/** Every iPad needs a reader of its own; an iPad's browser may call itself a Mac, but no Mac has a touch screen. */
export function cardReading(userAgent: string, touchPoints: number): CardReading {
  const isPad = /iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  const isPhone = /iPhone|Android/.test(userAgent);
  return isPad || !isPhone ? "with_reader" : "perhaps";
}

/** 2:05 since a moment. */
export function elapsed(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
