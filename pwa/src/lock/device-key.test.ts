import { readFileSync } from "node:fs";
import "fake-indexeddb/auto";
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { TabletDb } from "../store/db";
import { digestOf, makeDeviceKey, prove, thumbprint } from "./device-key";

type Vector = {
  name: string;
  call: { method: string; address: string; token?: string; nonce?: string };
  made: number;
  id: string;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signed_by: Record<string, string>;
};
const shared: { key: JWK & { d: string }; thumbprint: string; calls: Vector[] } = JSON.parse(
  readFileSync(new URL("../../../tests/data/proof.json", import.meta.url), "utf8"),
);
const { d: _, ...publicJwk } = shared.key;

/** The shared key as the browser holds its own. */
async function sharedKey(): Promise<CryptoKeyPair> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return {
    privateKey: await crypto.subtle.importKey("jwk", shared.key, algorithm, false, ["sign"]),
    publicKey: await crypto.subtle.importKey("jwk", publicJwk, algorithm, true, ["verify"]),
  };
}

describe("the tablet's own key", () => {
  test("[F41] is made so that its private part cannot be read out, by us or by whoever runs script here", async () => {
    const key = await makeDeviceKey();
    expect(key.privateKey.extractable).toBe(false);
    for (const form of ["jwk", "pkcs8", "raw"] as const) {
      await expect(crypto.subtle.exportKey(form, key.privateKey)).rejects.toThrow();
    }
    expect(key.privateKey.algorithm).toMatchObject({ name: "ECDSA", namedCurve: "P-256" });
  });

  test("outlives the page in the browser's own store, still closed, and goes on signing", async () => {
    const db = new TabletDb("key-test");
    const made = await makeDeviceKey();
    await db.keep("device_key", made);
    db.close();
    const later = await new TabletDb("key-test").read("device_key");
    if (!later) throw new Error("the key is gone");
    expect(later.privateKey.extractable).toBe(false);
    expect(await thumbprint(later)).toBe(await thumbprint(made));
    const call = { method: "GET", address: "https://otonai.example/api/devices/me", token: "t" };
    const proof = await prove(later, call, { made: 1_795_392_000_000, id: "x" });
    await expect(jwtVerify(proof, made.publicKey)).resolves.toMatchObject({ payload: { jti: "x" } });
  });

  test("has a name of its own on every tablet", async () => {
    expect(await thumbprint(await makeDeviceKey())).not.toBe(await thumbprint(await makeDeviceKey()));
    expect(await thumbprint(await sharedKey())).toBe(shared.thumbprint);
    expect(await calculateJwkThumbprint(publicJwk)).toBe(shared.thumbprint);
  });
});

describe("a proof", () => {
  test.each(shared.calls)("says exactly what the server and the bridge say too: $name", async (vector) => {
    const made = { made: vector.made * 1000 + 999, id: vector.id };
    const proof = await prove(await sharedKey(), vector.call, made);
    expect(decodeProtectedHeader(proof)).toEqual(vector.header);
    const { payload } = await jwtVerify(proof, await importJWK(publicJwk, "ES256"));
    expect(payload).toEqual(vector.claims);
  });

  test.each(shared.calls)("of every side has a good signature: $name", async (vector) => {
    const key = await importJWK(publicJwk, "ES256");
    for (const proof of Object.values(vector.signed_by)) {
      expect((await jwtVerify(proof, key)).payload).toEqual(vector.claims);
    }
  });

  test("shows the public key and nothing private", async () => {
    const key = await makeDeviceKey();
    const call = { method: "GET", address: "https://otonai.example/" };
    const header = decodeProtectedHeader(await prove(key, call, { made: 0, id: "x" }));
    expect(Object.keys(header).sort()).toEqual(["alg", "jwk", "typ"]);
    expect(Object.keys(header.jwk ?? {}).sort()).toEqual(["crv", "kty", "x", "y"]);
  });

  test("names the token by its digest in base64url", async () => {
    const [, looking] = shared.calls;
    expect(await digestOf(looking?.call.token ?? "")).toBe(looking?.claims.ath);
  });
});
