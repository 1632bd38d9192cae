/**
 * How a tablet calls the server: a token pair that is good with the tablet's own key alone, the unlock of the person who
 * holds it, and a refresh when the access token has run out. A new pair is stored before it is used, because the old
 * one is dead from then on. Decides nothing about screens: it tells when the tablet was stopped, locked, or must be
 * enrolled again.
 */
import type { DeviceKey } from "../lock/device-key";
import { type Client, makeClient } from "./client";
import { APP_VERSION } from "./profile";
import { Signer, type SigningPorts } from "./signed";

export type TokenPair = { access_token: string; refresh_token: string };

export type TabletPorts = SigningPorts & {
  /** The key made at enrolment; none on a tablet that was enrolled before tablets had keys. */
  readKey: () => Promise<DeviceKey | undefined>;
  readPair: () => Promise<TokenPair | undefined>;
  keepPair: (pair: TokenPair) => Promise<void>;
  unlockToken: () => string | null;
  /** The office stopped this tablet, or its enrolment has ended. */
  onStopped: () => void;
  /** This tablet has no key, or not the one that the server knows. What was entered stays. */
  onEnrolAgain: () => void;
  /** The server tells this app nothing until it is updated. What was entered is taken all the same. */
  onTooOld: () => void;
  /** The server no longer knows the unlock that was sent. */
  onLocked: () => void;
};

type Renewal = "renewed" | "stopped" | "unreachable";

export function makeTabletClient(ports: TabletPorts, signer = new Signer(ports)): Client {
  return makeClient([], tabletFetch(ports, signer));
}

/** A `fetch` with the tablet's credentials; one refresh at a time, however many calls wait for it. */
export function tabletFetch(ports: TabletPorts, signer = new Signer(ports)): typeof fetch {
  let renewing: Promise<Renewal> | null = null;

  const renewOnce = (spent: string): Promise<Renewal> => {
    renewing ??= alone(() => renew(ports, signer, spent)).finally(() => {
      renewing = null;
    });
    return renewing;
  };

  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("Otonai-App", APP_VERSION);
    const pair = await ports.readPair();
    if (!pair) return ports.fetcher(request);
    const key = await ports.readKey();
    if (!key) {
      ports.onEnrolAgain();
      return ports.fetcher(request);
    }
    const unlock = ports.unlockToken();
    if (unlock) request.headers.set("Otonai-Unlock", unlock);
    const answer = await signer.call(key, request, pair.access_token);
    const { code, reason } = await told(answer);
    if (code === "token_expired") {
      const renewal = await renewOnce(pair.access_token);
      if (renewal === "unreachable") throw new TypeError("the token could not be renewed");
      const fresh = await ports.readPair();
      if (renewal === "stopped" || !fresh) return answer;
      const second = await signer.call(key, request, fresh.access_token);
      tell(ports, await told(second));
      return second;
    }
    tell(ports, { code, reason });
    return answer;
  };
}

type Told = { code: string | null; reason: string | null };

function tell(ports: TabletPorts, { code, reason }: Told): void {
  if (code === "device_stopped") ports.onStopped();
  if (code === "locked") ports.onLocked();
  if (code === "app_too_old") ports.onTooOld();
  if (code === "enrol_again" || reason === "proof_of_other_key") ports.onEnrolAgain();
}

async function told(answer: Response): Promise<Told> {
  const nothing = { code: null, reason: null };
  if (![401, 403, 426].includes(answer.status)) return nothing;
  try {
    const body: unknown = await answer.clone().json();
    if (typeof body !== "object" || body === null || !("code" in body)) return nothing;
    return { code: String(body.code), reason: "reason" in body ? String(body.reason) : null };
  } catch {
    return nothing; // Not our server's words; the caller sees the status.
  }
}

async function renew(ports: TabletPorts, signer: Signer, spent: string): Promise<Renewal> {
  const pair = await ports.readPair();
  const key = await ports.readKey();
  if (!pair || !key) return "stopped";
  if (pair.access_token !== spent) return "renewed"; // Another page of this tablet was faster.
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: pair.refresh_token,
    client_id: "otonai-tablet",
  });
  try {
    const answer = await signer.call(
      key,
      new Request(`${location.origin}/api/oauth/token`, { method: "POST", body: form }),
    );
    const body = (await answer.json()) as Partial<TokenPair> & { error?: string; error_description?: string };
    if (answer.ok && body.access_token && body.refresh_token) {
      await ports.keepPair({ access_token: body.access_token, refresh_token: body.refresh_token });
      return "renewed";
    }
    const description = body.error_description;
    if (answer.status === 400 && (description === "enrol_again" || description === "proof_of_other_key")) {
      ports.onEnrolAgain();
      return "stopped";
    }
    if (answer.status === 400 && body.error === "invalid_grant") {
      ports.onStopped();
      return "stopped";
    }
    return "unreachable";
  } catch {
    return "unreachable";
  }
}

/** Across the pages of one browser too, where it can. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request("otonai-refresh", work) : work();
}
