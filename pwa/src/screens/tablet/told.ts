/** What the tablet knows of itself, for screens to read. Written by the modules beside it, and by nobody else. */
import { signal } from "@preact/signals";
import type { Schemas } from "../../api/client";
import type { Farewell } from "../../sync/last-words";
import type { PullOutcome } from "../../sync/pull";
import { now } from "./held";

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
