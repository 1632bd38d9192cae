/** Wrong on purpose: what waits is sent only after everything was fetched. */
import { type PullOutcome, pull as shipped } from "shipped:sync/pull";
import { later } from "../later";

export * from "shipped:sync/pull";

export async function pull(...told: Parameters<typeof shipped>): Promise<PullOutcome> {
  const outcome = await shipped(...told);
  await later.push?.();
  return outcome;
}
