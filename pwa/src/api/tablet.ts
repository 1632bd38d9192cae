/**
 * How a tablet calls the server: its own token pair, the unlock of the person who holds it, and a refresh when the
 * access token has run out. A new pair is stored before it is used, because the old one is dead from then on.
 * Decides nothing about screens: it tells when the tablet was stopped or locked.
 */
import { type Client, makeClient } from "./client";

export type TokenPair = { access_token: string; refresh_token: string };

export type TabletPorts = {
  fetcher: typeof fetch;
  readPair: () => Promise<TokenPair | undefined>;
  keepPair: (pair: TokenPair) => Promise<void>;
  unlockToken: () => string | null;
  /** The office stopped this tablet, or its enrolment has ended. */
  onStopped: () => void;
  /** The server no longer knows the unlock that was sent. */
  onLocked: () => void;
};

type Renewal = "renewed" | "stopped" | "unreachable";

export function makeTabletClient(ports: TabletPorts): Client {
  return makeClient([], tabletFetch(ports));
}

/** A `fetch` with the tablet's credentials; one refresh at a time, however many calls wait for it. */
export function tabletFetch(ports: TabletPorts): typeof fetch {
  let renewing: Promise<Renewal> | null = null;

  const renewOnce = (spent: string): Promise<Renewal> => {
    renewing ??= alone(() => renew(ports, spent)).finally(() => {
      renewing = null;
    });
    return renewing;
  };

  return async (input, init) => {
    const request = new Request(input, init);
    const again = request.clone();
    const pair = await ports.readPair();
    if (!pair) return ports.fetcher(request);
    const answer = await ports.fetcher(signed(request, pair, ports.unlockToken()));
    const code = await codeOf(answer);
    if (code === "token_expired") {
      const renewal = await renewOnce(pair.access_token);
      if (renewal === "unreachable") throw new TypeError("the token could not be renewed");
      const fresh = await ports.readPair();
      if (renewal === "stopped" || !fresh) return answer;
      const second = await ports.fetcher(signed(again, fresh, ports.unlockToken()));
      tell(ports, await codeOf(second));
      return second;
    }
    tell(ports, code);
    return answer;
  };
}

function tell(ports: TabletPorts, code: string | null): void {
  if (code === "device_stopped") ports.onStopped();
  if (code === "locked") ports.onLocked();
}

function signed(request: Request, pair: TokenPair, unlock: string | null): Request {
  request.headers.set("Authorization", `Bearer ${pair.access_token}`);
  if (unlock) request.headers.set("Otonai-Unlock", unlock);
  return request;
}

async function codeOf(answer: Response): Promise<string | null> {
  if (answer.status !== 401 && answer.status !== 403) return null;
  try {
    const body: unknown = await answer.clone().json();
    return typeof body === "object" && body !== null && "code" in body ? String(body.code) : null;
  } catch {
    return null; // Not our server's words; the caller sees the status.
  }
}

async function renew(ports: TabletPorts, spent: string): Promise<Renewal> {
  const pair = await ports.readPair();
  if (!pair) return "stopped";
  if (pair.access_token !== spent) return "renewed"; // Another page of this tablet was faster.
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: pair.refresh_token,
    client_id: "otonai-tablet",
  });
  try {
    const answer = await ports.fetcher(
      new Request(`${location.origin}/api/oauth/token`, { method: "POST", body: form }),
    );
    const body = (await answer.json()) as Partial<TokenPair> & { error?: string };
    if (answer.ok && body.access_token && body.refresh_token) {
      await ports.keepPair({ access_token: body.access_token, refresh_token: body.refresh_token });
      return "renewed";
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
