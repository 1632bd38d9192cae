/** Wrong on purpose: a question that was asked counts as answered. */
import { type PushOutcome, pushAll as push } from "shipped:sync/push";

export * from "shipped:sync/push";

export async function pushAll(...[outbox, send]: Parameters<typeof push>): Promise<PushOutcome> {
  return push(outbox, async (body) => {
    const answer = await send(body);
    if (answer.ok || answer.error.kind !== "offline") return answer;
    const results = body.entries.map(({ id, sequence }) => ({
      id,
      sequence,
      outcome: "applied" as const,
      code: null,
    }));
    return { ok: true, value: { results, expected_sequence: 0 } };
  });
}
