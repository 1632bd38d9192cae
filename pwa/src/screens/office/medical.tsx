/** お薬, 健診 and 診療・手術 for doctors and nurses at the office. Opening one is a disclosure and is recorded. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { japanDay } from "../../domain/dates";
import { t } from "../../text";
import { tm } from "../../text/medical";
import { to, word } from "../../text/office";
import { Busy, Button, Dialog, Note } from "../../ui/parts";
import { CheckupView } from "../medical/checkup-view";
import { DocumentNote } from "../medical/document-note";
import { BarPatterns } from "../medical/drug-timeline";
import { MedicationView } from "../medical/medication-view";
import { NothingFound } from "../medical/nothing-found";
import { TreatmentsView } from "../medical/treatments";
import { monthText } from "../medical/words";
import { NoticeDialog } from "./notice-dialog";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

export type MedicalKind = "medications" | "checkups" | "treatments";
type Found = {
  medications?: Schemas["MedicationsOut"];
  checkups?: Schemas["CheckupsOut"];
  treatments?: { diagnosis: Schemas["TreatmentsOut"]; operation: Schemas["TreatmentsOut"] };
};

export function Medical(props: { patient: Schemas["PatientOut"]; kind: MedicalKind; onClose: () => void }) {
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [notices, setNotices] = useState(false);
  const role = session.value?.staff.role;
  const mayWrite = role === "doctor" || role === "admin";
  useEffect(() => {
    if (notices) return;
    void read(props.kind, props.patient.id).then((answer) =>
      "kind" in answer ? setFailure(answer) : setFound(answer),
    );
  }, [notices]);
  if (notices) return <NoticeDialog onClose={() => setNotices(false)} />;
  return (
    <Dialog
      wide
      title={`${props.patient.name}　${to(`patient.${props.kind}`)}`}
      onClose={props.onClose}
      acts={
        <>
          {props.kind === "medications" && mayWrite && (
            <Button onClick={() => setNotices(true)}>{tm("notice.edit")}</Button>
          )}
          <Button kind="primary" onClick={props.onClose}>
            {t("close")}
          </Button>
        </>
      }
    >
      <Trouble failure={failure} />
      {!found && !failure && <Busy />}
      {found && <Shown found={found} patient={props.patient} />}
    </Dialog>
  );
}

async function read(kind: MedicalKind, id: string): Promise<Found | Failure> {
  const params = { params: { path: { patient_id: id } } };
  if (kind === "medications") {
    const answer = await ask(office.GET("/api/patients/{patient_id}/medications", params));
    return answer.ok ? { medications: answer.value } : answer.error;
  }
  if (kind === "checkups") {
    const answer = await ask(office.GET("/api/patients/{patient_id}/checkups", params));
    return answer.ok ? { checkups: answer.value } : answer.error;
  }
  const diagnosis = await ask(office.GET("/api/patients/{patient_id}/procedures", params));
  if (!diagnosis.ok) return diagnosis.error;
  const operation = await ask(office.GET("/api/patients/{patient_id}/surgeries", params));
  if (!operation.ok) return operation.error;
  return { treatments: { diagnosis: diagnosis.value, operation: operation.value } };
}

function Shown({ found, patient }: { found: Found; patient: Schemas["PatientOut"] }) {
  const now = new Date();
  const today = japanDay(now);
  const { medications, checkups, treatments } = found;
  if (treatments) return <TreatmentsView {...treatments} today={today} />;
  const one = medications ?? checkups;
  if (one && one.state !== "available") {
    const said = stateWords(one.state, medications?.data_until_month ?? null);
    const caution = `${said}${one.state === "none" ? tm(medications ? "lag.receipt" : "check.lag") : ""}`;
    if (one.state !== "none" || !one.fetched_at) return <Note>{caution}</Note>;
    return (
      <NothingFound
        kinds={[medications ? "drug" : "checkup"]}
        fetchedAt={one.fetched_at}
        untilMonth={medications?.data_until_month ?? null}
        caution={caution}
      />
    );
  }
  const params = { params: { path: { patient_id: patient.id } } };
  if (checkups?.document) {
    return (
      <DocumentNote open={() => ask(office.GET("/api/patients/{patient_id}/checkups/document", params))} />
    );
  }
  if (medications?.document) {
    return (
      <DocumentNote open={() => ask(office.GET("/api/patients/{patient_id}/medications/document", params))} />
    );
  }
  if (checkups) return <CheckupView held={checkups} today={today} now={now} />;
  if (!medications) return null;
  return (
    <>
      <BarPatterns />
      <MedicationView held={medications} today={today} now={now} left={null} patientName={patient.name} />
    </>
  );
}

function stateWords(state: string, month: string | null): string {
  if (state !== "none") return word("medical", state);
  return month ? to("medical.none", { month: monthText(month) }) : to("medical.noneShort");
}
