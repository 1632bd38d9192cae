/** What surrounds every screen: the 練習用 band, the undo bar, the waiting update. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { profile } from "../api/profile";
import { t } from "../text";
import { tooOld, waitingUpdate } from "../update";
import { Button } from "./parts";

export { Busy } from "./parts";

/** In the demo profile nothing is real, and every screen says so. */
export function PracticeBand() {
  if (!profile.value?.practice) return null;
  return <div class="practice">{t("practice")}</div>;
}

type Undoable = { text: string; undo: () => unknown; until: number };
const undoable = signal<Undoable | null>(null);
const UNDO_MS = 10_000;

/** Offer to take the last act back for ten seconds; later the history does. */
export function offerUndo(text: string, undo: () => unknown): void {
  undoable.value = { text, undo, until: Date.now() + UNDO_MS };
}

export function UndoBar() {
  const current = undoable.value;
  useEffect(() => {
    if (!current) return;
    const timer = setInterval(() => {
      const paused = document.activeElement?.closest(".undo");
      if (!paused && Date.now() >= current.until) undoable.value = null;
    }, 250);
    return () => clearInterval(timer);
  }, [current]);
  if (!current) return null;
  const act = async () => {
    undoable.value = null;
    await current.undo();
  };
  return (
    <div class="undo" role="status">
      <span>{current.text}</span>
      <Button icon="undo" onClick={act}>
        {t("undo")}
      </Button>
    </div>
  );
}

export function UpdateNote() {
  const take = waitingUpdate.value;
  if (!take && !tooOld.value) return null;
  return (
    <div class={`note ${tooOld.value ? "need" : "info"} updates`} role="status">
      <div class="grow">
        <b>{t(tooOld.value ? "update.needed" : "update.title")}</b>
        {t(take ? "update.text" : "update.coming")}
      </div>
      {take && <Button onClick={take}>{t("update.act")}</Button>}
    </div>
  );
}
