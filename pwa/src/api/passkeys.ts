/**
 * Passkeys, as browsers offer them: asked with the server's words, answered in the form of our API. What a person or
 * a device does not want is a value with a name; `left` means that the person chose not to, and is no trouble.
 */
import { failed, ok, type Result } from "../result";
import type { Schemas } from "./client";

export type Unmade = "left" | "known" | "here" | "device";
export type Answered = Schemas["PasskeyAnswerIn"];
export type Made = Omit<Schemas["NewPasskeyIn"], "name">;
type Asked = Schemas["PasskeyQuestionOut"];
/** The W3C's JSON forms of an answer; texts are base64url. */
type Told = {
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
};
type ToldNew = { response: { clientDataJSON: string; attestationObject: string; transports: string[] } };

/** Whether this browser knows passkeys at all. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential === "function" &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function" &&
  typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";

/** Whether it offers them quietly in the field for the log-in name. */
export const offersInField = async (): Promise<boolean> =>
  hasPasskeys() && (await (PublicKeyCredential.isConditionalMediationAvailable?.() ?? false));

/** Ask for a passkey: at once, or (`quiet`) when the person picks one in the field. */
export async function showPasskey(asked: Asked, quiet?: AbortSignal): Promise<Result<Answered, Unmade>> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      asked.options as unknown as PublicKeyCredentialRequestOptionsJSON,
    );
    const shown = await navigator.credentials.get(
      quiet ? { publicKey, mediation: "conditional", signal: quiet } : { publicKey },
    );
    if (!(shown instanceof PublicKeyCredential)) return failed("device");
    const { response } = shown.toJSON() as Told;
    return ok({
      id: shown.id,
      client_data: response.clientDataJSON,
      authenticator_data: response.authenticatorData,
      signature: response.signature,
      user_handle: response.userHandle ?? null,
    });
  } catch (error) {
    return failed(why(error));
  }
}

/** Make a passkey on this device. */
export async function makePasskey(asked: Asked): Promise<Result<Made, Unmade>> {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      asked.options as unknown as PublicKeyCredentialCreationOptionsJSON,
    );
    const made = await navigator.credentials.create({ publicKey });
    if (!(made instanceof PublicKeyCredential)) return failed("device");
    const { response } = made.toJSON() as ToldNew;
    return ok({
      id: made.id,
      client_data: response.clientDataJSON,
      attestation: response.attestationObject,
      transports: response.transports,
    });
  } catch (error) {
    return failed(why(error));
  }
}

/** What the browser's own refusals mean to a person. */
export function why(error: unknown): Unmade {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "left";
  if (name === "InvalidStateError") return "known";
  return name === "SecurityError" ? "here" : "device";
}
