/** One listener for the office's single keys; screens say what a command does, this says when it is meant. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { commandOf, type OfficeCommand, type OfficeScope } from "../../domain/office-keys";

const OFF_KEY = "otonai-single-keys-off";
export const keysOff = signal(localStorage.getItem(OFF_KEY) === "yes");

export function switchKeys(off: boolean): void {
  keysOff.value = off;
  if (off) localStorage.setItem(OFF_KEY, "yes");
  else localStorage.removeItem(OFF_KEY);
}

type Handlers = Partial<Record<OfficeCommand, () => unknown>>;

/** Listen while the component lives. A dialog above the screen keeps all keys for itself. */
export function useOfficeKeys(scope: OfficeScope, handlers: Handlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  // Before the screen is painted: who types ahead is heard as soon as something can be seen.
  useLayoutEffect(() => {
    let before: string | null = null;
    const press = (event: KeyboardEvent) => {
      if (keysOff.value || event.defaultPrevented || event.isComposing) return;
      // A dialog has its own keys, also the one that closes it.
      if (event.target instanceof Element && event.target.closest("[role=dialog]")) return;
      if (document.querySelector(".office [role=dialog], .signed-out")) return;
      const command = commandOf(
        {
          key: event.key,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          focus: focusOf(event.target),
          before,
        },
        scope,
      );
      before = event.key.toLowerCase() === "g" && focusOf(event.target) !== "field" ? "g" : null;
      const act = command ? latest.current[command] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [scope]);
}

function focusOf(target: EventTarget | null): "field" | "control" | "none" {
  if (!(target instanceof Element)) return "none";
  if (target.matches("textarea, select, [contenteditable]")) return "field";
  if (target.matches("input")) {
    const type = (target as HTMLInputElement).type;
    return type === "checkbox" || type === "radio" ? "control" : "field";
  }
  return target.closest("button, a[href]") ? "control" : "none";
}
