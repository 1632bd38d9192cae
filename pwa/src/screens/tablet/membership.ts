/** Being one of a clinic's tablets: asking to be taken in, and what the server says of it from time to time. */
import { type Schemas, settle } from "../../api/client";
import { askForCode, type Grant, type Poll, poll } from "../../api/enrolment";
import type { TokenPair } from "../../api/tablet";
import { type DeviceKey, makeDeviceKey } from "../../lock/device-key";
import { standingOf } from "../../lock/standing";
import { closeScreen } from "./closing";
import { db, keyring, outbox, records, vault } from "./held";
import { device, evicted, farewell, knownAs, stage } from "./told";
import { client, signer } from "./wire";
import { leaveWitness } from "./witness";

/** Counts, people and the key to seal to; the number of the next entry comes from whoever counts higher. */
export async function refreshDevice(): Promise<void> {
  const turn = vault.turn();
  const found = await settle(client.GET("/api/devices/me"));
  if (!found.ok) return;
  const me = found.value;
  if (turn === vault.turn()) await obey(me); // Else somebody has joined since, whom this answer may not know.
  await db.transaction("rw", db.meta, async () => {
    const before = (await db.read("enrolment"))?.device_id ?? (await db.read("last_device"));
    if (before !== me.id) await db.meta.bulkDelete(["next_sequence"]);
    await db.keep("enrolment", {
      device_id: me.id,
      device_name: me.name,
      clinic_id: me.clinic.id,
      clinic_name: me.clinic.name,
      practice: me.clinic.practice,
      key_id: me.box_key.key_id,
      public_key: me.box_key.public_key,
    });
  });
  await outbox.agreeOnSequence(me.next_sequence);
  knownAs.value = { clinic: me.clinic.name, device: me.name };
  device.value = me;
}

async function obey(me: Schemas["MyDeviceOut"]): Promise<void> {
  const carried = keyring.has("M");
  await keyring.obey(standingOf(me));
  const staff = vault.openedBy.value;
  if (staff && !me.people.some((one) => one.staff_id === staff.id)) closeScreen();
  else if (carried && !keyring.has("M")) records.dropMedical();
}

export type Asked = { kind: "code"; grant: Grant; key: DeviceKey } | { kind: "offline" } | { kind: "no_key" };

/** Ask to be taken in, with the key that this tablet has from before: the office then takes the same device back. */
export async function askToEnrol(name: string): Promise<Asked> {
  let key: DeviceKey;
  try {
    key = (await db.read("device_key")) ?? (await makeDeviceKey());
  } catch {
    return { kind: "no_key" };
  }
  const grant = await askForCode(name, key);
  return grant ? { kind: "code", grant, key } : { kind: "offline" };
}

export const hasApproved = (grant: Grant, key: DeviceKey): Promise<Poll> => poll(grant, key, signer.call);

/** The office has approved: from now on this tablet is the clinic's. Key and pair are kept together or not at all. */
export async function enrolled(pair: TokenPair, key: DeviceKey): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const before = await db.read("enrolment");
    if (before) await db.keep("last_device", before.device_id);
    await db.keep("device_key", key);
    await db.keep("pair", pair);
    await db.keep("stopped", false);
    await db.meta.bulkDelete(["enrolment"]);
  });
  device.value = null;
  evicted.value = false;
  farewell.value = null;
  stage.value = "ready";
  leaveWitness();
  await keyring.deviceKey();
  await refreshDevice();
  await outbox.count();
}

/** Ask to be taken in again. What was not sent stays. */
export function enrolAgain(): void {
  stage.value = "enrol";
}
