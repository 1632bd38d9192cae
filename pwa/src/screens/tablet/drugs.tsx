/** お薬 at the bedside: behind role, consent and deadline; the view itself is the one the office has, too. */
import { japanDay } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { DocumentNote } from "../medical/document-note";
import { BarPatterns } from "../medical/drug-timeline";
import { MedicationView } from "../medical/medication-view";
import { openMedications, readDocument } from "./medical";
import { MedicalGate } from "./medical-gate";
import { instant, records } from "./start";
import { timeLeft } from "./words";

export function Drugs({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.medications;
  const now = instant.value;
  return (
    <MedicalGate
      visit={visit}
      kind="drug"
      held={held}
      untilMonth={held?.data_until_month ?? null}
      open={() => openMedications(visit.patient_id)}
    >
      {() =>
        held &&
        (held.document ? (
          <DocumentNote open={() => readDocument(visit.patient_id, "medications")} />
        ) : (
          <>
            <BarPatterns />
            <MedicationView
              held={held}
              today={japanDay(now)}
              now={now}
              left={held.available_until ? timeLeft(new Date(held.available_until), now) : null}
              patientName={records.patients.value.get(visit.patient_id)?.name ?? ""}
            />
          </>
        ))
      }
    </MedicalGate>
  );
}
