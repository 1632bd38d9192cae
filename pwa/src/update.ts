/**
 * Updates have manners: a new version waits, the page says so, and a person decides when to reload (F31). A page that
 * stays open for days asks for one each time somebody comes back to it, and every hour.
 */
import { effect, signal } from "@preact/signals";

/** Set while a new version waits; calling it takes over and reloads. */
export const waitingUpdate = signal<(() => void) | null>(null);

/** The server has told this page nothing because its app is too old; an update ends it. What was entered is sent. */
export const tooOld = signal(false);

const ASK_AGAIN_MS = 3_600_000;

export function startUpdates(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const trusted = trustedWorkerUrl("/worker.js");
  navigator.serviceWorker
    .register(trusted, { scope: "/", type: "classic" })
    .then(watch)
    .catch(() => undefined); // Without a worker the app works online; the tablet's settings page says so.
}

function watch(registration: ServiceWorkerRegistration): void {
  const offer = (worker: ServiceWorker | null): void => {
    if (!worker || !navigator.serviceWorker.controller) return;
    waitingUpdate.value = () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      worker.postMessage("take-over");
    };
  };
  offer(registration.waiting);
  let controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // Somebody took the new version in another window: this one goes on with the old until somebody here says so.
    if (controlled) waitingUpdate.value = () => location.reload();
    controlled = true;
  });
  const ask = () => void registration.update().catch(() => undefined); // without a signal: the next time
  setInterval(ask, ASK_AGAIN_MS);
  effect(() => {
    if (tooOld.value) ask();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(worker);
    });
  });
}

/** Trusted Types: the one script address the page may load by name is its own worker. */
function trustedWorkerUrl(url: string): string {
  const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } })
    .trustedTypes;
  if (!factory) return url;
  const policy = factory.createPolicy("otonai-worker", {
    createScriptURL: (wanted: string) => {
      if (wanted !== "/worker.js") throw new TypeError("only our own worker");
      return wanted;
    },
  }) as { createScriptURL(url: string): string };
  return policy.createScriptURL(url);
}
