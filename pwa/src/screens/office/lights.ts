/** What the frame shows of the world outside: server, terminal, the list's counts. Asked again after every change. */
import { computed, effect, signal } from "@preact/signals";
import { office, type Schemas, settle } from "../../api/client";
import { listen } from "../../api/live";
import { ask, session } from "./session";

export const connection = signal<Schemas["ConnectionOut"] | null>(null);
export const listStatus = signal<Schemas["HomeVisitStatusOut"] | null>(null);
/** When the server last answered, by its own clock; and whether it answers now. */
export const answeredAt = signal<Date | null>(null);
export const online = signal(navigator.onLine);
/** Goes up whenever something of the clinic changed: screens that show it ask again. */
export const changes = signal(0);
export const liveOpen = signal(false);

const PING_MS = 10_000;
const POLL_MS = 30_000;
const LIVE_CALM_MS = 150;

export async function ping(): Promise<void> {
  const found = await settle(office.GET("/api/ping"));
  online.value = found.ok;
  if (found.ok) answeredAt.value = new Date(found.value.server_time);
}

export async function loadLights(): Promise<void> {
  const [lights, status] = await Promise.all([
    ask(office.GET("/api/health/connection")),
    ask(office.GET("/api/home-visit/status")),
  ]);
  if (lights.ok) connection.value = lights.value;
  if (status.ok) listStatus.value = status.value;
}

/** Keep everything fresh while somebody is signed in; returns how to stop. */
export function keepFresh(): () => void {
  const away = () => {
    online.value = false;
  };
  const back = () => void ping();
  addEventListener("offline", away);
  addEventListener("online", back);
  void ping();
  const pinging = setInterval(() => void ping(), PING_MS);
  const polling = setInterval(() => {
    if (session.value) changes.value += 1;
  }, POLL_MS);
  const signedIn = computed(() => session.value?.staff.id ?? null);
  const stopLive = effect(() => (signedIn.value ? listenLive() : undefined));
  const stopLights = effect(() => {
    changes.value;
    if (session.value) void loadLights();
  });
  return () => {
    removeEventListener("offline", away);
    removeEventListener("online", back);
    clearInterval(pinging);
    clearInterval(polling);
    stopLive();
    stopLights();
  };
}

function listenLive(): () => void {
  let pending: ReturnType<typeof setTimeout> | undefined;
  const stop = listen({
    ticket: async () => {
      const ticket = await ask(office.POST("/api/live/ticket"));
      return ticket.ok ? ticket.value : null;
    },
    // Several changes in one breath are one question.
    onChange: () => {
      clearTimeout(pending);
      pending = setTimeout(() => {
        if (session.peek()) changes.value += 1;
      }, LIVE_CALM_MS);
    },
    onState: (open) => {
      liveOpen.value = open;
    },
  });
  return () => {
    clearTimeout(pending);
    liveOpen.value = false;
    stop();
  };
}
