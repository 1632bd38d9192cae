/** 健診 at the bedside: behind role, consent and deadline. */
import { japanDay } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { CheckupView } from "../medical/checkup-view";
import { DocumentNote } from "../medical/document-note";
import { openCheckups, readDocument } from "./medical";
import { MedicalGate } from "./medical-gate";
import { instant, records } from "./start";

export function Checkups({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.checkups;
  return (
    <MedicalGate visit={visit} kind="checkup" held={held} open={() => openCheckups(visit.patient_id)}>
      {() =>
        held &&
        (held.document ? (
          <DocumentNote open={() => readDocument(visit.patient_id, "checkups")} />
        ) : (
          <CheckupView held={held} today={japanDay(instant.value)} now={instant.value} />
        ))
      }
    </MedicalGate>
  );
}
