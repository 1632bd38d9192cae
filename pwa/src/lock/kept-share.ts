/**
 * A day share for a passkey: what the server gave in the morning, sealed to a public key that only this person's
 * passkey can answer to (HPKE, as in store/box.ts), and once more under the tablet's own key. Sealing asks for no
 * finger, so a tablet may be prepared in the morning by PIN alone; opening needs the passkey's output, which is never
 * stored. A silently wrong output is noticed before anything is tried: its public key is another (A5, ADR 015).
 */
import { fromBase64Url, suite, toBase64Url } from "../store/box";
import type { KeyLabel } from "./day-keys";

export type KeptShare = KeyLabel & {
  /** ISO instant, part of what is sealed: from then on the share is of no use. */
  not_after: string;
  outer_iv: string;
  box: string;
};
/** What one person's passkey on one tablet looks like from outside. */
export type PasskeyOwner = { clinic: string; staff: string; device: string };
export type OpenedShare = { state: "open"; share: Uint8Array<ArrayBuffer> } | { state: "damaged" };

const utf8 = new TextEncoder();
const INFO = "otonai day share/1";
/** An uncompressed point of P-256, which stands in front of each box. */
const POINT_BYTES = 65;

/** The public key a passkey's output stands for; also its check value. */
export async function publicKeyOf(output: Uint8Array<ArrayBuffer>, owner: PasskeyOwner): Promise<string> {
  const { publicKey } = await pairOf(output, owner);
  return toBase64Url(new Uint8Array(await (await suite()).kem.serializePublicKey(publicKey)));
}

/** Seal a share so that this passkey on this tablet can open it. */
export async function keepShare(
  label: KeyLabel & { not_after: string },
  share: Uint8Array<ArrayBuffer>,
  publicKey: string,
  deviceKey: CryptoKey,
): Promise<KeptShare> {
  const hpke = await suite();
  const recipientPublicKey = await hpke.kem.deserializePublicKey(fromBase64Url(publicKey));
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: utf8.encode(INFO) });
  const bound = labelBytes(label);
  const sealed = new Uint8Array(await sender.seal(share, bound));
  const inner = new Uint8Array(POINT_BYTES + sealed.length);
  inner.set(new Uint8Array(sender.enc));
  inner.set(sealed, POINT_BYTES);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, deviceKey, inner);
  const { clinic, staff, device, day, class: of, not_after } = label;
  return {
    clinic,
    staff,
    device,
    day,
    class: of,
    not_after,
    outer_iv: toBase64Url(iv),
    box: toBase64Url(new Uint8Array(box)),
  };
}

/** The share again, or `damaged` when output, tablet, label or bytes are not those of the sealing. */
export async function openShare(
  kept: KeptShare,
  output: Uint8Array<ArrayBuffer>,
  deviceKey: CryptoKey,
): Promise<OpenedShare> {
  const bound = labelBytes(kept);
  try {
    const inner = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64Url(kept.outer_iv), additionalData: bound },
      deviceKey,
      fromBase64Url(kept.box),
    );
    const { privateKey } = await pairOf(output, kept);
    const recipient = await (await suite()).createRecipientContext({
      recipientKey: privateKey,
      enc: inner.slice(0, POINT_BYTES),
      info: utf8.encode(INFO),
    });
    return { state: "open", share: new Uint8Array(await recipient.open(inner.slice(POINT_BYTES), bound)) };
  } catch (error) {
    // What does not open is told by the browser's and the library's own errors; programming errors go on.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return { state: "damaged" };
  }
}

/** Bound to person and tablet, so that one passkey used twice stands for two keys. */
async function pairOf(output: Uint8Array<ArrayBuffer>, owner: PasskeyOwner): Promise<CryptoKeyPair> {
  const base = await crypto.subtle.importKey("raw", output, "HKDF", false, ["deriveBits"]);
  const seed = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: utf8.encode("otonai passkey/1"),
      info: utf8.encode(JSON.stringify([owner.clinic, owner.staff, owner.device])),
    },
    base,
    256,
  );
  return (await suite()).kem.deriveKeyPair(seed);
}

const labelBytes = (label: KeyLabel & { not_after: string }): Uint8Array<ArrayBuffer> =>
  utf8.encode(
    JSON.stringify([label.clinic, label.staff, label.device, label.day, label.class, label.not_after]),
  );
