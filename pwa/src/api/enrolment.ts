/**
 * Taking a tablet into the clinic: device authorization (RFC 8628). The office approves the code shown here; the code is
 * good with the key alone that asked for it.
 */
import { type DeviceKey, thumbprint } from "../lock/device-key";
import type { SignedCall } from "./signed";
import type { TokenPair } from "./tablet";

export type Grant = {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  /** The complete address as a picture made by the server. */
  qr_svg: string;
  expires_in: number;
  interval: number;
};
export type Poll =
  | { kind: "approved"; pair: TokenPair }
  | { kind: "pending" }
  | { kind: "slower" }
  | { kind: "ended" }
  /** The server is called by another address than this page was opened from, so it takes no proof of this page. */
  | { kind: "other_address" }
  | { kind: "offline" };

const CLIENT_ID = "otonai-tablet";

/** A code to show, or null when the server was not reached. */
export async function askForCode(
  name: string,
  key: DeviceKey,
  fetcher: typeof fetch = fetch,
): Promise<Grant | null> {
  const dpop_jkt = await thumbprint(key);
  const form = new URLSearchParams({ client_id: CLIENT_ID, device_name: name, dpop_jkt });
  try {
    const answer = await fetcher("/api/oauth/device", { method: "POST", body: form });
    return answer.ok ? ((await answer.json()) as Grant) : null;
  } catch {
    return null;
  }
}

/** Whether the office has approved by now. */
export async function poll(grant: Grant, key: DeviceKey, call: SignedCall): Promise<Poll> {
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: grant.device_code,
    client_id: CLIENT_ID,
  });
  try {
    const request = new Request(`${location.origin}/api/oauth/token`, { method: "POST", body: form });
    const answer = await call(key, request);
    const body = (await answer.json()) as Partial<TokenPair> & { error?: string; error_description?: string };
    if (answer.ok && body.access_token && body.refresh_token) {
      return {
        kind: "approved",
        pair: { access_token: body.access_token, refresh_token: body.refresh_token },
      };
    }
    if (body.error === "authorization_pending") return { kind: "pending" };
    if (body.error === "slow_down") return { kind: "slower" };
    if (body.error_description === "proof_of_other_request") return { kind: "other_address" };
    return body.error ? { kind: "ended" } : { kind: "offline" };
  } catch {
    return { kind: "offline" };
  }
}
