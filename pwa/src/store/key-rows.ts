/** The table of wrapped keys, as the keyring asks for it. */
import type { KeyRows } from "../lock/key-rows";
import type { TabletDb } from "./db";
import { lasting } from "./lasting";

export const keyRowsOf = (db: TabletDb): KeyRows => ({
  all: () => lasting(db, () => db.keys.toArray()),
  get: (id) => lasting(db, () => db.keys.get(id)),
  put: async (row) => {
    await lasting(db, () => db.keys.put(row));
  },
  // Two pages of one tablet may both make the day's key; the first one counts.
  add: (row) =>
    lasting(db, () =>
      db.transaction("rw", db.keys, async () => {
        const there = await db.keys.get(row.id);
        if (there) return there;
        await db.keys.add(row);
        return row;
      }),
    ),
  remove: (ids) => lasting(db, () => db.keys.bulkDelete(ids)),
});
