/**
 * The live channel: one stream of "something changed", read by fetch so that its ticket travels in a header. It carries
 * no data. When it breaks, a new ticket is taken; after every connection one pull makes up for what was missed.
 */
import type { Answer } from "../api/client";

export type LivePorts = {
  ticket: () => Answer<{ url: string; ticket: string }>;
  /** What shows the ticket: it is good with this tablet's key alone. */
  credentials: (given: { url: string; ticket: string }) => Promise<Record<string, string>>;
  fetcher: typeof fetch;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  onChange: () => void;
  onConnected: (connected: boolean) => void;
  /** No byte for so long (keep-alives included) means the line is dead. */
  silenceMs?: number;
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Listens until the signal aborts. */
export async function listen(ports: LivePorts, signal: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const heard = await once(ports, signal);
    ports.onConnected(false);
    if (signal.aborted) return;
    wait = heard ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
    await ports.wait(wait, signal);
  }
}

/** One connection; whether it ever opened. */
async function once(ports: LivePorts, signal: AbortSignal): Promise<boolean> {
  const given = await ports.ticket();
  if (!given.ok || signal.aborted) return false;
  const line = new AbortController();
  const cut = () => line.abort();
  signal.addEventListener("abort", cut, { once: true });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(cut, ports.silenceMs ?? 60_000);
  };
  let opened = false;
  try {
    alive();
    const credentials = await ports.credentials(given.value);
    const answer = await ports.fetcher(given.value.url, {
      headers: { ...credentials, Accept: "text/event-stream" },
      cache: "no-store",
      credentials: "omit",
      signal: line.signal,
    });
    if (!answer.ok || !answer.body) return false;
    opened = true;
    ports.onConnected(true);
    ports.onChange();
    const reader = answer.body.getReader();
    const lines = lineReader((text) => {
      if (text.startsWith("data:")) ports.onChange();
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return opened;
      alive();
      lines(value);
    }
  } catch {
    return opened; // A broken line is ordinary; the caller takes a new one.
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", cut);
  }
}

/** Bytes in pieces become whole lines, whatever the pieces. */
export function lineReader(onLine: (text: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}
