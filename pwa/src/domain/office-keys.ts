/**
 * The office's single keys (design guide 6). A pure map from a key press to a command; who listens decides what it does.
 * Act and save are two keys on purpose: Enter alone never writes.
 */

export type OfficeScope = "list" | "comparison" | "other";
export type OfficeCommand =
  | "search"
  | "help"
  | "go-list"
  | "go-today"
  | "go-patients"
  | "go-month"
  | "go-connection"
  | "go-devices"
  | "up"
  | "down"
  | "first"
  | "last"
  | "open"
  | "next"
  | "filters"
  | "filter-1"
  | "filter-2"
  | "filter-3"
  | "filter-4"
  | "fetch"
  | "period"
  | "undo"
  | "tick"
  | "tick-all"
  | "update"
  | "overwrite"
  | "add"
  | "save"
  | "chart"
  | "pick-1"
  | "pick-2"
  | "pick-3"
  | "pick-4"
  | "leave";

export type KeyPress = {
  key: string;
  /** Ctrl, Alt or Meta is down: then the key belongs to the browser. */
  modified?: boolean;
  /** Where the focus is. */
  focus?: "field" | "control" | "none";
  /** The key pressed just before, for `G` then a letter. */
  before?: string | null;
};

const EVERYWHERE: Record<string, OfficeCommand> = { "/": "search", "?": "help" };
const AFTER_G: Record<string, OfficeCommand> = {
  l: "go-list",
  t: "go-today",
  p: "go-patients",
  m: "go-month",
  c: "go-connection",
  d: "go-devices",
};
const ROWS: Record<string, OfficeCommand> = { ArrowUp: "up", ArrowDown: "down", j: "down", k: "up" };
const IN: Record<OfficeScope, Record<string, OfficeCommand>> = {
  list: {
    ...ROWS,
    Home: "first",
    End: "last",
    Enter: "open",
    F4: "open",
    n: "next",
    f: "filters",
    "1": "filter-1",
    "2": "filter-2",
    "3": "filter-3",
    "4": "filter-4",
    r: "fetch",
    q: "period",
    z: "undo",
  },
  comparison: {
    ...ROWS,
    " ": "tick",
    a: "tick-all",
    u: "update",
    o: "overwrite",
    i: "add",
    s: "save",
    F4: "save",
    F7: "chart",
    "1": "pick-1",
    "2": "pick-2",
    "3": "pick-3",
    "4": "pick-4",
    z: "undo",
    n: "next",
    Escape: "leave",
  },
  other: { z: "undo" },
};
/** Keys that a focused button or link needs itself. */
const OF_CONTROLS = new Set([" ", "Enter"]);

export function commandOf(press: KeyPress, scope: OfficeScope): OfficeCommand | null {
  if (press.modified || press.focus === "field") return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.focus === "control" && OF_CONTROLS.has(key)) return null;
  if (press.before === "g") return AFTER_G[key] ?? null;
  return EVERYWHERE[key] ?? IN[scope][key] ?? null;
}
