/** Starts the tablet once per page, and is the one door through which screens reach it: its signals and its few acts. */
import { profile } from "../../api/profile";
import { watchPage } from "../../lock/auto-lock";
import { pause } from "../../pause";
import { suite } from "../../store/box";
import { isFull, isLost } from "../../store/lasting";
import { nextPingMs, nextPollMs } from "../../sync/schedule";
import { bag } from "./carrying";
import { closeScreen } from "./closing";
import { exchangeNow } from "./exchange";
import { clock, db, keyring, outbox, vault } from "./held";
import { isLive } from "./live-channel";
import { refreshDevice } from "./membership";
import { autoLock } from "./opening";
import { sayLastWords, stop } from "./parting";
import { sweep, tick } from "./sweeping";
import { tellStatus } from "./telling";
import { evicted, farewell, knownAs, persisted, stage } from "./told";
import { serverSays, status } from "./wire";
import { leaveWitness, wasHereBefore } from "./witness";

export type { OutboxRow } from "../../store/db";
export { bag } from "./carrying";
export { enter, noteLook } from "./entering";
export { exchangeNow } from "./exchange";
export { clock, db, keyring, now, outbox, records, sealed, vault } from "./held";
export { type Asked, askToEnrol, enrolAgain, enrolled, hasApproved, refreshDevice } from "./membership";
export { lock, showAlone, unlock } from "./opening";
export { sweep } from "./sweeping";
export { tellStatus } from "./telling";
export {
  blank,
  cover,
  device,
  evicted,
  farewell,
  instant,
  knownAs,
  persisted,
  pulled,
  type Stage,
  stage,
} from "./told";
export { client, isOffline, status } from "./wire";

const SWEEP_MS = 60_000;
const STATUS_MS = 4 * 60_000;
let started = false;

serverSays.stopped = () => void stop();
serverSays.locked = closeScreen;
serverSays.enrolAgain = () => {
  closeScreen();
  keyring.drop();
  stage.value = "again";
};

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
  void suite();
  void keepAsking();
  void keepPolling();
  if (stopped) void sayLastWords();
  if (stage.value === "ready") {
    void refreshDevice()
      .then(() => tellStatus())
      .then(() => exchangeNow());
  }
}

async function askPersistence(): Promise<boolean | null> {
  const { storage } = navigator;
  if (!storage?.persist) return null;
  return (await storage.persisted()) || storage.persist();
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
    await pause(nextPollMs(isLive()));
    if (performance.now() - toldAt > STATUS_MS) {
      toldAt = performance.now();
      await refreshDevice(); // A locked tablet learns here that somebody may not open it any more.
      await tellStatus();
    }
    if (stage.value === "ready" && (vault.isOpen.value || outbox.waiting.value > 0)) await exchangeNow();
  }
}

async function reachedAgain(): Promise<void> {
  if (stage.value === "stopped" && farewell.value?.kind === "waiting") await sayLastWords();
  if (stage.value !== "ready" || !(await status.check())) return;
  await refreshDevice();
  await exchangeNow();
}
