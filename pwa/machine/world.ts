/**
 * The world one page lives in: a clock that moves when it is told to, a network whose every call is asked of the
 * driver, storage that can die under a write, and randomness from a seed where the product lets it be given. Nothing
 * here knows what the page does.
 */
import { type Context, createContext, runInContext } from "node:vm";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";

export type Answer =
  | { kind: "answer"; status: number; headers: Record<string, string>; body: string; cut?: number }
  | { kind: "lost" };
export type Ask = { method: string; path: string; headers: Record<string, string>; body: string };

/** What outlasts a page: the browser's storage, and the two clocks of the hardware. */
export type Hardware = {
  storage: IDBFactory;
  local: Map<string, string>;
  cookie: string;
  wall: number;
  ticks: number;
};

export const newHardware = (wall: number): Hardware => ({
  storage: new IDBFactory(),
  local: new Map(),
  cookie: "",
  wall,
  ticks: 0,
});

type Timer = { id: number; due: number; every: number | null; work: () => void };

/** Work under way in the whole process: when it is none for a while, everything has settled. */
export const activity = { running: 0, count: 0 };
const begin = () => {
  activity.running += 1;
  activity.count += 1;
};
const end = () => {
  activity.running -= 1;
  activity.count += 1;
};

const BYTES = /^(ArrayBuffer|DataView|(Big)?(Uint|Int|Float)\d+(Clamped)?Array)$/;
const NODE_ONLY =
  /^(process|global|Buffer|require|module|setImmediate|clearImmediate|navigator|sessionStorage)$/;
const PAGE_DATE = `(wall) => class extends Date {
  constructor(...told) {
    super(...(told.length === 0 ? [wall()] : told));
  }
  static now() {
    return wall();
  }
}`;

export class World {
  dead = false;
  /** The page dies at its n-th transaction from now. */
  dieAt: number | null = null;
  private abortIt = true;
  private readonly timers = new Map<number, Timer>();
  private readonly listeners = new Map<string, Array<(event: unknown) => void>>();
  private readonly open: IDBDatabase[] = [];
  private nextTimer = 1;

  constructor(
    readonly hardware: Hardware,
    private readonly ask: (call: Ask) => Promise<Answer>,
    private readonly random: () => number,
  ) {}

  /** `abort`: the write under way is undone; else it was just in time. Null: it will live. */
  killAfter(transactions: number | null, abort: boolean): void {
    this.dieAt = transactions;
    this.abortIt = abort;
  }

  /** The browser ends the page: no timer fires, no answer arrives, its connections to the storage are gone. */
  kill(): void {
    this.dead = true;
    this.timers.clear();
    for (const database of this.open.splice(0)) database.close();
  }

  fire(name: string, event: unknown = {}): void {
    for (const heard of this.listeners.get(name) ?? []) heard(event);
  }

  /** Time has passed; what is due fires once, as after a sleep. */
  due(): Timer[] {
    const now = this.hardware.ticks;
    const ready = [...this.timers.values()].filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due);
    for (const timer of ready) {
      if (timer.every === null) this.timers.delete(timer.id);
      else timer.due = now + timer.every;
    }
    return ready;
  }

  /**
   * A realm of its own for one page: Dexie changes Promise for a moment, and must not meet another page's change. Bytes
   * are of one kind everywhere, because storage, cryptography and network are the process's.
   */
  realm(): Context {
    const { hardware } = this;
    const realm = createContext(Object.create(null));
    const inside = (code: string) => runInContext(code, realm) as (...told: unknown[]) => unknown;
    const own = new Set(inside("() => Object.getOwnPropertyNames(globalThis)")() as string[]);
    const listen = (name: string, heard: (event: unknown) => void) => {
      this.listeners.set(name, [...(this.listeners.get(name) ?? []), heard]);
    };
    const set = (work: () => void, ms = 0, every: number | null = null): number => {
      const id = this.nextTimer++;
      if (!this.dead) this.timers.set(id, { id, due: hardware.ticks + ms, every, work });
      return id;
    };
    const clear = (id?: number) => {
      if (id !== undefined) this.timers.delete(id);
    };
    const { local } = hardware;
    /** Promises of the page's own kind. */
    const promising = inside("(work) => async (...told) => work(...told)");
    const named: Record<string, unknown> = {
      Date: inside(PAGE_DATE)(() => hardware.wall),
      setTimeout: (work: () => void, ms?: number) => set(work, ms),
      setInterval: (work: () => void, ms: number) => set(work, ms, ms),
      clearTimeout: clear,
      clearInterval: clear,
      fetch: promising(this.fetch),
      indexedDB: this.storage(),
      IDBKeyRange,
      crypto: this.crypto(promising),
      location: { origin: "http://localhost", protocol: "http:", href: "http://localhost/tablet" },
      addEventListener: listen,
      removeEventListener: () => undefined,
      AbortSignal: { timeout: () => new AbortController().signal },
      caches: { keys: async () => [], delete: async () => true },
      navigator: { userAgent: "machine", onLine: true },
      console: new Proxy({}, { get: () => () => undefined }),
      performance: { now: () => hardware.ticks },
      document: {
        visibilityState: "visible",
        addEventListener: listen,
        removeEventListener: () => undefined,
        get cookie() {
          return hardware.cookie;
        },
        set cookie(text: string) {
          hardware.cookie = text.includes("Max-Age=0") ? "" : (text.split(";")[0] ?? "");
        },
      },
      localStorage: {
        getItem: (name: string) => local.get(name) ?? null,
        setItem: (name: string, text: string) => local.set(name, text),
        removeItem: (name: string) => local.delete(name),
        clear: () => local.clear(),
      },
    };
    const shared = Object.getOwnPropertyNames(globalThis).filter(
      (name) => BYTES.test(name) || !(own.has(name) || name in named || NODE_ONLY.test(name)),
    );
    for (const name of shared) realm[name] = (globalThis as unknown as Record<string, unknown>)[name];
    Object.assign(realm, named, { self: inside("() => globalThis")(), window: inside("() => globalThis")() });
    return realm;
  }

  private readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request =
      input instanceof Request ? input : new Request(new URL(String(input), "http://localhost"), init);
    const url = new URL(request.url);
    if (this.dead) return new Promise(() => undefined);
    if (url.host !== "localhost") throw new TypeError("no live channel here");
    begin();
    try {
      const body = Buffer.from(await request.arrayBuffer()).toString("base64");
      const headers = Object.fromEntries(request.headers);
      const heard = await this.ask({
        method: request.method,
        path: url.pathname + url.search,
        headers,
        body,
      });
      if (this.dead) return new Promise(() => undefined);
      if (heard.kind === "lost") throw new TypeError("the connection was lost");
      const bytes = Buffer.from(heard.body, "base64");
      const empty = heard.status === 204 || heard.status === 304;
      return new Response(
        empty ? null : heard.cut === undefined ? bytes : torn(bytes.subarray(0, heard.cut)),
        {
          status: heard.status,
          headers: heard.headers,
        },
      );
    } finally {
      end();
    }
  };

  /** Real WebCrypto, counted, with random bytes from the seed. */
  private crypto(promising: (work: unknown) => unknown): unknown {
    const { subtle } = crypto;
    const counted = new Proxy(subtle, {
      get: (_, name) => {
        const method = Reflect.get(subtle, name) as (...told: unknown[]) => Promise<unknown>;
        if (typeof method !== "function") return method;
        return promising(async (...told: unknown[]) => {
          begin();
          try {
            return await method.apply(subtle, told);
          } finally {
            end();
          }
        });
      },
    });
    const fill = (bytes: Uint8Array): Uint8Array => {
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(this.random() * 256);
      return bytes;
    };
    const randomUUID = () => {
      const hex = Buffer.from(fill(new Uint8Array(16))).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    };
    return { subtle: counted, getRandomValues: fill, randomUUID };
  }

  /** The browser's storage as this page reaches it: after its death it reaches nothing. */
  private storage(): unknown {
    const { storage } = this.hardware;
    const watched = <T extends IDBOpenDBRequest>(request: T): T => {
      begin();
      let over = false;
      const done = () => {
        if (!over) end();
        over = true;
      };
      request.addEventListener("success", () => {
        done();
        if (request.result) this.watch(request.result);
      });
      request.addEventListener("upgradeneeded", () => {
        if (request.result) this.watch(request.result);
      });
      request.addEventListener("error", done);
      request.addEventListener("blocked", done);
      return request;
    };
    const alive = () => {
      if (this.dead) throw new DOMException("the page is gone", "InvalidStateError");
    };
    return {
      open: (name: string, version?: number) => {
        alive();
        return watched(storage.open(name, version));
      },
      deleteDatabase: (name: string) => {
        alive();
        return watched(storage.deleteDatabase(name));
      },
      cmp: (a: unknown, b: unknown) => storage.cmp(a, b),
      databases: () => storage.databases(),
    };
  }

  private watch(database: IDBDatabase): void {
    const known = database as IDBDatabase & { watched?: boolean };
    if (known.watched) return;
    known.watched = true;
    if (this.dead) database.close();
    else this.open.push(database);
    const original = database.transaction.bind(database);
    database.transaction = (...told: Parameters<IDBDatabase["transaction"]>) => {
      if (this.dead) throw new DOMException("the page is gone", "InvalidStateError");
      const made = original(...told);
      begin();
      made.addEventListener("complete", end);
      made.addEventListener("abort", end);
      if (this.dieAt !== null && made.mode === "readwrite") {
        this.dieAt -= 1;
        if (this.dieAt <= 0) {
          this.dieAt = null;
          setImmediate(() => {
            this.kill();
            if (this.abortIt) abort(made);
          });
        }
      }
      return made;
    };
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It was over already: the write was in time.
  }
}

/** A body that breaks off. */
function torn(bytes: Uint8Array): ReadableStream {
  return new ReadableStream({
    start(line) {
      line.enqueue(new Uint8Array(bytes));
      line.error(new TypeError("the connection was cut"));
    },
  });
}
