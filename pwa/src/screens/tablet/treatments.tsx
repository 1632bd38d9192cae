/** 診療・手術 at the bedside: two consents, asked for together when somebody opens the tab. */
import { useEffect, useState } from "preact/hooks";
import { japanDay } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { t } from "../../text";
import { tb } from "../../text/bag";
import { tt } from "../../text/tablet";
import { Busy, Button, Note } from "../../ui/parts";
import { type Treatments, TreatmentsView } from "../medical/treatments";
import { openTreatments, type Unopened } from "./medical";
import { clock, instant, records, vault } from "./start";

/** Without any open consent nothing is asked for: both kinds say why they are closed. */
function closedBoth(visit: Visit, now: Date): { diagnosis: Treatments; operation: Treatments } | null {
  const consents = records.patients.value.get(visit.patient_id)?.consents ?? [];
  const stateOf = (kind: "diagnosis" | "operation"): Treatments["state"] => {
    const consent = consents.find((each) => each.kind === kind);
    if (consent?.flag === "expired") return "expired";
    if (consent?.flag !== "given") return "no_consent";
    const over = consent.available_until !== null && Date.parse(consent.available_until) <= now.getTime();
    return over ? "expired" : "available";
  };
  const [diagnosis, operation] = [stateOf("diagnosis"), stateOf("operation")];
  if (diagnosis === "available" || operation === "available") return null;
  const nothing = { reason: null, fetched_at: null, available_until: null, treatments: [] };
  return { diagnosis: { state: diagnosis, ...nothing }, operation: { state: operation, ...nothing } };
}

const WORDS: Record<string, "med.strict" | "med.notNoted"> = {
  strict: "med.strict",
  not_noted: "med.notNoted",
};

export function TreatmentsTab({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id);
  const [failure, setFailure] = useState<Unopened | null>(null);
  const may = vault.mayReadMedical.value;
  const closed = closedBoth(visit, instant.value);
  const wants = may && !closed && !held?.diagnosis && !held?.left;
  const open = () => openTreatments(visit.patient_id).then(setFailure);
  useEffect(() => {
    if (wants) void open();
  }, [wants, visit.patient_id]);
  const verdict = clock.verdict.value;
  if (may && verdict !== "certain") return <Note title={tb("med.clock")}>{tb(`med.${verdict}`)}</Note>;
  if (!may) return <Note title={tt("med.role")}>{tt("med.roleNext")}</Note>;
  const shown = closed ?? held;
  if (shown?.diagnosis && shown.operation) {
    return (
      <TreatmentsView
        diagnosis={shown.diagnosis}
        operation={shown.operation}
        today={japanDay(instant.value)}
      />
    );
  }
  if (!failure && !held?.left) return <Busy label={tt("med.loading")} />;
  return (
    <div class="calm">
      <Note title={held?.left ? tt("med.left") : undefined}>
        {failure?.kind === "problem"
          ? failure.title
          : held?.left
            ? tt("med.leftNext")
            : tb(WORDS[failure?.kind ?? ""] ?? "med.notCarried")}
      </Note>
      <Button icon="refresh" onClick={open}>
        {t("retry")}
      </Button>
    </div>
  );
}
