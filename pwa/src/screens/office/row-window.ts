/** The rows of a long table that are drawn: those in sight and some around them, wherever the page or the box scrolls. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type RowWindow, topsOf, windowOf } from "../../domain/row-window";

/** What a row is thought to take before it was drawn, and how far beyond the edges is drawn, in pixels. */
const GUESS = 58;
const BEYOND = 400;

type Keyed = { id: string };

/**
 * `box` holds the table and may scroll itself; rows are `tr[data-id]` of its body. Draws too much for a moment rather
 * than too little: a hidden person is worse than a slow one (S-048).
 */
export function useRowWindow(rows: readonly Keyed[], wanted: string | null) {
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const heights = useRef(new Map<string, number>());
  const toSee = useRef(wanted);
  const [sight, setSight] = useState({ from: 0, until: 1200 });

  const tops = useMemo(
    () => topsOf(rows.length, (index) => heights.current.get(rows[index]?.id ?? "") ?? GUESS),
    [rows, sight], // What was measured meanwhile counts from the next look on; nothing is laid out twice for it.
  );
  const drawn: RowWindow = windowOf(tops, sight.from - BEYOND, sight.until + BEYOND);

  const look = () => {
    if (!box.current || !body.current) return;
    const top = body.current.getBoundingClientRect().top;
    const clip = box.current.getBoundingClientRect();
    const from = Math.round(Math.max(0, clip.top) - top);
    const until = Math.round(Math.min(innerHeight, clip.bottom) - top);
    setSight((before) => (before.from === from && before.until === until ? before : { from, until }));
  };

  useEffect(() => {
    look();
    addEventListener("resize", look);
    // A box's scrolling does not bubble, but it can be caught on its way down.
    document.addEventListener("scroll", look, { capture: true, passive: true });
    return () => {
      removeEventListener("resize", look);
      document.removeEventListener("scroll", look, { capture: true });
    };
  }, []);

  useEffect(() => {
    for (const row of body.current?.querySelectorAll<HTMLElement>("tr[data-id]") ?? []) {
      heights.current.set(row.dataset.id ?? "", row.offsetHeight);
    }
    look();
  }, [rows, drawn.first, drawn.last]);

  useEffect(() => {
    toSee.current = wanted;
  }, [wanted, rows.length === 0]);

  // The selected row comes into sight: at once where it is drawn, else after a jump to where it will be.
  useEffect(() => {
    const id = toSee.current;
    const index = id === null ? -1 : rows.findIndex((row) => row.id === id);
    if (index < 0) return;
    const row = body.current?.querySelector<HTMLElement>(`tr[data-id="${id}"]`);
    if (row) {
      toSee.current = null;
      row.scrollIntoView({ block: "nearest" });
      return;
    }
    const [outer, inner] = [box.current, body.current];
    if (!outer || !inner) return;
    const middle = tops[index] ?? 0;
    if (getComputedStyle(outer).overflowY === "auto") outer.scrollTop = middle - outer.clientHeight / 2;
    else scrollBy(0, inner.getBoundingClientRect().top + middle - innerHeight / 2);
    look();
  });

  return { box, body, ...drawn };
}
