import { beforeEach, describe, expect, test, vi } from "vitest";
import { type TabletPorts, type TokenPair, tabletFetch } from "./tablet";

vi.hoisted(() => {
  globalThis.location = { origin: "https://otonai.example" } as Location;
});

const problem = (status: number, code: string) => Response.json({ code, title: "" }, { status });

/** A server with one living pair; a spent refresh token ends everything, as the real one does. */
class Server {
  pair: TokenPair = { access_token: "a1", refresh_token: "r1" };
  expired = new Set<string>();
  renewals = 0;
  stopped = false;
  cut = false;
  readonly seen: string[] = [];

  fetcher = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    if (this.cut) throw new TypeError("no network");
    if (request.url.endsWith("/api/oauth/token")) {
      const form = new URLSearchParams(await request.text());
      if (this.stopped || form.get("refresh_token") !== this.pair.refresh_token) {
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
      this.renewals += 1;
      this.pair = { access_token: `a${this.renewals + 1}`, refresh_token: `r${this.renewals + 1}` };
      return Response.json(this.pair);
    }
    const token = request.headers.get("Authorization")?.replace("Bearer ", "") ?? "";
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

beforeEach(() => {
  server = new Server();
  kept = { ...server.pair };
  told = [];
  ports = {
    fetcher: server.fetcher as typeof fetch,
    readPair: async () => kept,
    keepPair: async (pair) => {
      kept = pair;
      told.push(`kept ${pair.access_token} after ${server.seen.length} calls`);
    },
    unlockToken: () => "unlock",
    onStopped: () => told.push("stopped"),
    onLocked: () => told.push("locked"),
  };
});

const call = (fetcher: typeof fetch, body = "") =>
  fetcher("https://otonai.example/api/sync/entries", { method: "POST", body });

describe("the tablet's calls", () => {
  test("carry the device's token and the person's unlock", async () => {
    await call(tabletFetch(ports), "box");
    expect(server.seen).toEqual(["a1 unlock box"]);
  });

  test("renew an expired token, keep the new pair before using it, and send the same body again", async () => {
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
