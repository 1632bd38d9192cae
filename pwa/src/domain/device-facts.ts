/** What the office is told of a device, decided from plain values: no words, no clock of its own. */

export type Skew = { kind: "none" } | { kind: "ahead" | "behind"; minutes: number };

/** A clock is worth a word from two minutes on; the office needs no seconds. */
export function skewOf(seconds: number | null): Skew {
  const minutes = Math.round(Math.abs(seconds ?? 0) / 60);
  if (minutes < 2) return { kind: "none" };
  return { kind: (seconds ?? 0) > 0 ? "ahead" : "behind", minutes };
}

export type Storage = "kept" | "atRisk" | "unknown";

export const storageOf = (persisted: boolean | null): Storage =>
  persisted === null ? "unknown" : persisted ? "kept" : "atRisk";

export type Packed = { day: string; patients: number; documents: number; verified: boolean };

/** What a tablet says it carries; null when it never said, or said it in a shape that is not ours. */
export function packedOf(told: Record<string, unknown> | null): Packed | null {
  if (told === null) return null;
  const { day, patients, documents, verified } = told;
  if (typeof day !== "string" || typeof patients !== "number" || typeof documents !== "number") return null;
  return { day, patients, documents, verified: verified === true };
}

export type KeyMode = "none" | "strict" | "passkey";

/** How the day's data could have been opened: as the tablet said; `none` while it carried nothing. */
export function lossMode(keyMode: string | null, days: number): KeyMode {
  if (days === 0) return "none";
  return keyMode === "passkey" ? "passkey" : "strict";
}
