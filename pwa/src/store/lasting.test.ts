import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { type PageRow, TabletDb } from "./db";
import { lasting, lastingWithRoom } from "./lasting";

let db: TabletDb;
const page = (id: string, day: string): PageRow => ({
  id,
  clinic: "minamo",
  staff: "s",
  device: "t1",
  class: "R",
  day,
  page: id,
  schema: "page/1",
  not_after: `${day}T15:00:00.000Z`,
  iv: "",
  content: "",
});
const full = () => new DOMException("no room", "QuotaExceededError");

beforeEach(() => {
  db = new TabletDb(`lasting-${Math.random()}`);
});

describe("a lost connection", () => {
  test("[F33] is opened anew, and what was asked is done", async () => {
    await db.keep("last_sync", "before");
    let lost = 2;
    const read = await lasting(db, async () => {
      if (lost > 0) {
        lost -= 1;
        db.backendDB().close();
        throw new DOMException("The database connection is closing.", "InvalidStateError");
      }
      return db.read("last_sync");
    });
    expect(read).toBe("before");
  });

  test("[F33] that stays lost is told after three tries, never hidden", async () => {
    let tries = 0;
    const never = lasting(db, async () => {
      tries += 1;
      throw new DOMException("gone", "UnknownError");
    });
    await expect(never).rejects.toThrow("gone");
    expect(tries).toBe(3);
  });

  test("is not what a wrong question is: that is told at once", async () => {
    let tries = 0;
    const wrong = lasting(db, async () => {
      tries += 1;
      throw new RangeError("no such page");
    });
    await expect(wrong).rejects.toThrow(RangeError);
    expect(tries).toBe(1);
  });
});

describe("a full storage", () => {
  test("[F35] gives up its oldest sealed day, then the next, and the outbox never", async () => {
    await db.pages.bulkPut([page("a", "2026-07-12"), page("b", "2026-07-13"), page("c", "2026-07-14")]);
    await db.outbox.add({
      id: "e",
      device_id: "t1",
      sequence: 1,
      key_id: "k",
      box: "",
      kind: "visit_registered",
      saved_at: "2026-07-14T05:00:00Z",
      state: "waiting",
      code: null,
    });
    let fails = 2;
    await lastingWithRoom(db, async () => {
      fails -= 1;
      if (fails >= 0) throw full();
    });
    expect((await db.pages.toArray()).map((row) => row.id)).toEqual(["c"]);
    expect(await db.outbox.count()).toBe(1);
  });

  test("[F35] with no page left is told", async () => {
    await expect(lastingWithRoom(db, () => Promise.reject(full()))).rejects.toThrow("no room");
  });
});
