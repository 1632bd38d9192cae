/** Builds the tablet once: store, lock, client, sync. Screens read its signals and call its few acts. */
import { computed, signal } from "@preact/signals";
import { type Failure, type Schemas, settle } from "../../api/client";
import { askForCode, type Grant, type Poll, poll } from "../../api/enrolment";
import { profile } from "../../api/profile";
import { Signer } from "../../api/signed";
import { makeTabletClient, type TabletPorts, type TokenPair } from "../../api/tablet";
import { japanDay } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { AutoLock, watchPage } from "../../lock/auto-lock";
import { type DeviceKey, makeDeviceKey } from "../../lock/device-key";
import { Vault } from "../../lock/vault";
import { ok, type Result } from "../../result";
import { type EntryKind, type OutboxRow, TabletDb } from "../../store/db";
import { type Entry, Outbox } from "../../store/outbox";
import { Records } from "../../store/records";
import { listen } from "../../sync/live";
import { type PullOutcome, pull } from "../../sync/pull";
import { pushAll } from "../../sync/push";
import { nextPingMs, nextPollMs, Schedule } from "../../sync/schedule";
import { pingServer, Status } from "../../sync/status";

/** `again`: enrolled before tablets had keys of their own, or with another key than the server knows. */
export type Stage = "starting" | "enrol" | "again" | "stopped" | "ready";

const now = () => new Date();
const newId = () => crypto.randomUUID();

export const stage = signal<Stage>("starting");
export const device = signal<Schemas["MyDeviceOut"] | null>(null);
/** The page shows nothing of anybody: in the background, or because somebody asked. */
export const blank = signal(false);
export const cover = signal(false);
/** A clock for deadlines and countdowns; ticks every ten seconds. */
export const instant = signal(now());
export const pulled = signal<PullOutcome | null>(null);
/** What this tablet calls itself while nothing answers. */
export const knownAs = signal<{ clinic: string; device: string } | null>(null);

export const db = new TabletDb();
export const vault = new Vault();
export const records = new Records();
export const outbox = new Outbox(db, { now, newId });
export const status = new Status(() => pingServer(fetch.bind(globalThis)), now);
export const isOffline = computed(() => status.reach.value === "offline");

const fetcher: typeof fetch = async (input, init) => {
  try {
    const answer = await fetch(input, init);
    if (answer.headers.get("content-type")?.includes("json")) status.heard();
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
  onStopped: () => void stop(),
  onEnrolAgain: () => {
    dropEverything();
    stage.value = "again";
  },
  onLocked: () => dropEverything(),
};
const signer = new Signer(ports);
export const client = makeTabletClient(ports, signer);

const schedule = new Schedule(exchange);
const autoLock = new AutoLock({
  now: () => performance.now(),
  isOpen: () => vault.isOpen.value,
  lock: () => void lock(),
  blank: (hidden) => {
    blank.value = hidden;
  },
});
let listening: AbortController | null = null;
let live = false;
let started = false;

/** Once per page. */
export async function start(): Promise<void> {
  if (started) return;
  started = true;
  watchPage(autoLock, document);
  addEventListener("offline", () => void status.check());
  addEventListener("online", () => void reachedAgain());
  setInterval(() => {
    instant.value = now();
    records.dropExpired(instant.value);
  }, 10_000);
  await outbox.count();
  const [pair, key, enrolment, stopped] = [
    await db.read("pair"),
    await db.read("device_key"),
    await db.read("enrolment"),
    await db.read("stopped"),
  ];
  if (enrolment) {
    knownAs.value = { clinic: enrolment.clinic_name, device: enrolment.device_name };
    // Without a network nobody says so anew, but practice stays practice.
    profile.value ??= {
      practice: enrolment.practice,
      profile: "",
      version: "",
      live_origin: "",
      own_provider: false,
    };
  }
  stage.value = stopped ? "stopped" : !pair ? "enrol" : key ? "ready" : "again";
  void keepAsking();
  void keepPolling();
  if (stage.value === "ready") void refreshDevice().then(() => schedule.soon());
}

async function keepAsking(): Promise<void> {
  for (;;) {
    const before = status.reach.value;
    const answered = await status.check();
    if (answered && before !== "online") void reachedAgain();
    await pause(nextPingMs(status.reach.value));
  }
}

async function keepPolling(): Promise<void> {
  for (;;) {
    await pause(nextPollMs(live));
    if (stage.value === "ready" && (vault.isOpen.value || outbox.waiting.value > 0)) await schedule.soon();
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function reachedAgain(): Promise<void> {
  if (stage.value !== "ready" || !(await status.check())) return;
  if (!device.value) await refreshDevice();
  await schedule.soon();
}

/** Send everything, then fetch everything; what is locked sends only. */
async function exchange(): Promise<void> {
  if (stage.value !== "ready") return;
  await pushAll(outbox, (body) => settle(client.POST("/api/sync/entries", { body })));
  if (!vault.isOpen.value) return;
  const outcome = await pull(records, {
    pack: () => settle(client.POST("/api/sync/pack", { body: {} })),
    changes: (cursor) => settle(client.GET("/api/sync/changes", { params: { query: { cursor } } })),
    today: () => japanDay(now()),
  });
  pulled.value = outcome;
  records.keepOnly(new Set((await outbox.unsent()).map((row) => row.id)));
  if (outcome !== "done") return;
  status.synced();
  void refreshDevice();
  await db.keep("last_sync", now().toISOString());
}

export const exchangeNow = (): Promise<void> => schedule.soon();

/** Counts, people and the key to seal to; the number of the next entry comes from whoever counts higher. */
export async function refreshDevice(): Promise<void> {
  const found = await settle(client.GET("/api/devices/me"));
  if (!found.ok) return;
  const me = found.value;
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
  stage.value = "ready";
  await refreshDevice();
  await outbox.count();
}

async function stop(): Promise<void> {
  dropEverything();
  await db.keep("stopped", true);
  stage.value = "stopped";
}

/** Ask to be taken in again. What was not sent stays. */
export function enrolAgain(): void {
  stage.value = "enrol";
}

export async function unlock(body: Schemas["UnlockIn"]): Promise<Result<Schemas["UnlockOut"], Failure>> {
  const opened = await settle(client.POST("/api/devices/me/unlock", { body }));
  if (!opened.ok) return opened;
  autoLock.restart();
  records.openedBy(opened.value.staff.name);
  pulled.value = null;
  vault.open(opened.value.unlock_token, opened.value.staff);
  listenNow();
  void refreshDevice();
  void schedule.soon();
  return ok(opened.value);
}

/** Lock now; the server is told when it can be reached. */
export async function lock(): Promise<void> {
  const token = vault.unlockToken();
  dropEverything();
  if (token) {
    await settle(client.DELETE("/api/devices/me/unlock", { headers: { "Otonai-Unlock": token } }));
  }
  await refreshDevice();
}

function dropEverything(): void {
  vault.lock();
  records.forgetAll();
  cover.value = false;
  listening?.abort();
  listening = null;
  live = false;
}

function listenNow(): void {
  listening?.abort();
  listening = new AbortController();
  void listen(
    {
      ticket: () => settle(client.POST("/api/live/ticket")),
      credentials: async ({ url, ticket }) => {
        const key = await db.read("device_key");
        return key ? signer.headers(key, "GET", url, ticket) : {};
      },
      fetcher: fetch.bind(globalThis),
      wait: (ms, signal) =>
        new Promise((done) => {
          const timer = setTimeout(done, ms);
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            done();
          });
        }),
      onChange: () => void schedule.soon(),
      onConnected: (connected) => {
        live = connected;
      },
    },
    listening.signal,
  );
}

/** Save what was entered: sealed and stored first, shown at once, sent as soon as somebody answers. */
export async function enter(kind: EntryKind, visit: Visit, data: Record<string, unknown>): Promise<Entry> {
  const staff = vault.openedBy.value;
  if (!staff) throw new Error("nobody has opened this tablet");
  const entry = await outbox.save({
    kind,
    visit_id: visit.id,
    staff_id: staff.id,
    base_version: records.baseVersion(visit.id),
    data,
  });
  records.enter(entry);
  void schedule.soon();
  return entry;
}

/** Drugs and checkups of one person, when somebody opens them; each call is one recorded look. */
export async function openMedications(patientId: string): Promise<Failure | null> {
  const found = await settle(
    client.GET("/api/patients/{patient_id}/medications", { params: { path: { patient_id: patientId } } }),
  );
  if (!found.ok) return found.error;
  records.takeMedical(patientId, { medications: found.value });
  return null;
}

export async function openCheckups(patientId: string): Promise<Failure | null> {
  const found = await settle(
    client.GET("/api/patients/{patient_id}/checkups", { params: { path: { patient_id: patientId } } }),
  );
  if (!found.ok) return found.error;
  records.takeMedical(patientId, { checkups: found.value });
  return null;
}

/** The PDF that came in place of rows; it is not kept on this tablet. */
export function readDocument(patientId: string, kind: "medications" | "checkups") {
  const params = { params: { path: { patient_id: patientId } } };
  return kind === "medications"
    ? settle(client.GET("/api/patients/{patient_id}/medications/document", params))
    : settle(client.GET("/api/patients/{patient_id}/checkups/document", params));
}

/** Both kinds together: a closed one answers with its reason and nothing else. */
export async function openTreatments(patientId: string): Promise<Failure | null> {
  const params = { params: { path: { patient_id: patientId } } };
  const diagnosis = await settle(client.GET("/api/patients/{patient_id}/procedures", params));
  if (!diagnosis.ok) return diagnosis.error;
  const operation = await settle(client.GET("/api/patients/{patient_id}/surgeries", params));
  if (!operation.ok) return operation.error;
  records.takeMedical(patientId, { diagnosis: diagnosis.value, operation: operation.value });
  return null;
}

export type { OutboxRow };
