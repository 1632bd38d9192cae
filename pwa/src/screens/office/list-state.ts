/**
 * The consented list in memory: all pages, the filter, the selected row. Kept between visits to the screen so that
 * coming back finds the same row; forgotten at sign-out. Nothing of it is written to the device.
 */
import { computed, effect, signal } from "@preact/signals";
import { type Failure, office, type Schemas } from "../../api/client";
import { keepSelection, nextWanting, takeFresh } from "../../domain/list-order";
import { changes } from "./lights";
import { ask, session } from "./session";

export type Consented = Schemas["ConsentedPatientOut"];
export type Filter = "all" | "needs_check" | "unconfirmed" | "confirmed";
export const FILTERS: readonly Filter[] = ["all", "needs_check", "unconfirmed", "confirmed"];

export const filter = signal<Filter>("all");
export const includeImported = signal(true);
export const rows = signal<readonly Consented[] | null>(null);
export const counts = signal<Schemas["ConsentedCountsOut"] | null>(null);
export const total = signal(0);
/** How many arrivals and departures wait until the hand is off the list. */
export const waitingRows = signal(0);
export const selectedId = signal<string | null>(null);
export const failure = signal<Failure | null>(null);
export const loadedAt = signal<Date | null>(null);
/** The row just settled on the comparison screen: the list then offers the next one that needs a person. */
export const justSettled = signal<string | null>(null);
/** True while the pointer or the focus is on the list. */
export const handOnList = signal(false);

export const selected = computed(() => rows.value?.find((row) => row.id === selectedId.value) ?? null);

const PAGE = 200;
let latest = 0;

/** Read the whole list, page by page. A newer call makes an older one stop; what is shown stays until then. */
export async function loadList(hold: boolean): Promise<void> {
  latest += 1;
  const mine = latest;
  const fresh: Consented[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof loadPage>> = await loadPage(cursor);
    if (mine !== latest) return;
    if (!page.ok) {
      failure.value = page.error;
      return;
    }
    fresh.push(...page.value.items);
    cursor = page.value.next_cursor;
    counts.value = page.value.counts;
    total.value = page.value.total;
    if (rows.value === null || rows.value.length === 0) rows.value = [...fresh];
  } while (cursor);
  failure.value = null;
  loadedAt.value = new Date();
  show(fresh, hold);
}

function loadPage(cursor: string | null) {
  return ask(
    office.GET("/api/consented-patients", {
      params: {
        query: { filter: filter.value, include_imported: includeImported.value, limit: PAGE, cursor },
      },
    }),
  );
}

function show(fresh: readonly Consented[], hold: boolean): void {
  const before = rows.value ?? [];
  const index = before.findIndex((row) => row.id === selectedId.value);
  const { rows: shown, waiting } = takeFresh(before, fresh, hold);
  rows.value = shown;
  waitingRows.value = waiting;
  selectedId.value = keepSelection(shown, selectedId.value, index);
}

export function choose(next: Filter, imported = includeImported.value): void {
  filter.value = next;
  includeImported.value = imported;
  void loadList(false);
}

/** Put one row's newest words in its place. */
export function replaceRow(fresh: Consented): void {
  rows.value = rows.value?.map((row) => (row.id === fresh.id ? fresh : row)) ?? null;
}

export const needsPerson = (row: Consented): boolean => row.state === "needs_check";

export function nextNeeding(from: string | null): Consented | null {
  return nextWanting(rows.value ?? [], from, needsPerson);
}

export function moveSelection(step: 1 | -1): void {
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
    rows.value = null;
    counts.value = null;
    latest += 1;
  }
});
