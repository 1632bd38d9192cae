/** Long lists draw first what a screen can hold; the rest follows in slices, when that has been painted and read into. */
import { useEffect, useState } from "preact/hooks";

/** Milliseconds of quiet before each slice: three frames, so that a slow tablet shows the first rows first. */
const QUIET = 50;

export function useGrowing(total: number, first: number, slice: number): number {
  const [shown, setShown] = useState(first);
  useEffect(() => {
    if (shown >= total) return;
    const later = setTimeout(() => setShown(shown + slice), QUIET);
    return () => clearTimeout(later);
  }, [shown, total]);
  return Math.min(shown, total);
}
