/**
 * What the tablet keeps across restarts: its enrolment, key and token pair (`meta`), sealed entries not yet sent
 * (`outbox`), the sealed day (`pages`), sealed forms not yet saved (`drafts`), and what the day's keys are wrapped in
 * (`keys`). No patient and no staff member is named in it (design 8).
 */
import Dexie, { type EntityTable } from "dexie";
import type { TokenPair } from "../api/tablet";
import type { Clock } from "../lock/clock";
import type { DeviceKey } from "../lock/device-key";
import type { KeyRow } from "../lock/key-rows";
import type { SealedPage } from "../lock/pages";

/** Who this tablet is, so that it can seal while nothing answers. */
export type Enrolment = {
  device_id: string;
  device_name: string;
  clinic_id: string;
  clinic_name: string;
  practice: boolean;
  key_id: string;
  public_key: string;
};

export type EntryKind =
  | "handover_opened"
  | "consent_reported"
  | "visit_registered"
  | "visit_registration_undone"
  | "medical_opened"
  | "visit_added"
  | "visit_taken_off"
  | "route_set";

/** One sealed entry. `kind` and `saved_at` say what waits without saying about whom. */
export type OutboxRow = {
  id: string;
  device_id: string;
  sequence: number;
  key_id: string;
  box: string;
  kind: EntryKind;
  saved_at: string;
  state: "waiting" | "rejected" | "conflict";
  code: string | null;
};

/** A sealed page under a name of no meaning. */
export type PageRow = SealedPage & { id: string };

/** What was last packed and read back, as the server is told. */
export type PackedDay = { day: string; patients: number; documents: number; verified: boolean };

type Meta = {
  pair: TokenPair;
  /** As the browser's own objects: the private part cannot be read out, not even by us. */
  device_key: DeviceKey;
  enrolment: Enrolment;
  next_sequence: number;
  last_sync: string;
  stopped: boolean;
  /** Who this tablet was before it was enrolled again: the office may have taken the same device back. */
  last_device: string;
  clock: Clock;
  packed: PackedDay;
};
type MetaRow = { key: keyof Meta; value: Meta[keyof Meta] };

export class TabletDb extends Dexie {
  declare meta: EntityTable<MetaRow, "key">;
  declare outbox: EntityTable<OutboxRow, "id">;
  declare pages: EntityTable<PageRow, "id">;
  declare drafts: EntityTable<PageRow, "id">;
  declare keys: EntityTable<KeyRow, "id">;

  constructor(name = "otonai-tablet") {
    super(name);
    this.version(1).stores({ meta: "key", outbox: "id, sequence" });
    this.version(2).stores({ pages: "id, [staff+day]", drafts: "id, [staff+day]", keys: "id" });
    // What is over is found without reading what is sealed.
    this.version(3).stores({ pages: "id, [staff+day], not_after", drafts: "id, [staff+day], not_after" });
  }

  async read<K extends keyof Meta>(key: K): Promise<Meta[K] | undefined> {
    return (await this.meta.get(key))?.value as Meta[K] | undefined;
  }

  async keep<K extends keyof Meta>(key: K, value: Meta[K]): Promise<void> {
    await this.meta.put({ key, value });
  }
}
