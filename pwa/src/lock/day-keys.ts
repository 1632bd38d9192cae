/**
 * Day keys: one AES-256 key for each person, tablet, day and class, kept only wrapped. What unwraps it is half the
 * server's (the day share, in memory only) and, where the clinic allows, half a passkey's (PRF output, never stored).
 * Deleting the share on the server makes the pages noise for ever; the PIN is never key material (A5).
 */
import { fromBase64Url, toBase64Url } from "../store/box";
import type { PageClass } from "./pages";

export type KeyLabel = { clinic: string; staff: string; device: string; day: string; class: PageClass };
/** `strict`: the share alone opens. `passkey`: share and passkey together. */
export type KeyMode = "strict" | "passkey";

export type WrappedKey = KeyLabel & {
  mode: KeyMode;
  iv: string;
  /** The day key under the wrapping key, and that once more under the tablet's own key. */
  wrapped: string;
  outer_iv: string;
  /** Tells a silently wrong passkey from damaged data before anything is tried; null in strict mode. */
  check: string | null;
};

export type Unwrapped =
  | { state: "open"; key: CryptoKey }
  | { state: "wrong_passkey" }
  | { state: "wrong_share" };

const utf8 = new TextEncoder();
const AES = { name: "AES-GCM", length: 256 } as const;

/** The tablet's own wrapping key: made at enrolment, cannot be exported, useful on this tablet only. */
export const newDeviceWrappingKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);

/** A new day key, ready to seal, and its wrapped form, ready to keep. */
export async function newDayKey(
  label: KeyLabel,
  share: Uint8Array<ArrayBuffer>,
  passkey: Uint8Array<ArrayBuffer> | null,
  deviceKey: CryptoKey,
): Promise<{ key: CryptoKey; kept: WrappedKey }> {
  const made = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", made));
  const [iv, outerIv] = [nonce(), nonce()];
  const wrapping = await wrappingKey(label, share, passkey);
  const bound = { additionalData: labelBytes(label) };
  const inner = await crypto.subtle.encrypt({ name: "AES-GCM", iv, ...bound }, wrapping, raw);
  const outer = await crypto.subtle.encrypt({ name: "AES-GCM", iv: outerIv, ...bound }, deviceKey, inner);
  const key = await crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return {
    key,
    kept: {
      ...label,
      mode: passkey ? "passkey" : "strict",
      iv: toBase64Url(iv),
      wrapped: toBase64Url(new Uint8Array(outer)),
      outer_iv: toBase64Url(outerIv),
      check: passkey ? await checkValue(label, passkey) : null,
    },
  };
}

/** The day key again; it cannot be exported. The check value is asked first, so that no wrong key ever opens a page. */
export async function unwrapDayKey(
  kept: WrappedKey,
  share: Uint8Array<ArrayBuffer>,
  passkey: Uint8Array<ArrayBuffer> | null,
  deviceKey: CryptoKey,
): Promise<Unwrapped> {
  if (kept.mode === "passkey" && (passkey === null || (await checkValue(kept, passkey)) !== kept.check)) {
    return { state: "wrong_passkey" };
  }
  const bound = { additionalData: labelBytes(kept) };
  try {
    const inner = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64Url(kept.outer_iv), ...bound },
      deviceKey,
      fromBase64Url(kept.wrapped),
    );
    const wrapping = await wrappingKey(kept, share, kept.mode === "passkey" ? passkey : null);
    const raw = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64Url(kept.iv), ...bound },
      wrapping,
      inner,
    );
    const key = await crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
    new Uint8Array(raw).fill(0);
    return { state: "open", key };
  } catch (error) {
    if (error instanceof DOMException) return { state: "wrong_share" };
    throw error;
  }
}

/** HKDF-SHA-256 over share, or share and passkey; bound to person, tablet, day and class. */
async function wrappingKey(
  label: KeyLabel,
  share: Uint8Array<ArrayBuffer>,
  passkey: Uint8Array<ArrayBuffer> | null,
): Promise<CryptoKey> {
  const secret = new Uint8Array(share.length + (passkey?.length ?? 0));
  secret.set(share);
  if (passkey) secret.set(passkey, share.length);
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  secret.fill(0);
  return crypto.subtle.deriveKey(hkdf("day key", label), base, AES, false, ["encrypt", "decrypt"]);
}

/** 16 bytes that only this passkey's output gives; they tell nothing about the key they stand beside. */
async function checkValue(label: KeyLabel, passkey: Uint8Array<ArrayBuffer>): Promise<string> {
  const base = await crypto.subtle.importKey("raw", passkey, "HKDF", false, ["deriveBits"]);
  return toBase64Url(new Uint8Array(await crypto.subtle.deriveBits(hkdf("check", label), base, 128)));
}

const hkdf = (use: string, label: KeyLabel): HkdfParams => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: utf8.encode(`otonai ${use}/1`),
  info: labelBytes(label),
});

const labelBytes = (label: KeyLabel): Uint8Array<ArrayBuffer> =>
  utf8.encode(JSON.stringify([label.clinic, label.staff, label.device, label.day, label.class]));

const nonce = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(12));
