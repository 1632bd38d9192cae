/** What is in the bag, in one line above the day: ready or not, until when, and what stays at home and why. */
import { useState } from "preact/hooks";
import type { BagState } from "../../domain/carried";
import { type BagText, tb } from "../../text/bag";
import { Button, Note, State, type StateKind } from "../../ui/parts";
import { CarrySheet } from "./carry-sheet";
import { bag, instant, isOffline, keyring, lock, vault } from "./start";
import "./bag.css";

const KINDS: Record<BagState["kind"], StateKind> = {
  ready: "done",
  packing: "waiting",
  partly: "waiting",
  none: "none",
  full: "need",
  storage: "need",
};

export function BagLine() {
  const [open, setOpen] = useState(false);
  const state = bag.state.value;
  const withheld = bag.withheld.value;
  const progress = state.kind === "packing" ? state : null;
  return (
    <section class="bag">
      {vault.isAlone.value && <Alone />}
      <div class="bag-line" role="status">
        <State kind={KINDS[state.kind]}>{stateWord(state)}</State>
        {!vault.isAlone.value && (
          <span class="sub">{tb(`state.${state.kind}Hint`, { left: dayLeft() })}</span>
        )}
        {progress && <progress value={progress.done} max={progress.total} aria-label={stateWord(progress)} />}
        {withheld && withheld !== "clock" && <span class="sub">{tb(`withheld.${withheld}`)}</span>}
        <span class="grow" />
        <Button kind="text" icon="gear" onClick={() => setOpen(true)}>
          {tb("settings.open")}
        </Button>
      </div>
      {open && <CarrySheet onClose={() => setOpen(false)} />}
    </section>
  );
}

export function stateWord(state: BagState): string {
  switch (state.kind) {
    case "ready":
      return tb("state.ready", { count: state.patients });
    case "packing":
      return tb("state.packing", { done: state.done, total: state.total });
    case "partly":
      return tb("state.partly", { ready: state.ready, count: state.patients });
    default:
      return tb(`state.${state.kind}` satisfies BagText);
  }
}

/** Opened without the server: what one looks at, how long it stays, and how to come back. */
function Alone() {
  if (!isOffline.value) {
    return (
      <div class="bag-alone">
        <Note kind="info">{tb("alone.online")}</Note>
        <Button size="middle" icon="lock" onClick={() => void lock()}>
          {tb("alone.act")}
        </Button>
      </div>
    );
  }
  return (
    <Note kind="info" title={tb("alone.title")}>
      {tb("alone.left", { left: dayLeft() })}
    </Note>
  );
}

/** Until the day's key ends, as a person says it. */
export function dayLeft(of: "R" | "M" = "R"): string {
  const end = keyring.holder.value && keyring.deadline(of);
  return end ? spell(Date.parse(end) - instant.value.getTime()) : "—";
}

export function spell(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? tb("left.hours", { hours, minutes: minutes % 60 }) : tb("left.minutes", { minutes });
}
