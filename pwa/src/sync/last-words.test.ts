import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Schemas } from "../api/client";
import { failed, ok } from "../result";
import { TabletDb } from "../store/db";
import { Outbox } from "../store/outbox";
import { type FarewellPorts, LAST_WORDS_BATCH, sayFarewell } from "./last-words";

const { public_key } = JSON.parse(
  readFileSync(new URL("../../../tests/data/box.json", import.meta.url), "utf8"),
) as { public_key: string };

let db: TabletDb;
let outbox: Outbox;
let order: string[];
let sent: Schemas["LastWordsIn"][];

const ports = (send?: FarewellPorts["send"]): FarewellPorts => ({
  send: async (body) => {
    const [pages, drafts] = [await db.pages.count(), await db.drafts.count()];
    order.push(`send ${body.entries.length}, pages ${pages}, drafts ${drafts}`);
    sent.push(body);
    return send ? send(body) : ok({ kept: body.entries.length });
  },
  dropKeys: async () => {
    order.push("keys");
  },
  dropRest: async () => {
    order.push("rest");
  },
});

beforeEach(async () => {
  db = new TabletDb(`last-${Math.random()}`);
  [order, sent] = [[], []];
  await db.keep("enrolment", {
    device_id: "t1",
    device_name: "訪問1号",
    clinic_id: "minamo",
    clinic_name: "みなも在宅クリニック",
    practice: false,
    key_id: "key-1",
    public_key,
  });
  outbox = new Outbox(db, { now: () => new Date(0), newId: () => crypto.randomUUID() });
  const page = {
    clinic: "minamo",
    staff: "s",
    device: "t1",
    class: "R",
    day: "2026-07-14",
    page: "x",
    schema: "page/1",
    not_after: "2026-07-14T15:00:00Z",
    iv: "",
    content: "",
  } as const;
  await db.pages.add({ ...page, id: "a" });
  await db.drafts.add({ ...page, id: "b" });
});

const save = () =>
  outbox.save({ kind: "visit_registered", visit_id: "v", staff_id: "s", base_version: 1, data: {} });

describe("a stopped tablet", () => {
  test("[F40] deletes keys and the sealed day first, then hands over, then deletes the rest", async () => {
    const entry = await save();
    expect(await sayFarewell(db, outbox, ports())).toEqual({ kind: "received", kept: 1 });
    expect(order).toEqual(["keys", "send 1, pages 0, drafts 0", "rest"]);
    expect(sent[0]?.entries[0]?.id).toBe(entry.id);
    expect(await db.outbox.count()).toBe(0);
  });

  test("without a network has no day left and every entry, and hands over at the next contact", async () => {
    await save();
    const said = await sayFarewell(
      db,
      outbox,
      ports(async () => failed({ kind: "offline" })),
    );
    expect(said).toEqual({ kind: "waiting", unsent: 1 });
    expect([await db.pages.count(), await db.outbox.count()]).toEqual([0, 1]);
    expect(order).not.toContain("rest");
    expect(await sayFarewell(db, outbox, ports())).toEqual({ kind: "received", kept: 1 });
  });

  test("whom the server does not hear any more keeps its entries", async () => {
    await save();
    const refused = { kind: "problem", status: 401, code: "token_invalid", title: "" } as const;
    const said = await sayFarewell(
      db,
      outbox,
      ports(async () => failed(refused)),
    );
    expect(said).toEqual({ kind: "refused", unsent: 1 });
    expect(await db.outbox.count()).toBe(1);
  });

  test("says that it is empty although nothing waits", async () => {
    expect(await sayFarewell(db, outbox, ports())).toEqual({ kind: "received", kept: 0 });
    expect(sent).toEqual([{ entries: [], wiped: ["database", "keys"] }]);
  });

  test("hands over more than one call may carry in several", async () => {
    await save();
    const row = (await db.outbox.toArray())[0];
    if (!row) throw new Error("nothing was saved");
    const more = Array.from({ length: LAST_WORDS_BATCH }, (_, n) => ({
      ...row,
      id: `m${n}`,
      sequence: row.sequence + 1 + n,
    }));
    await db.outbox.bulkAdd(more);
    await sayFarewell(db, outbox, ports());
    expect(sent.map((body) => body.entries.length)).toEqual([LAST_WORDS_BATCH, 1]);
  });

  test("ends with a call that is not full, because only that one's answer asks the browser to forget", async () => {
    await save();
    const row = (await db.outbox.toArray())[0];
    if (!row) throw new Error("nothing was saved");
    const more = Array.from({ length: LAST_WORDS_BATCH - 1 }, (_, n) => ({
      ...row,
      id: `m${n}`,
      sequence: row.sequence + 1 + n,
    }));
    await db.outbox.bulkAdd(more);
    await sayFarewell(db, outbox, ports());
    expect(sent.map((body) => body.entries.length)).toEqual([LAST_WORDS_BATCH, 0]);
  });
});
