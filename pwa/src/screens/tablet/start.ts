/** Builds the tablet once: store, lock, client, sync. Screens read its signals and call its few acts. */
import { computed, signal } from "@preact/signals";
import { asProblem, type Failure, type Schemas, settle } from "../../api/client";
import { askForCode, type Grant, type Poll, poll } from "../../api/enrolment";
import { APP_VERSION, profile } from "../../api/profile";
import { Signer } from "../../api/signed";
import { makeTabletClient, type TabletPorts, type TokenPair } from "../../api/tablet";
import { japanDay } from "../../domain/dates";
import type { Look } from "../../domain/look";
import type { Visit } from "../../domain/visit-view";
import { AutoLock, watchPage } from "../../lock/auto-lock";
import { type DeviceKey, makeDeviceKey } from "../../lock/device-key";
import { LOCAL_SPENT } from "../../lock/pin";
import { standingOf } from "../../lock/standing";
import type { OpenedBy } from "../../lock/vault";
import { failed, ok, type Result } from "../../result";
import type { EntryKind, OutboxRow } from "../../store/db";
import { isFull, isLost, lasting, lastingWithRoom } from "../../store/lasting";
import type { Entry } from "../../store/outbox";
import { Bag, type Fetched } from "../../sync/bag";
import { type Farewell, sayFarewell } from "../../sync/last-words";
import { listen } from "../../sync/live";
import { type PullOutcome, pull } from "../../sync/pull";
import { pushAll } from "../../sync/push";
import { nextPingMs, nextPollMs, Schedule } from "../../sync/schedule";
import { pingServer, Status } from "../../sync/status";
import { forgetDrafts, recallDrafts } from "./draft";
import { clock, db, drafts, keyring, newId, now, outbox, records, sealed, vault } from "./held";
import { forgetWitness, leaveWitness, wasHereBefore } from "./witness";

/** `again`: enrolled before tablets had keys of their own, or with another key than the server knows. */
export type Stage = "starting" | "enrol" | "again" | "stopped" | "ready";

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

/** What became of this tablet after it was stopped; null while it says so. */
export const farewell = signal<Farewell | null>(null);
/** The browser has thrown away what this tablet had stored (F34). */
export const evicted = signal(false);
/** Whether the browser has promised to keep what is stored; null where it does not say. */
export const persisted = signal<boolean | null>(null);

export { clock, db, keyring, now, outbox, records, sealed, vault };
export const status = new Status(() => pingServer(fetch.bind(globalThis)), now);
export const isOffline = computed(() => status.reach.value === "offline");

const fetcher: typeof fetch = async (input, init) => {
  try {
    const answer = await fetch(input, init);
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
  onStopped: () => void stop(),
  onEnrolAgain: () => {
    closeScreen();
    keyring.drop();
    stage.value = "again";
  },
  onLocked: () => closeScreen(),
};
const signer = new Signer(ports);
export const client = makeTabletClient(ports, signer);

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

const schedule = new Schedule(exchange);
const autoLock = new AutoLock({
  now: () => performance.now(),
  wall: () => Date.now(),
  isOpen: () => vault.isOpen.value,
  lock: () => void lock(),
  blank: (hidden) => {
    blank.value = hidden;
    void (hidden ? drafts.flush() : sweep());
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
  addEventListener("unhandledrejection", (event) => {
    // Work in the background whose storage went away: the board says so, and the next round tries again (F33, F34).
    if (!isLost(event.reason) && !isFull(event.reason)) return;
    event.preventDefault();
    bag.state.value = { kind: isFull(event.reason) ? "full" : "storage" };
  });
  setInterval(tick, 10_000);
  setInterval(() => void sweep(), SWEEP_MS);
  await clock.start();
  await sweep();
  await outbox.count();
  const [pair, key, enrolment, stopped] = [
    await db.read("pair"),
    await db.read("device_key"),
    await db.read("enrolment"),
    await db.read("stopped"),
  ];
  const lastSync = await db.read("last_sync");
  if (lastSync) status.syncedAt.value = new Date(lastSync);
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
  evicted.value = !pair && !stopped && wasHereBefore();
  if (pair && !stopped) leaveWitness();
  void askPersistence().then((kept) => {
    persisted.value = kept;
  });
  void keepAsking();
  void keepPolling();
  if (stopped) void sayLastWords();
  if (stage.value === "ready") {
    void refreshDevice()
      .then(() => tellStatus())
      .then(() => schedule.soon());
  }
}

const SWEEP_MS = 60_000;
const LONGEST_FLUSH_MS = 1_500;
const STATUS_MS = 4 * 60_000;

/** Screens follow the certain time, not the wall clock alone. */
function tick(): void {
  instant.value = new Date(Math.max(clock.time(), 0));
  records.dropExpired(instant.value);
  if (!clock.certain()) records.dropMedical();
  const day = records.day.value;
  if (records.ended.value || (day && clock.isOver(day.not_after))) records.endDay();
}

/** On start, on resume and each minute: what has reached its deadline is deleted, in memory and in the store. */
export async function sweep(): Promise<void> {
  await clock.look();
  tick();
  await keyring.expire();
  await sealed.sweep((end) => clock.isOver(end));
}

async function askPersistence(): Promise<boolean | null> {
  const { storage } = navigator;
  if (!storage?.persist) return null;
  return (await storage.persisted()) || storage.persist();
}

/** What the office sees of this tablet; also the signed question whether the server is there. */
export async function tellStatus(): Promise<void> {
  if (stage.value !== "ready") return;
  const kept = (await lasting(db, () => db.keys.toArray())).map((row) => row.kind);
  const told = await settle(
    client.POST("/api/devices/me/status", {
      body: {
        version: APP_VERSION,
        storage_persisted: persisted.value,
        key_mode: kept.includes("share") ? "passkey" : kept.includes("day") ? "strict" : "none",
        unsent: outbox.waiting.value,
        client_time: now().toISOString(),
        packed: (await lasting(db, () => db.read("packed"))) ?? null,
      },
    }),
  );
  if (told.ok) clock.heard(Date.parse(told.value.server_time));
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
  let toldAt = performance.now();
  for (;;) {
    await pause(nextPollMs(live));
    if (performance.now() - toldAt > STATUS_MS) {
      toldAt = performance.now();
      await refreshDevice(); // A locked tablet learns here that somebody may not open it any more.
      await tellStatus();
    }
    if (stage.value === "ready" && (vault.isOpen.value || outbox.waiting.value > 0)) await schedule.soon();
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function reachedAgain(): Promise<void> {
  if (stage.value === "stopped" && farewell.value?.kind === "waiting") await sayLastWords();
  if (stage.value !== "ready" || !(await status.check())) return;
  await refreshDevice();
  await schedule.soon();
}

/** Send everything, then fetch everything; what is locked sends only. */
async function exchange(): Promise<void> {
  if (stage.value !== "ready") return;
  await pushAll(outbox, (body) => settle(client.POST("/api/sync/entries", { body })));
  const staff = vault.openedBy.value;
  if (!staff) return;
  records.markSent(await waitingIds());
  if (!vault.unlockToken()) return;
  const turn = vault.turn();
  /** An answer that comes after a lock is as good as none: it is for nobody who is here now. */
  const inTurn = <T>(found: Result<T, Failure>): Result<T, Failure> =>
    turn === vault.turn() ? found : failed({ kind: "offline" });
  const today = japanDay(new Date(clock.time()));
  await bag.settled();
  if (!bag.isOfDay(today, staff.id)) await bag.openWithServer(staff, null);
  const fetched: Fetched = { pack: null, changes: [] };
  const outcome = await pull(records, {
    pack: async () => {
      const found = inTurn(await settle(client.POST("/api/sync/pack", { body: {} })));
      if (found.ok) fetched.pack = found.value;
      return found;
    },
    changes: async (cursor) => {
      const found = inTurn(await settle(client.GET("/api/sync/changes", { params: { query: { cursor } } })));
      if (found.ok && saysSomething(found.value)) fetched.changes = [...fetched.changes, found.value];
      return found;
    },
    today: () => today,
  });
  if (turn !== vault.turn()) return;
  pulled.value = outcome;
  const waiting = await waitingIds();
  records.keepOnly(waiting);
  if (outcome !== "done") return;
  status.synced();
  await lasting(db, () => db.keep("last_sync", now().toISOString()));
  if (turn !== vault.turn()) return;
  void bag.keep(fetched).then(() => sealed.keepEntriesOf(waiting));
}

const waitingIds = async (): Promise<Set<string>> => new Set((await outbox.unsent()).map((row) => row.id));

const saysSomething = (changes: Schemas["ChangesOut"]): boolean =>
  changes.visits.length + changes.patients.length + changes.forget.length > 0;

export const exchangeNow = (): Promise<void> => schedule.soon();

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

async function stop(): Promise<void> {
  if (stage.value === "stopped") return;
  closeScreen();
  stage.value = "stopped";
  await lasting(db, () => db.keep("stopped", true));
  await sayLastWords();
}

let parting: Promise<void> | null = null;

async function answerOf(call: Promise<Response>): Promise<Result<Schemas["LastWordsOut"], Failure>> {
  try {
    const answer = await call;
    const body: unknown = await answer.json();
    return answer.ok ? ok(body as Schemas["LastWordsOut"]) : failed(asProblem(body));
  } catch {
    return failed({ kind: "offline" });
  }
}

/** Sealed day and keys leave at once; the rest when the server holds what nobody had received. */
function sayLastWords(): Promise<void> {
  parting ??= sayFarewell(db, outbox, {
    send: async (body) => {
      const [pair, key] = [await db.read("pair"), await db.read("device_key")];
      if (!pair || !key) return failed({ kind: "problem", status: 401, code: "token_invalid", title: "" });
      const call = new Request(`${location.origin}/api/devices/me/last-words`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      return answerOf(signer.call(key, call, pair.access_token));
    },
    dropKeys: async () => {
      forgetDrafts();
      sealed.forgetIndex();
      await keyring.wipe();
    },
    dropRest,
  })
    .then((said) => {
      farewell.value = said;
    })
    .finally(() => {
      parting = null;
    });
  return parting;
}

/** The browser is asked to forget by the server's answer, too; this is the second way. */
async function dropRest(): Promise<void> {
  await db.delete();
  forgetWitness();
  localStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  outbox.waiting.value = 0;
}

/** Ask to be taken in again. What was not sent stays. */
export function enrolAgain(): void {
  stage.value = "enrol";
}

/** By the server; without it, by what this living page still holds. */
export async function unlock(body: Schemas["UnlockIn"]): Promise<Result<OpenedBy, Failure>> {
  const held = body.staff_id && body.pin && keyring.knowsPinOf(body.staff_id) ? body : null;
  if (held && isOffline.value) return reopen(held);
  const signal = held ? AbortSignal.timeout(LONGEST_ASKING_MS) : null;
  const opened = await settle(client.POST("/api/devices/me/unlock", { body, signal }));
  if (!opened.ok) return held && opened.error.kind === "offline" ? reopen(held) : opened;
  const { staff, unlock_token } = opened.value;
  if (!keyring.isHeldBy(staff.id)) leaveToOther();
  autoLock.restart();
  records.openedBy(staff.name);
  pulled.value = null;
  vault.open(unlock_token, staff);
  listenNow();
  void refreshDevice();
  void openBag(staff, body.pin ?? body.new_pin ?? null);
  return ok(staff);
}

/** With a page at hand that can answer by itself, nobody waits longer than this for the server. */
const LONGEST_ASKING_MS = 6_000;

async function openBag(staff: OpenedBy, pin: string | null): Promise<void> {
  await bag.openWithServer(staff, pin);
  await recallDrafts();
  await schedule.soon();
}

/** The living page, without the server: the PIN opens the screen again, and five wrong tries end it. */
async function reopen(body: Schemas["UnlockIn"]): Promise<Result<OpenedBy, Failure>> {
  const verdict = await keyring.reopen(body.staff_id ?? "", body.pin ?? "");
  if (verdict.kind === "right") {
    const staff = await showAlone();
    if (staff) return ok(staff);
  }
  if (verdict.kind === "wrong") {
    const { remaining } = verdict;
    return failed({ kind: "problem", status: 401, code: "pin_wrong", title: "", remaining });
  }
  if (verdict.kind === "spent") {
    leaveToOther();
    return failed({ kind: "problem", status: 401, code: LOCAL_SPENT, title: "" });
  }
  return failed({ kind: "offline" });
}

/** The keyring is open: show the sealed day. Null when no whole day lies here. */
export async function showAlone(): Promise<OpenedBy | null> {
  const staff = await bag.openAlone();
  if (!staff) {
    keyring.drop();
    return null;
  }
  const opened: OpenedBy = { id: staff.id, name: staff.name, role: staff.role as OpenedBy["role"] };
  await recallDrafts();
  records.markSent(await waitingIds());
  autoLock.restart();
  vault.openAlone(opened);
  return opened;
}

/** Lock now; the server is told when it can be reached. Keys stay in this page's memory and answer to nobody. */
export async function lock(): Promise<void> {
  const token = vault.unlockToken();
  blank.value = true; // What was on the screen goes at once, also when the storage takes its time.
  await Promise.race([drafts.flush(), pause(LONGEST_FLUSH_MS)]);
  closeScreen();
  blank.value = false;
  if (token) {
    await settle(client.DELETE("/api/devices/me/unlock", { headers: { "Otonai-Unlock": token } }));
  }
  await refreshDevice();
}

/** Nobody's data stays on the screen or readable in memory. */
function closeScreen(): void {
  vault.lock();
  keyring.lock();
  bag.close();
  records.forgetAll();
  cover.value = false;
  listening?.abort();
  listening = null;
  live = false;
}

/** Somebody else takes the tablet, or nobody may any more. */
function leaveToOther(): void {
  keyring.drop();
  forgetDrafts();
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
  const id = newId();
  const what = {
    kind,
    visit_id: visit.id,
    staff_id: staff.id,
    base_version: records.baseVersion(visit.id),
    data,
  };
  const entry = await lastingWithRoom(db, () => outbox.save(what, id));
  records.enter(entry);
  // The entry is safe already; without its readable copy only a page opened later shows less until it is sent.
  await sealed.keepEntry(entry).catch(() => false);
  void schedule.soon();
  return entry;
}

/**
 * A look at what this tablet carries, noted for the clinic's evidence before anything is shown. False when it cannot
 * be noted: nobody has opened the tablet, the visit has left the day, or the storage takes nothing more.
 */
export async function noteLook(patientId: string, looks: Look[]): Promise<boolean> {
  const visit = records.visits.value.find((each) => each.patient_id === patientId);
  const staff = vault.openedBy.value;
  if (!visit || !staff) return false;
  try {
    for (const data of looks) {
      const id = newId();
      const what = {
        kind: "medical_opened",
        visit_id: visit.id,
        staff_id: staff.id,
        base_version: 0,
        data,
      } as const;
      await lastingWithRoom(db, () => outbox.save(what, id));
    }
  } catch (error) {
    if (isLost(error) || isFull(error)) return false;
    throw error;
  }
  void schedule.soon();
  return true;
}

export type { OutboxRow };
