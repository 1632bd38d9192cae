import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { TabletDb } from "./db";
import { fateOf, type NewEntry, NotEnrolled, Outbox } from "./outbox";

const { public_key } = JSON.parse(
  readFileSync(new URL("../../../tests/data/box.json", import.meta.url), "utf8"),
) as { public_key: string };

const saraAtShikaku: NewEntry = {
  kind: "visit_registered",
  visit_id: "visit-shikaku",
  staff_id: "staff-mihon",
  base_version: 2,
  data: { outcome: "refused", note: "見本 さくら が玄関で聞いた" },
};

let names = 0;
let db: TabletDb;

async function enrolled(device = "tablet-1"): Promise<void> {
  await db.keep("enrolment", {
    device_id: device,
    device_name: "訪問1号",
    clinic_id: "minamo",
    clinic_name: "みなも在宅クリニック",
    practice: false,
    key_id: "key-1",
    public_key,
  });
}

function outboxOf(store = db): Outbox {
  return new Outbox(store, {
    now: () => new Date("2026-07-14T05:00:00Z"),
    newId: () => `id-${names++}`,
  });
}

beforeEach(async () => {
  names = 0;
  db = new TabletDb(`tablet-${Math.random()}`);
  await enrolled();
});

describe("the outbox", () => {
  test("numbers entries without a hole, however many are saved at once", async () => {
    const outbox = outboxOf();
    await Promise.all(Array.from({ length: 12 }, () => outbox.save(saraAtShikaku)));
    const numbers = (await outbox.unsent()).map((row) => row.sequence);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(outbox.waiting.value).toBe(12);
  });

  test("gives no number twice when two pages of one tablet save at the same moment", async () => {
    const [one, other] = [outboxOf(), outboxOf()];
    await Promise.all([...Array(6).keys()].map((n) => (n % 2 ? one : other).save(saraAtShikaku)));
    expect((await one.unsent()).map((row) => row.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("keeps nothing readable about anybody", async () => {
    await outboxOf().save(saraAtShikaku);
    const kept = JSON.stringify([await db.outbox.toArray(), await db.meta.toArray()]);
    for (const word of ["見本", "さくら", "visit-shikaku", "staff-mihon", "refused"])
      expect(kept).not.toContain(word);
  });

  test("[F33] holds once what was saved again because nobody knew whether the first time was in time", async () => {
    const outbox = outboxOf();
    const first = await outbox.save(saraAtShikaku, "same");
    const again = await outbox.save(saraAtShikaku, "same");
    expect([again.id, again.sequence]).toEqual([first.id, first.sequence]);
    expect(await outbox.all()).toHaveLength(1);
  });

  test("still holds everything in a page opened later", async () => {
    const saved = await outboxOf().save(saraAtShikaku);
    const later = outboxOf(new TabletDb(db.name));
    await later.count();
    expect(later.waiting.value).toBe(1);
    expect((await later.unsent())[0]?.id).toBe(saved.id);
  });

  test("refuses to save where no key to seal to is known", async () => {
    await db.meta.delete("enrolment");
    await expect(outboxOf().save(saraAtShikaku)).rejects.toThrow(NotEnrolled);
    expect(await db.outbox.count()).toBe(0);
  });

  test("lets go of what arrived and keeps a refusal in sight until somebody has read it", async () => {
    const outbox = outboxOf();
    const [first, second] = [await outbox.save(saraAtShikaku), await outbox.save(saraAtShikaku)];
    await outbox.settle([
      { id: first.id, sequence: 1, outcome: "applied", code: null },
      { id: second.id, sequence: 2, outcome: "rejected", code: "nothing_to_undo" },
    ]);
    expect([outbox.waiting.value, outbox.attention.value]).toEqual([0, 1]);
    expect((await outbox.all())[0]).toMatchObject({ state: "rejected", code: "nothing_to_undo" });
    await outbox.dismiss(second.id);
    expect(outbox.attention.value).toBe(0);
  });

  test("does not send entries of an earlier enrolment under the new name, and does not lose them", async () => {
    const outbox = outboxOf();
    await outbox.save(saraAtShikaku);
    await enrolled("tablet-2");
    expect(await outbox.unsent()).toEqual([]);
    expect(await outbox.all()).toHaveLength(1);
  });

  test("follows the server when it counts higher, never back", async () => {
    const outbox = outboxOf();
    await outbox.agreeOnSequence(41);
    await outbox.agreeOnSequence(7);
    expect((await outbox.save(saraAtShikaku)).sequence).toBe(41);
  });
});

test("a repeated entry is sent, unless its first time was a refusal", () => {
  const told = { id: "a", sequence: 1 };
  expect(fateOf({ ...told, outcome: "duplicate", code: null })).toBe("sent");
  expect(fateOf({ ...told, outcome: "duplicate", code: "box_unreadable" })).toBe("rejected");
  expect(fateOf({ ...told, outcome: "merged", code: null })).toBe("sent");
  expect(fateOf({ ...told, outcome: "conflict", code: null })).toBe("conflict");
});
