/** The way to the server: signed calls, what their answers tell about reach and clock, and what a refusal means. */
import { computed } from "@preact/signals";
import { Signer } from "../../api/signed";
import { makeTabletClient, type TabletPorts } from "../../api/tablet";
import { patiently } from "../../sync/patience";
import { pingServer, Status } from "../../sync/status";
import { tooOld } from "../../update";
import { clock, db, newId, now, vault } from "./held";

/** What follows when the server says so; filled in where the tablet is put together. */
export const serverSays = { stopped: () => {}, enrolAgain: () => {}, locked: () => {} };

export const status = new Status(() => pingServer(fetch.bind(globalThis)), now);
export const isOffline = computed(() => status.reach.value === "offline");

const call = patiently(fetch.bind(globalThis));
const fetcher: typeof fetch = async (input, init) => {
  try {
    const answer = await call(input, init);
    if (answer.headers.get("content-type")?.includes("json")) {
      status.heard();
      clock.heard(Date.parse(answer.headers.get("Date") ?? ""));
    }
    return answer;
  } catch (error) {
    status.silent();
    throw error;
  }
};
const ports: TabletPorts = {
  fetcher,
  now: () => Date.now(),
  newId,
  readKey: () => db.read("device_key"),
  readPair: () => db.read("pair"),
  keepPair: (pair) => db.keep("pair", pair),
  unlockToken: () => vault.unlockToken(),
  onStopped: () => serverSays.stopped(),
  onEnrolAgain: () => serverSays.enrolAgain(),
  onLocked: () => serverSays.locked(),
  onTooOld: () => {
    tooOld.value = true;
  },
};
export const signer = new Signer(ports);
export const client = makeTabletClient(ports, signer);
