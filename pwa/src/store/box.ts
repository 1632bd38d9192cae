/**
 * Sealing: HPKE base mode (RFC 9180; P-256, HKDF-SHA256, AES-256-GCM) to the clinic's public key. The tablet cannot
 * open its own boxes again. Shared vectors with the server: tests/data/box.json.
 */
import type { CipherSuite } from "@hpke/core";

export const SCHEMA = "entry/1";
export const INFO = `otonai ${SCHEMA}`;
const utf8 = new TextEncoder();

/** Stored with the app; asked for at the start already, so that nobody waits for it at a bedside. */
export const suite = async (): Promise<CipherSuite> => (await import("./hpke")).newSuite();

/** What a box is bound to: moved to another clinic, tablet, place in the row or id, it does not open. */
export function aadOf(clinic: string, device: string, sequence: number, id: string): string {
  return `${clinic}|${device}|${sequence}|${id}|${SCHEMA}`;
}

/** `enc || ciphertext` in base64url. `publicKey` is a raw P-256 point in base64url. */
export async function seal(publicKey: string, plaintext: string, aad: string): Promise<string> {
  const hpke = await suite();
  const recipientPublicKey = await hpke.kem.deserializePublicKey(fromBase64Url(publicKey));
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: utf8.encode(INFO) });
  const ciphertext = await sender.seal(utf8.encode(plaintext), utf8.encode(aad));
  const enc = new Uint8Array(sender.enc);
  const box = new Uint8Array(enc.length + ciphertext.byteLength);
  box.set(enc);
  box.set(new Uint8Array(ciphertext), enc.length);
  return toBase64Url(box);
}

/** Newer than the types: made by the browser itself, many times faster where it can. */
type Native = { toBase64?: (how: { alphabet: "base64url"; omitPadding: true }) => string };
type NativeFrom = { fromBase64?: (text: string, how: { alphabet: "base64url" }) => Uint8Array<ArrayBuffer> };
/** As many characters as one call takes as arguments everywhere. */
const PIECE = 0x8000;

export function toBase64Url(bytes: Uint8Array): string {
  const made = (bytes as Native).toBase64?.({ alphabet: "base64url", omitPadding: true });
  if (made !== undefined) return made;
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws a SyntaxError or a DOMException for what is no base64url. */
export function fromBase64Url(text: string): ArrayBuffer {
  const read = (Uint8Array as NativeFrom).fromBase64?.(text, { alphabet: "base64url" });
  if (read !== undefined) return read.buffer;
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i += 1) bytes[i] = plain.charCodeAt(i);
  return bytes.buffer;
}
