import { describe, expect, test } from "vitest";
import { failed, ok } from "../result";
import { type LivePorts, lineReader, listen } from "./live";

const bytes = (text: string) => new TextEncoder().encode(text);

function stream(pieces: string[]): Response {
  return new Response(
    new ReadableStream({
      start(line) {
        for (const piece of pieces) line.enqueue(bytes(piece));
        line.close();
      },
    }),
  );
}

/** Plays connections one after the other and stops after the last. */
async function play(connections: Array<() => Promise<Response>>, tickets: boolean[] = []): Promise<string[]> {
  const told: string[] = [];
  const end = new AbortController();
  const ports: LivePorts = {
    ticket: async () => {
      const given = tickets.shift() ?? true;
      told.push(given ? "ticket" : "no ticket");
      return given
        ? ok({ url: "https://otonai.example/live/clinic", ticket: "t" })
        : failed({ kind: "offline" });
    },
    credentials: async ({ url, ticket }) => ({ Authorization: `DPoP ${ticket}`, DPoP: `proof for ${url}` }),
    fetcher: (_input, init) => {
      const sent = new Headers(init?.headers);
      expect([sent.get("Authorization"), sent.get("DPoP")]).toEqual([
        "DPoP t",
        "proof for https://otonai.example/live/clinic",
      ]);
      const next = connections.shift();
      if (connections.length === 0) queueMicrotask(() => setTimeout(() => end.abort(), 5));
      return next ? next() : Promise.reject(new TypeError("cut"));
    },
    wait: async (ms) => {
      told.push(`wait ${ms}`);
      await new Promise((done) => setTimeout(done, 0));
    },
    onChange: () => told.push("change"),
    onConnected: (connected) => told.push(connected ? "connected" : "cut"),
  };
  await listen(ports, end.signal);
  return told;
}

describe("the live channel", () => {
  test("asks for changes at every connection and every event, not at keep-alives", async () => {
    const told = await play([async () => stream([": keep-alive\n\n", 'data: {"sequence"', ": 4711}\n\n"])]);
    expect(told.slice(0, 5)).toEqual(["ticket", "connected", "change", "change", "cut"]);
  });

  test("comes back with a new ticket after a cut, waiting longer while nothing answers", async () => {
    const told = await play(
      [async () => stream([]), async () => Promise.reject(new TypeError("cut"))],
      [false, false, true, true],
    );
    expect(told.filter((each) => each.includes("ticket")).slice(0, 4)).toEqual([
      "no ticket",
      "no ticket",
      "ticket",
      "ticket",
    ]);
    expect(told.filter((each) => each.startsWith("wait")).slice(0, 3)).toEqual([
      "wait 2000",
      "wait 4000",
      "wait 1000",
    ]);
  });
});

test("lines come whole, however the bytes are cut", () => {
  const lines: string[] = [];
  const read = lineReader((line) => lines.push(line));
  const all = bytes("data: 訪問\r\n: still here\ndata: 2\n");
  for (const byte of all) read(new Uint8Array([byte]));
  expect(lines.filter(Boolean)).toEqual(["data: 訪問", ": still here", "data: 2"]);
});
