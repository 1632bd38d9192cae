/**
 * Sends what waits, in order. An entry leaves the outbox only when the server has answered for it; a refused one
 * stays in sight; when nothing answers, everything is kept and tried again.
 */
import type { Answer, Failure, Schemas } from "../api/client";
import type { OutboxRow } from "../store/db";
import { asSent, type Outbox } from "../store/outbox";

export const BATCH = 50;

export type PushOutcome = "sent" | "offline" | "later" | "blocked";
export type Send = (body: Schemas["EntriesIn"]) => Answer<Schemas["EntriesOut"]>;

export async function pushAll(outbox: Outbox, send: Send): Promise<PushOutcome> {
  let from = 0;
  let mended = false;
  for (;;) {
    const unsent = await outbox.unsent();
    const batch = batchFrom(unsent, from);
    if (batch.length === 0) return unsent.length === 0 ? "sent" : "blocked";
    const answer = await send({ entries: batch.map(asSent), unsent: unsent.length - batch.length });
    if (answer.ok) {
      await outbox.settle(answer.value.results);
      if (answer.value.results.length === 0) return "later";
      from = 0;
      continue;
    }
    const next = afterFailure(answer.error);
    if (next.kind !== "resend") return next.kind;
    if (mended) return "blocked";
    mended = true;
    from = next.from;
  }
}

/** The waiting entries that may go now: without a hole, beginning at `from` (0 = with the first). */
export function batchFrom(unsent: readonly OutboxRow[], from: number): OutboxRow[] {
  const start = from === 0 ? 0 : unsent.findIndex((row) => row.sequence === from);
  if (start < 0) return [];
  const batch: OutboxRow[] = [];
  for (const row of unsent.slice(start, start + BATCH)) {
    const last = batch[batch.length - 1];
    if (last && row.sequence !== last.sequence + 1) break;
    batch.push(row);
  }
  return batch;
}

type Next = { kind: "offline" } | { kind: "later" } | { kind: "resend"; from: number };

/** A gap is mended from the number the server expects; any other refusal of a whole batch keeps everything. */
export function afterFailure(failure: Failure): Next {
  if (failure.kind === "offline") return { kind: "offline" };
  if (failure.code === "sequence_gap" && failure.expected_sequence !== undefined) {
    return { kind: "resend", from: failure.expected_sequence };
  }
  return { kind: "later" };
}
