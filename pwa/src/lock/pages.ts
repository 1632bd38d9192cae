/**
 * Pages: what a tablet may hold of a day, as AES-256-GCM ciphertext under the day's key of its class. Whose page it is,
 * which one and until when is authenticated data: changed by one bit, it does not open (A5 expiry 2, SEC-10).
 */
import { fromBase64Url, toBase64Url } from "../store/box";

/** M: medical information; R: the day's visits, people and insurance. */
export type PageClass = "M" | "R";

export type PageLabel = {
  clinic: string;
  staff: string;
  device: string;
  class: PageClass;
  /** The business day in Japan, ISO. */
  day: string;
  page: string;
  schema: "page/1";
  /** ISO instant; from then on the content does not exist. */
  not_after: string;
};

/** Content as bytes, which storage takes as they are; as base64url where an earlier version wrote it. */
export type SealedPage = PageLabel & { iv: string; content: ArrayBuffer | string };

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The label in one fixed order; JSON keeps the parts apart whatever is in them. */
const authenticated = (label: PageLabel): Uint8Array<ArrayBuffer> =>
  utf8.encode(
    JSON.stringify([
      label.schema,
      label.clinic,
      label.staff,
      label.device,
      label.class,
      label.day,
      label.page,
      label.not_after,
    ]),
  );

/** A page's content as the bytes that are sealed; into room that is large enough, which takes half the time. */
export function bytesOf(content: unknown): Uint8Array<ArrayBuffer> {
  const written = JSON.stringify(content);
  const room = new Uint8Array(written.length * 3);
  return room.subarray(0, utf8.encodeInto(written, room).written);
}

/** Seal content that is JSON. */
export const sealPage = (key: CryptoKey, label: PageLabel, content: unknown): Promise<SealedPage> =>
  sealBytes(key, label, bytesOf(content));

/** A fresh random nonce each time; a key seals one day's pages of one class and no more. */
export async function sealBytes(
  key: CryptoKey,
  label: PageLabel,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<SealedPage> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: authenticated(label) },
    key,
    bytes,
  );
  return { ...label, iv: toBase64Url(iv), content: sealed };
}

export type Opened = { state: "open"; content: unknown } | { state: "damaged" };
export type Unsealed = { state: "open"; bytes: ArrayBuffer } | { state: "damaged" };

/** The content, or `damaged` when key, label or bytes are not those of the sealing. */
export async function openPage(key: CryptoKey, page: SealedPage): Promise<Opened> {
  const found = await openBytes(key, page);
  return found.state === "open" ? contentOf(found.bytes) : found;
}

/** The same, not read yet: what the bytes say is nobody's concern here. */
export async function openBytes(key: CryptoKey, page: SealedPage): Promise<Unsealed> {
  try {
    const bytes = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64Url(page.iv), additionalData: authenticated(page) },
      key,
      typeof page.content === "string" ? fromBase64Url(page.content) : page.content,
    );
    return { state: "open", bytes };
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return { state: "damaged" };
    throw error;
  }
}

/** What opened bytes say; `damaged` when they are no JSON. */
export function contentOf(bytes: BufferSource): Opened {
  try {
    return { state: "open", content: JSON.parse(text.decode(bytes)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { state: "damaged" };
    throw error;
  }
}
