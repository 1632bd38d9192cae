/** Keep the screen on while somebody reads from it, where the device can. Low battery may refuse; nothing depends on it. */
import { useEffect } from "preact/hooks";

export function useWakeLock(): void {
  useEffect(() => {
    let held: WakeLockSentinel | null = null;
    let gone = false;
    const ask = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock
        ?.request("screen")
        .then((lock) => {
          held = lock;
          if (gone) void lock.release();
        })
        .catch(() => undefined);
    };
    ask();
    document.addEventListener("visibilitychange", ask); // The system lets go of it whenever the app is left.
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", ask);
      void held?.release();
    };
  }, []);
}
