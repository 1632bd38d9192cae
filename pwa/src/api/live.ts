/**
 * The live channel: "something of this clinic changed, ask again". Read by fetch, because the ticket travels in a
 * header and never in an address. Carries no patient data; whoever misses a message finds out by polling.
 */
import { pause } from "../pause";

export type LiveTicket = { url: string; ticket: string };
export type Listening = {
  /** A fresh ticket, or null while there is none to be had. */
  ticket: () => Promise<LiveTicket | null>;
  /** Something changed; the sequence number when the message told one. */
  onChange: (sequence: number | null) => void;
  /** Whether the channel is open just now. */
  onState?: (open: boolean) => void;
  fetcher?: typeof fetch;
  /** First wait before a new try, doubled up to thirty seconds. */
  retryMs?: number;
};

const LONGEST_RETRY_MS = 30_000;

/** Listen until the returned function is called. Never throws. */
export function listen(options: Listening): () => void {
  const stop = new AbortController();
  void keepListening(options, stop.signal);
  return () => stop.abort();
}

async function keepListening(options: Listening, signal: AbortSignal): Promise<void> {
  const first = options.retryMs ?? 1_000;
  let wait = first;
  while (!signal.aborted) {
    const opened = await listenOnce(options, signal);
    options.onState?.(false);
    wait = opened ? first : Math.min(wait * 2, LONGEST_RETRY_MS);
    await pause(wait, signal);
  }
}

/** One connection until it ends; true when it had been open. */
async function listenOnce(options: Listening, signal: AbortSignal): Promise<boolean> {
  let opened = false;
  try {
    const ticket = await options.ticket();
    if (!ticket || signal.aborted) return false;
    const answer = await (options.fetcher ?? fetch)(ticket.url, {
      headers: { Authorization: `Bearer ${ticket.ticket}`, Accept: "text/event-stream" },
      cache: "no-store",
      credentials: "omit",
      signal,
    });
    if (!answer.ok || !answer.body) return false;
    opened = true;
    options.onState?.(true);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return opened;
      const read = readEvents(rest + decoder.decode(value, { stream: true }));
      rest = read.rest;
      for (const event of read.events) options.onChange(event);
    }
  } catch {
    return opened; // The network ends connections as it likes; the next round asks for a new ticket.
  }
}

/** Whole `data:` lines of a stream so far, and what is not complete yet. Comments and other fields say nothing. */
export function readEvents(text: string): { events: Array<number | null>; rest: string } {
  const lines = text.split(/\r\n|\n|\r/);
  const rest = lines.pop() ?? "";
  const events = lines.filter((line) => line.startsWith("data:")).map((line) => sequenceOf(line.slice(5)));
  return { events, rest };
}

function sequenceOf(data: string): number | null {
  try {
    const told = (JSON.parse(data) as { sequence?: unknown }).sequence;
    return typeof told === "number" ? told : null;
  } catch {
    return null;
  }
}
