/** The PIN pad as plain state, and what the server's answer means to the person. The PIN itself goes nowhere else. */
import type { Failure } from "../api/client";

export const PIN_LENGTH = 6;

/** Five wrong tries without the server: this page holds nothing any more. Our own word, no code of the server. */
export const LOCAL_SPENT = "local_tries_spent";

export type PinKey = { kind: "digit"; digit: string } | { kind: "back" } | { kind: "clear" };

export function press(typed: string, key: PinKey): string {
  if (key.kind === "clear") return "";
  if (key.kind === "back") return typed.slice(0, -1);
  return typed.length < PIN_LENGTH ? typed + key.digit : typed;
}

/** A key of a hardware keyboard as a key of the pad; full-width digits count too. */
export function keyOf(event: {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
}): PinKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const plain = event.key.normalize("NFKC");
  if (/^\d$/.test(plain)) return { kind: "digit", digit: plain };
  if (event.key === "Backspace") return { kind: "back" };
  if (event.key === "Escape") return { kind: "clear" };
  return null;
}

export const isComplete = (typed: string): boolean => typed.length === PIN_LENGTH;

export type PinTrouble =
  | { kind: "wrong"; remaining: number | null }
  | { kind: "locked"; until: string | null }
  | { kind: "weak" }
  | { kind: "unknown_person" }
  | { kind: "sign_in_failed" }
  | { kind: "stopped" }
  | { kind: "spent" }
  | { kind: "offline" }
  | { kind: "other"; title: string; next_step: string };

export function troubleOf(failure: Failure): PinTrouble {
  if (failure.kind === "offline") return { kind: "offline" };
  switch (failure.code) {
    case "pin_wrong":
      return { kind: "wrong", remaining: failure.remaining ?? null };
    case "pin_locked":
    case "sign_in_locked":
      return { kind: "locked", until: failure.until ?? null };
    case "pin_weak":
      return { kind: "weak" };
    case "person_not_on_tablet":
      return { kind: "unknown_person" };
    case "sign_in_failed":
      return { kind: "sign_in_failed" };
    case "device_stopped":
      return { kind: "stopped" };
    case LOCAL_SPENT:
      return { kind: "spent" };
    default:
      return { kind: "other", title: failure.title, next_step: failure.next_step ?? "" };
  }
}

/** Whole minutes until a lock ends; never 0 while it holds. */
export function minutesLeft(until: string, now: Date): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now.getTime()) / 60_000));
}
