/**
 * Runs tablets for the convergence machine: orders come as JSON lines, each is carried out until nothing moves any
 * more, and what the tablets ask of the network goes back as lines too. Decides nothing: which answer comes, which is
 * lost and when somebody dies is the driver's choice.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Script } from "node:vm";
import type { Visit } from "../src/domain/visit-view";
import type { DeviceKey } from "../src/lock/device-key";
import type { Entry } from "../src/store/outbox";
import type * as Page from "./page";
import { type Answer, type Ask, activity, type Hardware, newHardware, World } from "./world";

type Loaded = typeof Page;
type Told = Record<string, unknown>;
type Tablet = {
  hardware: Hardware;
  random: () => number;
  world: World | null;
  page: Loaded | null;
  asked: { grant: never; key: DeviceKey } | null;
};

const [pageFile] = process.argv.slice(2);
if (!pageFile) throw new Error("which page?");
const source = new Script(`${readFileSync(pageFile, "utf8")}\n;loaded;`, { filename: "page.js" });
const tablets = new Map<string, Tablet>();
const waiting = new Map<number, (answer: Answer) => void>();
const onAnswer: Array<() => void> = [];
let asks = 0;
/** More questions than this for one order, and a tablet runs in circles. */
const MOST_ASKS = 400;
let askedNow = 0;
/** The same for steps of work, and for real time in which work is under way and none begins or ends. */
const MOST_MOVES = 50_000;
const HANGS_MS = 20_000;
let restless = false;
/** What went wrong inside a page without reaching the order that began it. */
let troubles: string[] = [];

const write = (line: Told): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Seeded numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function send(name: string, call: Ask): Promise<Answer> {
  askedNow += 1;
  if (askedNow > MOST_ASKS) return Promise.resolve({ kind: "lost" });
  return new Promise((answered) => {
    const number = asks++;
    waiting.set(number, answered);
    write({ ask: number, tablet: name, ...call });
  });
}

/** Nothing runs, and for several turns nothing began. Gives up on a page that never comes to rest. */
async function quiet(): Promise<void> {
  let [seen, still, moves, since] = [-1, 0, 0, performance.now()];
  while (still < 8) {
    if (waiting.size > 0) await new Promise<void>((heard) => onAnswer.push(heard));
    else await new Promise((turned) => setImmediate(turned));
    if (activity.count !== seen) {
      [still, moves, since] = [0, moves + 1, performance.now()];
    } else still = activity.running > 0 ? 0 : still + 1;
    seen = activity.count;
    if (moves > MOST_MOVES || performance.now() - since > HANGS_MS) {
      restless = true;
      return;
    }
  }
}

function load(name: string): void {
  const tablet = of(name);
  tablet.world?.kill();
  const world = new World(tablet.hardware, (call) => send(name, call), tablet.random);
  tablet.world = world;
  tablet.page = source.runInContext(world.realm()) as Loaded;
}

function of(name: string): Tablet {
  const tablet = tablets.get(name);
  if (!tablet) throw new Error(`no tablet ${name}`);
  return tablet;
}

/** What a person was told is saved. */
function saved(entry: Entry | undefined): unknown {
  if (!entry) return null;
  const { id, sequence, staff_id, visit_id } = entry;
  return { id, sequence, staff_id, visit_id };
}

/** Null when nobody is there to do it. */
function pageOf(name: string): Loaded | null {
  const { world, page } = of(name);
  return world && !world.dead ? page : null;
}

const orders: Record<string, (name: string, told: Told) => Promise<unknown> | unknown> = {
  add: (name, told) => {
    const random = seeded(Number(told.seed));
    tablets.set(name, {
      hardware: newHardware(Number(told.wall)),
      random,
      world: null,
      page: null,
      asked: null,
    });
  },
  forget: () => {
    for (const { world } of tablets.values()) world?.kill();
    tablets.clear();
  },
  start: (name) => {
    load(name);
    return pageOf(name)?.tablet.start();
  },
  kill: (name) => of(name).world?.kill(),
  kill_after: (name, told) =>
    of(name).world?.killAfter(told.transactions as number | null, told.abort === true),
  evict: (name) => {
    const tablet = of(name);
    tablet.world?.kill();
    Object.assign(tablet.hardware, { storage: newHardware(0).storage, local: new Map(), cookie: "" });
  },
  ask_in: async (name, told) => {
    const asked = await pageOf(name)?.tablet.askToEnrol(String(told.called));
    if (asked?.kind !== "code") return null;
    of(name).asked = { grant: asked.grant as never, key: asked.key };
    return asked.grant.user_code;
  },
  come_in: async (name) => {
    const { asked } = of(name);
    const page = pageOf(name);
    if (!asked || !page) return "nobody";
    const poll = await page.tablet.hasApproved(asked.grant, asked.key);
    if (poll.kind === "approved") await page.tablet.enrolled(poll.pair, asked.key);
    return poll.kind;
  },
  unlock: async (name, told) => {
    const found = await pageOf(name)?.tablet.unlock(told.body as never);
    if (!found) return "nobody";
    return found.ok ? "open" : found.error.kind === "offline" ? "offline" : found.error.code;
  },
  lock: (name) => pageOf(name)?.tablet.lock(),
  enter: async (name, told) => {
    const page = pageOf(name);
    if (!page?.tablet.vault.isOpen.value) return null;
    const visit = page.tablet.records.visit(String(told.visit));
    if (!visit) return null;
    return saved(await page.tablet.enter(told.kind as never, visit as Visit, told.data as Told));
  },
  add_visit: async (name, told) => {
    const page = pageOf(name);
    const patient = page?.tablet.records.patients.value.get(String(told.patient));
    if (!page?.tablet.vault.isOpen.value || !patient) return null;
    return saved(await page.round.addVisit(patient));
  },
  take_off: async (name, told) => {
    const page = pageOf(name);
    const visit = page?.tablet.records.visit(String(told.visit));
    if (!page?.tablet.vault.isOpen.value || !visit) return null;
    return saved(await page.round.takeOff(visit));
  },
  set_route: async (name, told) => {
    const page = pageOf(name);
    if (!page?.tablet.vault.isOpen.value) return null;
    return saved(await page.round.setRoute(told.order as string[]));
  },
  exchange: (name) => pageOf(name)?.tablet.exchangeNow(),
  pass: (_, told) => pass(Number(told.ms)),
  turn: (name, told) => {
    of(name).hardware.wall += Number(told.ms);
  },
  look: (name) => look(name),
  dump: async (name) => JSON.stringify([await dump(of(name).hardware), ...of(name).hardware.local], asText),
  fresh: async (name) => {
    const page = pageOf(name);
    if (!page?.tablet.vault.unlockToken()) return null;
    const found = await page.settle(page.tablet.client.POST("/api/sync/pack", { body: {} }));
    return found.ok ? { visits: found.value.visits, patients: found.value.patients } : null;
  },
};

/** Time passes: between two timers everything may be at rest, and it is not over yet. */
let passing = false;

/** Time for everybody, no more than ten seconds at a stretch but for a sleep. */
async function pass(ms: number): Promise<void> {
  passing = true;
  const step = ms > 120_000 ? ms : 10_000;
  for (let left = ms; left > 0; left -= step) {
    const by = Math.min(step, left);
    for (const { hardware } of tablets.values()) {
      hardware.wall += by;
      hardware.ticks += by;
    }
    for (const { world } of tablets.values()) {
      for (const timer of world?.dead ? [] : (world?.due() ?? [])) {
        if (!world?.dead) timer.work();
        await quiet();
      }
    }
  }
  passing = false;
}

/** What a person with this tablet in hand sees, and what waits. */
async function look(name: string): Promise<unknown> {
  const page = pageOf(name);
  if (!page) return { alive: false };
  const { tablet } = page;
  const wiped = tablet.farewell.value?.kind === "received";
  const rows = wiped ? [] : await tablet.outbox.all();
  const readable: string[] = [];
  for (const [id] of tablet.records.patients.value) {
    const found = await tablet.sealed.readMedical(id);
    if ("document" in found) readable.push(id);
  }
  const seen = tablet.records.visits.value;
  return {
    alive: true,
    stage: tablet.stage.value,
    open: tablet.vault.openedBy.value?.id ?? null,
    alone: tablet.vault.isAlone.value,
    day: tablet.records.day.value?.day ?? null,
    pulled: tablet.pulled.value,
    waiting: tablet.outbox.waiting.value,
    attention: tablet.outbox.attention.value,
    outbox: rows.map(({ id, sequence, state, code }) => ({ id, sequence, state, code })),
    farewell: tablet.farewell.value,
    bag: tablet.bag.state.value.kind,
    seen: seen.map((visit) => ({
      id: visit.id,
      state: visit.state,
      unsent: tablet.records.isUnsent(visit.id),
    })),
    held: tablet.records.packed(),
    readable,
  };
}

/** Bytes as a search for words sees them. */
const asText = (_: string, value: unknown): unknown =>
  Object.prototype.toString.call(value) === "[object ArrayBuffer]"
    ? new TextDecoder().decode(value as ArrayBuffer)
    : value;

/** Everything in the browser's storage, as a thief would read it. */
async function dump({ storage }: Hardware): Promise<unknown> {
  const found: Told = {};
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((ok, failed) => {
      request.onsuccess = () => ok(request.result);
      request.onerror = () => failed(request.error);
    });
  for (const { name } of await storage.databases()) {
    const database = await done(storage.open(name ?? ""));
    for (const store of database.objectStoreNames) {
      found[`${name}/${store}`] = await done(database.transaction(store).objectStore(store).getAll());
    }
    database.close();
  }
  return found;
}

async function carryOut(order: Told): Promise<void> {
  askedNow = 0;
  restless = false;
  troubles = [];
  let result: unknown = null;
  let [over, failure] = [false, null as string | null];
  const act = orders[String(order.act)];
  if (!act) throw new Error(`no order ${order.act}`);
  void (async () => act(String(order.tablet ?? ""), order))()
    .then((found) => {
      result = found;
    })
    .catch((error: unknown) => {
      if (!pageOf(String(order.tablet ?? ""))) return; // It died of this order, or in it.
      failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    })
    .finally(() => {
      over = true;
    });
  do await quiet();
  while (passing);
  write({
    done: order.act,
    result: over ? (result ?? null) : null,
    over,
    failure,
    troubles,
    circles: askedNow > MOST_ASKS || restless,
  });
}

process.on("unhandledRejection", (reason) => {
  const error = reason as { name?: string; message?: string };
  const alive = [...tablets.values()].filter(({ world }) => world && !world.dead);
  for (const { world } of alive)
    world?.fire("unhandledrejection", { reason, preventDefault: () => undefined });
  troubles.push(`${error?.name}: ${error?.message}`);
});

const driver = createInterface({ input: process.stdin });
driver.on("close", () => process.exit(0));
driver.on("line", (line) => {
  const told = JSON.parse(line) as Told;
  if ("answer" in told) {
    const number = Number(told.answer);
    waiting.get(number)?.(told as unknown as Answer);
    waiting.delete(number);
    for (const heard of onAnswer.splice(0)) heard();
  } else void carryOut(told);
});
