/**
 * The consented list in memory: every row, the filter, what was typed, the selected row. Kept between visits to the
 * screen so that coming back finds the same row; forgotten at sign-out. Nothing of it is written to the device.
 */
import { computed, effect, signal } from "@preact/signals";
import { type Failure, office, type Schemas } from "../../api/client";
import { found, isWanted, type ListFilter, prepare } from "../../domain/list-filter";
import { keepSelection, nextWanting, takeFresh, withChanges } from "../../domain/list-order";
import { changes } from "./lights";
import { ask, session } from "./session";

export type Consented = Schemas["ConsentedPatientOut"];
export const FILTERS: readonly ListFilter[] = ["all", "needs_check", "unconfirmed", "confirmed"];

export const filter = signal<ListFilter>("all");
export const includeImported = signal(true);
/** What somebody typed of a person. In memory only, as the rows are. */
export const typed = signal("");
export const counts = signal<Schemas["ConsentedCountsOut"] | null>(null);
/** How many arrivals and departures wait until the hand is off the list. */
export const waitingRows = signal(0);
export const selectedId = signal<string | null>(null);
export const failure = signal<Failure | null>(null);
export const loadedAt = signal<Date | null>(null);
/** The row just settled on the comparison screen: the list then offers the next one that needs a person. */
export const justSettled = signal<string | null>(null);
/** True while the pointer or the focus is on the list. */
export const handOnList = signal(false);

/** Every row there is, in the order of the list. */
const everybody = signal<readonly Consented[] | null>(null);
/** How many there are while they still come. */
const coming = signal(0);
const ofFilter = computed(
  () =>
    everybody.value?.filter((row) =>
      isWanted(row, { filter: filter.value, imported: includeImported.value }),
    ) ?? null,
);
/** What is shown. */
export const rows = computed(() => ofFilter.value && found(ofFilter.value, typed.value));
/** How many the filter leaves, whatever was typed. */
export const total = computed(() => Math.max(ofFilter.value?.length ?? 0, coming.value));
/** The act that `Z` takes back as long as nothing else was chosen. */
export const lastSettled = computed(
  () => everybody.value?.find((row) => row.id === justSettled.value && row.can_undo) ?? null,
);
export const selected = computed(() => rows.value?.find((row) => row.id === selectedId.value) ?? null);

const PAGE = 500;
/** The newest that is known; shown when the hand is off the list. */
let newest: readonly Consented[] | null = null;
/** From where the server tells what has changed. */
let seen: string | null = null;
let latest = 0;

/** Bring the list up to date: all of it at first, then what changed. A newer call makes an older one stop. */
export async function loadList(hold: boolean): Promise<void> {
  latest += 1;
  const mine = latest;
  const told = newest && seen ? await changesSince(newest, seen) : await wholeList(mine);
  if (mine !== latest || !told) return;
  failure.value = told.ok ? null : told.error;
  if (!told.ok) return;
  newest = told.value;
  loadedAt.value = new Date();
  show(newest, hold);
}

type Told = { ok: true; value: readonly Consented[] } | { ok: false; error: Failure };

/** Page by page; the first people are shown at once. Nothing when a newer call has taken over. */
async function wholeList(mine: number): Promise<Told | null> {
  const fresh: Consented[] = [];
  let from: string | null = null;
  for (let cursor: string | null = null; ; ) {
    const query: { limit: number; cursor: string | null } = { limit: PAGE, cursor };
    const page = await ask(office.GET("/api/consented-patients", { params: { query } }));
    if (mine !== latest) return null;
    if (!page.ok) return page;
    prepare(page.value.items);
    fresh.push(...page.value.items);
    from ??= page.value.seen;
    counts.value = page.value.counts;
    cursor = page.value.next_cursor;
    if (cursor === null) break;
    coming.value = page.value.total;
    if (newest === null) show([...fresh], false);
  }
  coming.value = 0;
  seen = from;
  return { ok: true, value: fresh };
}

async function changesSince(known: readonly Consented[], since: string): Promise<Told | null> {
  const mine = latest;
  const told = await ask(office.GET("/api/consented-patients/changes", { params: { query: { since } } }));
  if (mine !== latest) return null;
  if (!told.ok) return told;
  if (told.value.whole) return wholeList(mine);
  counts.value = told.value.counts;
  seen = told.value.seen;
  const { items, gone } = told.value;
  prepare(items);
  return { ok: true, value: items.length + gone.length > 0 ? withChanges(known, items, gone) : known };
}

function show(fresh: readonly Consented[], hold: boolean): void {
  if (fresh === everybody.value) return;
  keepingPlace(() => {
    const next = takeFresh(everybody.value ?? [], fresh, hold);
    everybody.value = next.rows;
    waitingRows.value = next.waiting;
  });
}

/** The selected row stays selected; when it is not shown any more, the one in its place is. */
function keepingPlace(change: () => void): void {
  const index = (rows.value ?? []).findIndex((row) => row.id === selectedId.value);
  change();
  selectedId.value = keepSelection(rows.value ?? [], selectedId.value, index);
}

export function choose(next: ListFilter, imported = includeImported.value): void {
  keepingPlace(() => {
    filter.value = next;
    includeImported.value = imported;
    if (newest) {
      everybody.value = newest;
      waitingRows.value = 0;
    }
  });
}

export function type(text: string): void {
  keepingPlace(() => {
    typed.value = text;
  });
}

/** No filter, nothing typed, those taken over as well. */
export function showEverybody(): void {
  type("");
  choose("all", true);
}

/** Put one row's newest words in its place. */
export function replaceRow(fresh: Consented): void {
  const put = (all: readonly Consented[] | null) =>
    all?.map((row) => (row.id === fresh.id ? fresh : row)) ?? null;
  everybody.value = put(everybody.value);
  newest = put(newest);
}

export const needsPerson = (row: Consented): boolean => row.state === "needs_check";

export function nextNeeding(from: string | null): Consented | null {
  return nextWanting(rows.value ?? [], from, needsPerson);
}

export function moveSelection(step: number): void {
  justSettled.value = null;
  const all = rows.value ?? [];
  const index = all.findIndex((row) => row.id === selectedId.value);
  const next = all[Math.min(Math.max(index + step, 0), all.length - 1)];
  if (next) selectedId.value = next.id;
}

/** Ask again whenever something of the clinic changed, while the list is on the screen. */
export function followChanges(): () => void {
  let first = true;
  return effect(() => {
    changes.value;
    const hold = !first && handOnList.peek();
    first = false;
    if (session.peek()) void loadList(hold);
  });
}

effect(() => {
  if (session.value === null) {
    everybody.value = counts.value = newest = seen = null;
    typed.value = "";
    coming.value = 0;
    latest += 1;
  }
});
