/** Whether the server can be reached, by asking it. What the browser believes about its network is only a hint to ask. */
import { signal } from "@preact/signals";

export type Reach = "unknown" | "online" | "offline";

export class Status {
  readonly reach = signal<Reach>("unknown");
  /** When the server last answered. */
  readonly heardAt = signal<Date | null>(null);
  /** When everything was last exchanged. */
  readonly syncedAt = signal<Date | null>(null);
  private asking: Promise<boolean> | null = null;

  constructor(
    private readonly ping: () => Promise<boolean>,
    private readonly now: () => Date,
  ) {}

  /** Ask now; one question at a time. */
  check(): Promise<boolean> {
    this.asking ??= this.ping()
      .catch(() => false)
      .then((answered) => {
        if (answered) this.heard();
        else this.silent();
        return answered;
      })
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  }

  heard(): void {
    this.reach.value = "online";
    this.heardAt.value = this.now();
  }

  silent(): void {
    this.reach.value = "offline";
  }

  synced(): void {
    this.heard();
    this.syncedAt.value = this.now();
  }
}

export type Badge =
  | { kind: "attention"; count: number }
  | { kind: "waiting"; count: number }
  | { kind: "online"; at: Date | null }
  | { kind: "offline"; at: Date | null };

/** What stands at the top right; more than one may show, zero counts never do. */
export function badges(facts: {
  reach: Reach;
  heardAt: Date | null;
  syncedAt: Date | null;
  waiting: number;
  attention: number;
}): Badge[] {
  const shown: Badge[] = [];
  if (facts.attention > 0) shown.push({ kind: "attention", count: facts.attention });
  if (facts.waiting > 0) shown.push({ kind: "waiting", count: facts.waiting });
  if (facts.reach === "online") shown.push({ kind: "online", at: facts.heardAt });
  if (facts.reach === "offline") shown.push({ kind: "offline", at: facts.syncedAt });
  return shown;
}

/** A real question to our server, with an end; a captive portal's page is no answer. */
export async function pingServer(fetcher: typeof fetch, timeoutMs = 4_000): Promise<boolean> {
  try {
    const answer = await fetcher("/api/ping", { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) return false;
    const body: unknown = await answer.json();
    return typeof body === "object" && body !== null && "server_time" in body;
  } catch {
    return false;
  }
}
