/**
 * The tablet's own key: made when it is enrolled, kept by the browser, readable by nobody (design 8: DSK). Each call is
 * signed anew with it, so that a copied token pair opens nothing (RFC 9449). Knows what a proof says, not what is asked
 * for. The browser hands out no private part (`extractable: false`); script of ours can use the key, never export it.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export type DeviceKey = CryptoKeyPair;

export type Call = {
  method: string;
  address: string;
  /** The access token or ticket that goes with the call, if there is one already. */
  token?: string | undefined;
  /** What the server gave us to sign in place of trusting our clock. */
  nonce?: string | undefined;
};
/** `made` in milliseconds since 1970, by the server's clock as far as it is known; `id` is used once. */
export type Made = { made: number; id: string };

/** A new key. Raises what the browser raises when it can make none (an insecure page, a very old browser). */
export async function makeDeviceKey(): Promise<DeviceKey> {
  return generateKeyPair("ES256", { extractable: false });
}

/** The key's name (RFC 7638): what the office approves, and what the server keeps. */
export async function thumbprint(key: DeviceKey): Promise<string> {
  return calculateJwkThumbprint(await publicPart(key));
}

/** A proof for one call, good once. */
export async function prove(key: DeviceKey, call: Call, { made, id }: Made): Promise<string> {
  const claims: Record<string, string> = { jti: id, htm: call.method, htu: plainAddress(call.address) };
  if (call.token !== undefined) claims.ath = await digestOf(call.token);
  if (call.nonce !== undefined) claims.nonce = call.nonce;
  return new SignJWT(claims)
    .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: await publicPart(key) })
    .setIssuedAt(Math.floor(made / 1000))
    .sign(key.privateKey);
}

/** `ath`: what a proof says of the token beside it. */
export async function digestOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Without query and fragment (RFC 9449 4.2). */
function plainAddress(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname}`;
}

async function publicPart(key: DeviceKey): Promise<JWK> {
  const { kty, crv, x, y } = await exportJWK(key.publicKey);
  if (kty !== "EC" || crv !== "P-256" || !x || !y) throw new TypeError("no key on P-256");
  return { kty, crv, x, y };
}
