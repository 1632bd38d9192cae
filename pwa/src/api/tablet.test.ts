import { EmbeddedJWK, jwtVerify } from "jose";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type DeviceKey, digestOf, makeDeviceKey } from "../lock/device-key";
import { APP_VERSION } from "./profile";
import { type TabletPorts, type TokenPair, tabletFetch } from "./tablet";

vi.hoisted(() => {
  globalThis.location = { origin: "https://otonai.example" } as Location;
});

const problem = (status: number, code: string, more: object = {}, headers: HeadersInit = {}) =>
  Response.json({ code, title: "", ...more }, { status, headers });

/**
 * A server with one living pair; a spent refresh token ends everything, as the real one does, and so does a call that
 * is not signed for itself. Its clock is `ahead` seconds ahead of the tablet's.
 */
class Server {
  pair: TokenPair = { access_token: "a1", refresh_token: "r1" };
  expired = new Set<string>();
  renewals = 0;
  stopped = false;
  cut = false;
  ahead = 0;
  readonly seen: string[] = [];
  readonly proofs: string[] = [];

  /** The refusal of a proof that does not do, or null. */
  private async refusal(request: Request, token: string | null): Promise<Response | null> {
    const text = request.headers.get("DPoP") ?? "";
    const { payload } = await jwtVerify(text, EmbeddedJWK, { typ: "dpop+jwt", algorithms: ["ES256"] });
    expect([payload.htm, payload.htu]).toEqual([request.method, request.url]);
    expect(payload.ath).toBe(token === null ? undefined : await digestOf(token));
    const fresh = payload.nonce === "nonce-1" || Math.abs((payload.iat ?? 0) - NOW / 1000 - this.ahead) < 60;
    if (fresh && !this.proofs.includes(payload.jti ?? "")) {
      this.proofs.push(payload.jti ?? "");
      return null;
    }
    const date = new Date(NOW + this.ahead * 1000).toUTCString();
    return problem(401, "proof_refused", {}, { "DPoP-Nonce": "nonce-1", Date: date });
  }

  fetcher = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    if (this.cut) throw new TypeError("no network");
    if (request.url.endsWith("/api/oauth/token")) {
      const refused = await this.refusal(request, null);
      if (refused) return refused;
      const form = new URLSearchParams(await request.text());
      if (this.stopped || form.get("refresh_token") !== this.pair.refresh_token) {
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
      this.renewals += 1;
      this.pair = { access_token: `a${this.renewals + 1}`, refresh_token: `r${this.renewals + 1}` };
      return Response.json(this.pair);
    }
    const token = request.headers.get("Authorization")?.replace("DPoP ", "") ?? "";
    const refused = await this.refusal(request, token);
    if (refused) return refused;
    this.seen.push(`${token} ${request.headers.get("Otonai-Unlock") ?? "-"} ${await request.text()}`);
    if (this.stopped) return problem(403, "device_stopped");
    if (token !== this.pair.access_token || this.expired.has(token)) return problem(401, "token_expired");
    return Response.json({ ok: true });
  };
}

let server: Server;
let kept: TokenPair | undefined;
let told: string[];
let ports: TabletPorts;
let key: DeviceKey;

const NOW = Date.parse("2026-11-23T01:00:00Z");

beforeAll(async () => {
  key = await makeDeviceKey();
});

beforeEach(() => {
  server = new Server();
  kept = { ...server.pair };
  told = [];
  ports = {
    fetcher: server.fetcher as typeof fetch,
    now: () => NOW,
    newId: () => crypto.randomUUID(),
    readKey: async () => key,
    readPair: async () => kept,
    keepPair: async (pair) => {
      kept = pair;
      told.push(`kept ${pair.access_token} after ${server.seen.length} calls`);
    },
    unlockToken: () => "unlock",
    onStopped: () => told.push("stopped"),
    onEnrolAgain: () => told.push("enrol again"),
    onLocked: () => told.push("locked"),
    onTooOld: () => told.push("too old"),
  };
});

const call = (fetcher: typeof fetch, body = "") =>
  fetcher("https://otonai.example/api/sync/entries", { method: "POST", body });

describe("the tablet's calls", () => {
  test("carry the device's token, a proof of its key, and the person's unlock", async () => {
    const fetcher = tabletFetch(ports);
    await call(fetcher, "box");
    await call(fetcher, "box");
    expect(server.seen).toEqual(["a1 unlock box", "a1 unlock box"]);
    expect(new Set(server.proofs).size).toBe(2);
  });

  test.each([-86_400, 3_600])(
    "get through with a clock that is %i seconds off, after one question",
    async (ahead) => {
      server.ahead = ahead;
      const fetcher = tabletFetch(ports);
      expect((await call(fetcher, "one")).status).toBe(200);
      expect((await call(fetcher, "two")).status).toBe(200);
      expect(server.seen).toEqual(["a1 unlock one", "a1 unlock two"]);
      expect(server.proofs).toHaveLength(2);
    },
  );

  test("[F20] are signed anew when the browser had sent one of them twice", async () => {
    const ids = ["same", "same", "other"];
    const fetcher = tabletFetch({ ...ports, newId: () => ids.shift() ?? "" });
    await call(fetcher, "one");
    expect((await call(fetcher, "two")).status).toBe(200);
    expect(server.proofs).toEqual(["same", "other"]);
  });

  test("of a tablet without a key say that it must be enrolled again, and keep its tokens", async () => {
    const bare = tabletFetch({
      ...ports,
      readKey: async () => undefined,
      fetcher: async () => problem(401, "enrol_again"),
    });
    expect((await call(bare)).status).toBe(401);
    expect(told).toEqual(["enrol again"]);
    expect(kept).toEqual(server.pair);
  });

  test.each([
    { code: "enrol_again", reason: undefined },
    { code: "proof_refused", reason: "proof_of_other_key" },
  ])("tell when the server does not know the key: $code", async ({ code, reason }) => {
    const stranger = async () => problem(401, code, { reason });
    await call(tabletFetch({ ...ports, fetcher: stranger as typeof fetch }));
    expect(told).toEqual(["enrol again"]);
  });

  test("[F32] say which version they come from, and tell when the server calls it too old", async () => {
    const seen: Array<string | null> = [];
    const newer = async (input: RequestInfo | URL) => {
      seen.push((input as Request).headers.get("Otonai-App"));
      return problem(426, "app_too_old");
    };
    expect((await call(tabletFetch({ ...ports, fetcher: newer as typeof fetch }))).status).toBe(426);
    expect(seen).toEqual([APP_VERSION]);
    expect(told).toEqual(["too old"]);
    expect(kept).toEqual(server.pair);
  });

  test.each(["enrol_again", "proof_of_other_key"])(
    "tell it when a renewal is refused for it: %s",
    async (why) => {
      const late: typeof fetch = async (input) =>
        (input as Request).url.endsWith("/token")
          ? Response.json({ error: "invalid_grant", error_description: why }, { status: 400 })
          : problem(401, "token_expired");
      expect((await call(tabletFetch({ ...ports, fetcher: late }))).status).toBe(401);
      expect(told).toEqual(["enrol again"]);
    },
  );

  test("[F22] renew an expired token, keep the new pair before using it, and send the same body again", async () => {
    server.expired.add("a1");
    const answer = await call(tabletFetch(ports), "box");
    expect(answer.status).toBe(200);
    expect(told).toEqual(["kept a2 after 1 calls"]);
    expect(server.seen).toEqual(["a1 unlock box", "a2 unlock box"]);
  });

  test("renew once, however many calls find the token expired", async () => {
    server.expired.add("a1");
    const fetcher = tabletFetch(ports);
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(fetcher)));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.renewals).toBe(1);
  });

  test("use the pair that another page of the tablet has taken meanwhile", async () => {
    server.expired.add("a1");
    let reads = 0;
    const late: TabletPorts = {
      ...ports,
      readPair: async () => {
        reads += 1;
        if (reads === 2) {
          server.pair = { access_token: "a9", refresh_token: "r9" };
          kept = server.pair;
        }
        return kept;
      },
    };
    expect((await call(tabletFetch(late))).status).toBe(200);
    expect(server.renewals).toBe(0);
  });

  test("are offline, not stopped, when the renewal meets no server", async () => {
    server.expired.add("a1");
    const half: typeof fetch = async (input) => {
      server.cut = (input as Request).url.endsWith("/token");
      return server.fetcher(input);
    };
    await expect(call(tabletFetch({ ...ports, fetcher: half }))).rejects.toThrow(TypeError);
    expect(told).toEqual([]);
    expect(kept?.access_token).toBe("a1");
  });

  test("tell when the office has stopped the tablet, by either answer", async () => {
    server.stopped = true;
    await call(tabletFetch(ports));
    expect(told).toEqual(["stopped"]);
    server.stopped = false;
    server.expired.add("a1");
    server.pair = { access_token: "other", refresh_token: "other" };
    await call(tabletFetch(ports));
    expect(told).toEqual(["stopped", "stopped"]);
  });

  test("tell when the server no longer knows the unlock", async () => {
    const locked = async () => problem(401, "locked");
    await call(tabletFetch({ ...ports, fetcher: locked as typeof fetch }));
    expect(told).toEqual(["locked"]);
  });
});
