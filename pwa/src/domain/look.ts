/**
 * What is noted when somebody opens what the tablet carries while no server can note it: which kind, and between which
 * days the shown facts lie. The words are the server's kinds of consent.
 */
import type { Schemas } from "../api/client";

export type CarriedKind = "drug" | "checkup" | "diagnosis" | "operation";
export type Look = { kind: CarriedKind; first: string | null; last: string | null };

type Parts = {
  medications?: Pick<Schemas["MedicationsOut"], "drugs"> | null | undefined;
  checkups?: Pick<Schemas["CheckupsOut"], "days"> | null | undefined;
  diagnosis?: Pick<Schemas["TreatmentsOut"], "treatments"> | null | undefined;
  operation?: Pick<Schemas["TreatmentsOut"], "treatments"> | null | undefined;
};

/** One look per kind that was opened; what is not there was not looked at. */
export function looksAt(parts: Parts): Look[] {
  const looks: Look[] = [];
  const note = (kind: CarriedKind, days: (string | null)[] | undefined) => {
    if (days) looks.push({ kind, ...span(days) });
  };
  note(
    "drug",
    parts.medications?.drugs.map((row) => row.dispensed_on ?? row.prescribed_on),
  );
  note("checkup", parts.checkups?.days);
  note(
    "diagnosis",
    parts.diagnosis?.treatments.map((row) => row.treated_on),
  );
  note(
    "operation",
    parts.operation?.treatments.map((row) => row.treated_on),
  );
  return looks;
}

function span(days: (string | null)[]): { first: string | null; last: string | null } {
  const known = days.filter((day) => day !== null).sort();
  return { first: known[0] ?? null, last: known.at(-1) ?? null };
}
