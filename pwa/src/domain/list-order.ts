/**
 * What a list shows when fresh rows arrive while somebody works in it: rows change their words in place, but nothing
 * moves under the pointer. People who came or left wait until the hand is off the list.
 */

export type Row = { id: string };
export type Shown<R extends Row> = { rows: readonly R[]; waiting: number };

export function takeFresh<R extends Row>(shown: readonly R[], fresh: readonly R[], hold: boolean): Shown<R> {
  if (!hold || shown.length === 0) return { rows: fresh, waiting: 0 };
  const now = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(shown.map((row) => row.id));
  const came = fresh.filter((row) => !known.has(row.id)).length;
  const left = shown.filter((row) => !now.has(row.id)).length;
  return { rows: shown.map((row) => now.get(row.id) ?? row), waiting: came + left };
}

export type Dated = Row & { confirmed_at: string };

/** The list after some rows came, changed or left: newest confirmation first, as the server tells it. */
export function withChanges<R extends Dated>(
  rows: readonly R[],
  changed: readonly R[],
  gone: readonly string[],
): R[] {
  const now = new Map(changed.map((row) => [row.id, row]));
  const away = new Set(gone);
  const stays = (row: R) => now.get(row.id)?.confirmed_at === row.confirmed_at;
  const moved = changed.filter((row) => !rows.some((known) => known.id === row.id && stays(known)));
  const left = rows
    .filter((row) => !away.has(row.id) && (!now.has(row.id) || stays(row)))
    .map((row) => now.get(row.id) ?? row);
  if (moved.length === 0) return left;
  const at = new Map([...left, ...moved].map((row) => [row.id, Date.parse(row.confirmed_at)]));
  const order = (a: R, b: R) => (at.get(b.id) ?? 0) - (at.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1);
  return [...left, ...moved].sort(order);
}

/** The next row that needs a person, after `from` and around the end; null when there is none. */
export function nextWanting<R extends Row>(
  rows: readonly R[],
  from: string | null,
  wants: (row: R) => boolean,
): R | null {
  const start = rows.findIndex((row) => row.id === from) + 1;
  const turned = [...rows.slice(start), ...rows.slice(0, start)];
  return turned.find((row) => row.id !== from && wants(row)) ?? null;
}

/** Which row stays selected when the old one is gone: the one now in its place. */
export function keepSelection<R extends Row>(
  rows: readonly R[],
  selected: string | null,
  index: number,
): string | null {
  if (rows.some((row) => row.id === selected)) return selected;
  return rows[Math.min(Math.max(index, 0), rows.length - 1)]?.id ?? null;
}
