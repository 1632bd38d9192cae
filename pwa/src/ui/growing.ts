/** Long lists draw first what a screen can hold, and the rest in slices, each after the browser has painted. */
import { useEffect, useState } from "preact/hooks";

export function useGrowing(total: number, first: number, slice: number): number {
  const [shown, setShown] = useState(first);
  useEffect(() => {
    if (shown < total) setShown(shown + slice);
  }, [shown, total]);
  return Math.min(shown, total);
}
