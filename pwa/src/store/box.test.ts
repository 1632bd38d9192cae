import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aadOf, fromBase64Url, INFO, SCHEMA, seal, suite } from "./box";

type Vector = {
  info: string;
  public_key: string;
  private_scalar: string;
  clinic_id: string;
  device_id: string;
  sequence: number;
  id: string;
  schema: string;
  aad: string;
  plaintext: string;
  sealed_by_python: string;
  sealed_by_typescript: string;
};
const vector = JSON.parse(
  readFileSync(new URL("../../../tests/data/box.json", import.meta.url), "utf8"),
) as Vector;

/** What only the server can do; here with the vectors' test key. */
async function open(box: string, aad: string): Promise<string> {
  const hpke = await suite();
  const bytes = fromBase64Url(box);
  const recipientKey = await hpke.kem.deserializePrivateKey(fromBase64Url(vector.private_scalar));
  const recipient = await hpke.createRecipientContext({
    recipientKey,
    enc: bytes.slice(0, 65),
    info: new TextEncoder().encode(INFO),
  });
  const plain = await recipient.open(bytes.slice(65), new TextEncoder().encode(aad));
  return new TextDecoder().decode(plain);
}

describe("a box", () => {
  test.each(["sealed_by_python", "sealed_by_typescript"] as const)("%s opens", async (maker) => {
    expect(await open(vector[maker], vector.aad)).toBe(vector.plaintext);
  });

  test("sealed anew opens, and never looks the same twice", async () => {
    const [first, second] = [
      await seal(vector.public_key, vector.plaintext, vector.aad),
      await seal(vector.public_key, vector.plaintext, vector.aad),
    ];
    expect(first).not.toBe(second);
    expect(await open(first, vector.aad)).toBe(vector.plaintext);
  });

  test("moved to another place in the row does not open", async () => {
    const moved = aadOf(vector.clinic_id, vector.device_id, vector.sequence + 1, vector.id);
    await expect(open(vector.sealed_by_typescript, moved)).rejects.toThrow();
  });

  test("is bound to the words the server uses", () => {
    expect(aadOf(vector.clinic_id, vector.device_id, vector.sequence, vector.id)).toBe(vector.aad);
    expect([INFO, SCHEMA]).toEqual([vector.info, vector.schema]);
  });
});
