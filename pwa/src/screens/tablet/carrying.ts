/** The bag of this tablet, put together: where its keys, documents and storage come from. */
import { settle } from "../../api/client";
import { lasting } from "../../store/lasting";
import { Bag } from "../../sync/bag";
import { clock, db, keyring, records, sealed, vault } from "./held";
import { tellStatus } from "./telling";
import { client } from "./wire";

export const bag = new Bag(sealed, keyring, clock, records, {
  shares: () => settle(client.POST("/api/devices/me/day-shares", { body: {} })),
  medical: (patient_ids) => settle(client.POST("/api/sync/medical", { body: { patient_ids } })),
  isOpenFor: (staff) => vault.openedBy.value?.id === staff,
  person: async (staff) => {
    const self = await lasting(db, () => db.read("enrolment"));
    return self ? { clinic: self.clinic_id, device: self.device_id, staff } : null;
  },
  keepPacked: async (packed) => {
    await lasting(db, () => db.keep("packed", packed));
    await tellStatus();
  },
});
