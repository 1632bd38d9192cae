/**
 * A passkey that answers the same question with the same secret each time (WebAuthn PRF), asked of this tablet's own
 * reader with the finger or face required. The tablet alone uses it; the server knows nothing of it. What a person or a
 * device does not want is a value with a name; `no_prf` is a reader that has no such answer.
 */
import { failed, ok, type Result } from "../result";
import { fromBase64Url, toBase64Url } from "../store/box";

export type Unanswered = "left" | "no_prf" | "device";
export type PrfAnswer = { credential: string; output: Uint8Array<ArrayBuffer> };
export type NewPrf = PrfAnswer & { salt: string };
type Asked = ReadonlyArray<{ credential: string; salt: string }>;

const ES256 = -7;
const RS256 = -257;

export const hasPasskeys = (): boolean => typeof globalThis.PublicKeyCredential === "function";

/** Set one up, and ask it once: what it answers now is what it must answer later. */
export async function makePrfPasskey(shownName: string): Promise<Result<NewPrf, Unanswered>> {
  const salt = toBase64Url(random(32));
  try {
    const made = await navigator.credentials.create({
      publicKey: {
        rp: { name: "おとない" },
        user: { id: random(16), name: shownName, displayName: shownName },
        challenge: random(32),
        pubKeyCredParams: [ES256, RS256].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: {
          authenticatorAttachment: "platform",
          residentKey: "discouraged",
          userVerification: "required",
        },
        extensions: { prf: {} },
      },
    });
    if (!(made instanceof PublicKeyCredential)) return failed("device");
    if (!made.getClientExtensionResults().prf?.enabled) return failed("no_prf");
    const answered = await askPrf([{ credential: toBase64Url(new Uint8Array(made.rawId)), salt }]);
    return answered.ok ? ok({ ...answered.value, salt }) : answered;
  } catch (error) {
    return failed(why(error));
  }
}

/** Ask any of these passkeys; which one answered is part of the answer. */
export async function askPrf(asked: Asked): Promise<Result<PrfAnswer, Unanswered>> {
  try {
    const shown = await navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        userVerification: "required",
        allowCredentials: asked.map((one) => ({
          type: "public-key",
          id: fromBase64Url(one.credential),
          transports: ["internal"],
        })),
        extensions: {
          prf: {
            evalByCredential: Object.fromEntries(
              asked.map((one) => [one.credential, { first: fromBase64Url(one.salt) }]),
            ),
          },
        },
      },
    });
    if (!(shown instanceof PublicKeyCredential)) return failed("device");
    const first = shown.getClientExtensionResults().prf?.results?.first;
    if (!first) return failed("no_prf");
    const bytes =
      first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer as ArrayBuffer);
    return ok({ credential: toBase64Url(new Uint8Array(shown.rawId)), output: bytes.slice(0, 32) });
  } catch (error) {
    return failed(why(error));
  }
}

function why(error: unknown): Unanswered {
  const name = error instanceof Error ? error.name : "";
  return name === "NotAllowedError" || name === "AbortError" ? "left" : "device";
}

const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));
