/**
 * What add-ons for using the center's data ask for (S-036, home-visit-workflow A11): a consent, and that somebody has
 * looked. Two facts; whether a clinic may claim anything, and how many points, is not decided here.
 */
import type { Schemas } from "../api/client";

type Consent = Schemas["ConsentOut"];
export type AddOnFacts = { consented: boolean; looked: boolean };

export function addOnFacts(
  consents: ReadonlyArray<Pick<Consent, "kind" | "flag">>,
  held: { medications?: unknown; checkups?: unknown } | undefined,
): AddOnFacts {
  const kinds: ReadonlySet<string> = new Set(["drug", "checkup", "diagnosis", "operation"]);
  const consented = consents.some((consent) => kinds.has(consent.kind) && consent.flag === "given");
  return { consented, looked: consented && Boolean(held?.medications || held?.checkups) };
}
