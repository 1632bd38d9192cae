import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Failure, Schemas } from "../api/client";
import { failed, ok } from "../result";
import { TabletDb } from "../store/db";
import { Outbox } from "../store/outbox";
import { BATCH, pushAll, type Send } from "./push";

const { public_key } = JSON.parse(
  readFileSync(new URL("../../../tests/data/box.json", import.meta.url), "utf8"),
) as { public_key: string };

/** A server that takes entries in order, as the real one does. */
class Server {
  expected = 1;
  readonly seen = new Map<string, string | null>();
  readonly batches: number[][] = [];
  refuse = new Map<number, string>();

  send: Send = async ({ entries }) => {
    this.batches.push(entries.map((entry) => entry.sequence));
    const results: Schemas["EntryResultOut"][] = [];
    for (const entry of entries) {
      const known = this.seen.get(entry.id);
      if (known !== undefined) {
        results.push({ id: entry.id, sequence: entry.sequence, outcome: "duplicate", code: known });
        continue;
      }
      if (entry.sequence !== this.expected) {
        if (results.length > 0) break;
        return failed(this.gap());
      }
      const code = this.refuse.get(entry.sequence) ?? null;
      this.seen.set(entry.id, code);
      this.expected += 1;
      results.push({ id: entry.id, sequence: entry.sequence, outcome: code ? "rejected" : "applied", code });
    }
    return ok({ results, expected_sequence: this.expected });
  };

  private gap(): Failure {
    return {
      kind: "problem",
      status: 409,
      code: "sequence_gap",
      title: "",
      expected_sequence: this.expected,
    };
  }
}

let outbox: Outbox;
let server: Server;

async function save(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await outbox.save({ kind: "handover_opened", visit_id: "v", staff_id: "s", base_version: 1, data: {} });
  }
}

beforeEach(async () => {
  const db = new TabletDb(`push-${Math.random()}`);
  await db.keep("enrolment", {
    device_id: "tablet-1",
    device_name: "訪問1号",
    clinic_id: "minamo",
    clinic_name: "みなも在宅クリニック",
    practice: false,
    key_id: "key-1",
    public_key,
  });
  outbox = new Outbox(db, { now: () => new Date(0), newId: () => crypto.randomUUID() });
  server = new Server();
});

describe("sending", () => {
  test("empties the outbox in order, in batches", async () => {
    await save(BATCH + 3);
    expect(await pushAll(outbox, server.send)).toBe("sent");
    expect(server.batches.map((batch) => batch.length)).toEqual([BATCH, 3]);
    expect(outbox.waiting.value).toBe(0);
  });

  test("keeps everything when nothing answers, and when the server is in trouble", async () => {
    await save(2);
    expect(await pushAll(outbox, async () => failed({ kind: "offline" }))).toBe("offline");
    const trouble: Failure = { kind: "problem", status: 500, code: "internal_error", title: "" };
    expect(await pushAll(outbox, async () => failed(trouble))).toBe("later");
    expect(outbox.waiting.value).toBe(2);
  });

  test("loses and doubles nothing when the answer is lost on the way", async () => {
    await save(3);
    let cut = true;
    const shaky: Send = async (body) => {
      const answer = await server.send(body);
      if (!cut) return answer;
      cut = false;
      return failed({ kind: "offline" });
    };
    expect(await pushAll(outbox, shaky)).toBe("offline");
    expect(outbox.waiting.value).toBe(3);
    expect(await pushAll(outbox, shaky)).toBe("sent");
    expect(server.seen.size).toBe(3);
  });

  test("sends the good ones although one is refused, and keeps the refused one in sight", async () => {
    await save(3);
    server.refuse.set(2, "visit_unknown");
    expect(await pushAll(outbox, server.send)).toBe("sent");
    expect([outbox.waiting.value, outbox.attention.value]).toEqual([0, 1]);
    expect(server.expected).toBe(4);
  });

  test("begins again from the number the server expects", async () => {
    await save(4);
    server.expected = 3;
    expect(await pushAll(outbox, server.send)).toBe("blocked");
    expect(server.batches).toEqual([
      [1, 2, 3, 4],
      [3, 4],
      [1, 2],
    ]);
    expect((await outbox.unsent()).map((row) => row.sequence)).toEqual([1, 2]);
  });

  test("stops and keeps when the server expects something this tablet never had", async () => {
    await save(2);
    server.expected = 9;
    expect(await pushAll(outbox, server.send)).toBe("blocked");
    expect(outbox.waiting.value).toBe(2);
  });
});
