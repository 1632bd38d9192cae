/**
 * What `run.py bench first_sync` presses: the tablet's own modules, wired as the app wires them, without its screens;
 * and the floor, which does only what cannot be left out. Answers come from a server of recordings. Asserts nothing.
 */
import type { Schemas } from "../src/api/client";
import { makeDeviceKey } from "../src/lock/device-key";
import { bag } from "../src/screens/tablet/carrying";
import { exchangeNow } from "../src/screens/tablet/exchange";
import { clock, db, keyring, records, vault } from "../src/screens/tablet/held";
import { showAlone } from "../src/screens/tablet/opening";
import { stage } from "../src/screens/tablet/told";
import { toBase64Url } from "../src/store/box";

const STAFF = { id: "bench-staff", name: "仮名　健", role: "admin" } as const;
const FLOOR_PAGES = 20;
const CREDENTIAL = toBase64Url(new TextEncoder().encode("bench passkey"));
/** What a passkey's PRF would answer; the finger itself is not measured. */
const answered = () => new Uint8Array(32).fill(7);

/** Milliseconds. */
type Took = { took: number; rows: number };

const bench = {
  /** An enrolled tablet that its person has just opened; nothing of the day is here yet. */
  async enrol(): Promise<void> {
    await clock.start();
    await db.keep("device_key", await makeDeviceKey());
    await db.keep("pair", { access_token: "bench", refresh_token: "bench" });
    await db.keep("enrolment", {
      device_id: "bench-device",
      device_name: "計測",
      clinic_id: "bench-clinic",
      clinic_name: "みなも在宅クリニック",
      practice: true,
      key_id: "",
      public_key: "",
    });
    stage.value = "ready";
    vault.open("bench", STAFF);
  },

  /** From the first question until every page has been read back. */
  async firstSync(): Promise<Took> {
    const began = performance.now();
    const packed = settled();
    await exchangeNow();
    await packed;
    return { took: performance.now() - began, rows: records.visits.value.length };
  },

  /** One round that brings what changed: until the rows are in their places, and until they are sealed and read back. */
  async changes(): Promise<Took & { kept: number }> {
    const before = records.day.value?.cursor;
    const began = performance.now();
    const shown = new Promise<number>((done) => {
      const end = records.day.subscribe((day) => {
        if (day?.cursor === before) return;
        queueMicrotask(() => {
          records.visits.value.length; // The list in its order, as a screen asks for it.
          done(performance.now() - began);
          end();
        });
      });
    });
    const packed = settled();
    await exchangeNow();
    const took = await shown;
    await packed;
    return { took, rows: records.visits.value.length, kept: performance.now() - began };
  },

  async makePasskey(): Promise<void> {
    const salt = toBase64Url(new Uint8Array(32));
    await keyring.enrolPasskey({ credential: CREDENTIAL, salt, output: answered(), at: "" });
  },

  /** A page started anew, no server: from the passkey's answer until the list and its people stand in memory. */
  async unlock(): Promise<Took> {
    await clock.start();
    const began = performance.now();
    const found = await keyring.openByPasskey(CREDENTIAL, answered());
    if (found.state !== "open" || !(await showAlone())) throw new Error(found.state);
    const named = records.visits.value.filter((visit) => records.patients.value.get(visit.patient_id)?.name);
    return { took: performance.now() - began, rows: named.length };
  },

  /** One fetch, one parse, pages sealed under one key, one write. */
  async floor(): Promise<Took> {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const store = await bareStore();
    const began = performance.now();
    const answer = await fetch("/api/sync/pack", { method: "POST" });
    const pack = JSON.parse(await answer.text()) as Schemas["PackOut"];
    const size = Math.ceil(pack.visits.length / FLOOR_PAGES);
    const pages = await Promise.all(
      Array.from({ length: FLOOR_PAGES }, async (_, number) => {
        const of = <T>(rows: T[]) => rows.slice(number * size, (number + 1) * size);
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const plain = new TextEncoder().encode(JSON.stringify([of(pack.visits), of(pack.patients)]));
        return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
      }),
    );
    await new Promise((done, failed) => {
      const written = store.transaction("pages", "readwrite");
      pages.forEach((page, number) => {
        written.objectStore("pages").put(page, number);
      });
      written.oncomplete = done;
      written.onerror = failed;
    });
    return { took: performance.now() - began, rows: pack.visits.length };
  },
};

/** When everything that was begun has been sealed and read back. */
function settled(): Promise<void> {
  return new Promise((done) => {
    let first = true;
    const end = bag.people.subscribe(() => {
      if (first) {
        first = false;
        return;
      }
      queueMicrotask(() => {
        if (bag.state.value.kind !== "ready") return;
        end();
        done();
      });
    });
  });
}

function bareStore(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("bench-floor");
    asked.onupgradeneeded = () => asked.result.createObjectStore("pages");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = failed;
  });
}

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
