/** Which chart is this person? Never decided by the program when more than one answer is possible. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { reasonsFor } from "../../domain/comparison";
import { fullDate } from "../../domain/dates";
import { go } from "../../router";
import { to, word } from "../../text/office";
import { PersonName } from "../../ui/name";
import { Button, Dialog, Note } from "../../ui/parts";
import type { ComparisonData } from "./comparison";
import { useOfficeKeys } from "./keys";
import { MarkedName } from "./marked-name";
import { PatientPicker } from "./patient-picker";
import { ask } from "./session";
import { Trouble } from "./trouble";

const AGAINST = new Set([
  "birth_date_differs",
  "sex_differs",
  "name_differs",
  "kana_differs",
  "insurance_differs",
  "branch_differs",
  "reference_number_differs",
]);

export function CandidateChooser(props: {
  data: ComparisonData;
  onChoose: (patientId: string) => Promise<boolean>;
  onNew: () => Promise<boolean>;
}) {
  const [searching, setSearching] = useState(false);
  const { consented } = props.data;
  const outcome = consented.match.outcome;
  const candidates = consented.match.alternatives;
  const told = outcome === "ambiguous" || outcome === "conflicting" || outcome === "proposed";
  /** Choosing writes nothing into the ledger: the act that follows does, and that has two keys. */
  const pick = (place: number) => {
    const one = candidates[place];
    if (one) void props.onChoose(one.patient_id);
  };
  useOfficeKeys("comparison", {
    "pick-1": () => pick(0),
    "pick-2": () => pick(1),
    "pick-3": () => pick(2),
    "pick-4": () => pick(3),
    leave: () => go("/office/list"),
  });
  return (
    <div class="choosing">
      <Note kind="need" title={to("choose.title")}>
        {to(told ? `choose.${outcome}` : "choose.again")}
      </Note>
      <section class="card delivered">
        <b>{to("choose.theirs")}</b>
        <span>
          {consented.name_kana && <span class="sub below">{consented.name_kana}</span>}
          <b class="large">
            <MarkedName text={consented.name ?? consented.name_kana ?? to("unknown")} />
          </b>
        </span>
        <span>{consented.birth_date ? fullDate(consented.birth_date) : to("unknown")}</span>
        <span>
          <span class="sub below">{to("column.insurer")}</span>
          {consented.insurer_number ?? to("empty")}
        </span>
      </section>
      <ul class="candidates">
        {candidates.map((candidate, place) => (
          <li key={candidate.patient_id} class="card candidate">
            <span class="sub">
              {candidate.chart_number ? to("chart", { number: candidate.chart_number }) : to("noChart")}
            </span>
            <span class="candidate-name">
              <PersonName name={candidate.name} kana={candidate.name_kana} />
            </span>
            <span>
              {fullDate(candidate.birth_date)}
              {candidate.score !== null && (
                <span class="sub below">{to("choose.score", { score: candidate.score })}</span>
              )}
            </span>
            <ul class="reasons">
              {reasonsFor(candidate, consented.name_kana).map((reason) => (
                <li key={reason} class={AGAINST.has(reason) ? "against" : ""}>
                  {word("reason", reason)}
                </li>
              ))}
            </ul>
            <Button
              icon="check"
              label={`${candidate.name} ${to("choose.this")}`}
              onClick={() => props.onChoose(candidate.patient_id)}
            >
              {to("choose.this")} {place < 4 && <kbd>{place + 1}</kbd>}
            </Button>
          </li>
        ))}
      </ul>
      {outcome === "conflicting" && consented.match.patient_id && (
        <Contradicted patientId={consented.match.patient_id} reasons={consented.match.reasons} />
      )}
      <div class="others">
        <Button icon="search" onClick={() => setSearching(true)}>
          {to("choose.search")}
        </Button>
        <Button icon="plus" onClick={props.onNew}>
          {to("choose.new")}
        </Button>
      </div>
      {searching && (
        <Dialog title={to("choose.search")} onClose={() => setSearching(false)}>
          <PatientPicker
            onPick={async (patient) => {
              setSearching(false);
              await props.onChoose(patient.id);
            }}
          />
        </Dialog>
      )}
    </div>
  );
}

/** The chart whose number came with another birthday, sex or name: shown to be checked, never to be chosen. */
function Contradicted(props: { patientId: string; reasons: readonly string[] }) {
  const [patient, setPatient] = useState<Schemas["PatientOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const read = async () => {
      const answer = await ask(
        office.GET("/api/patients/{patient_id}", { params: { path: { patient_id: props.patientId } } }),
      );
      if (answer.ok) setPatient(answer.value);
      else setFailure(answer.error);
    };
    void read();
  }, [props.patientId]);
  if (!patient) return <Trouble failure={failure} />;
  return (
    <section class="card candidate contradicted">
      <span class="sub">
        {patient.chart_number ? to("chart", { number: patient.chart_number }) : to("noChart")}
      </span>
      <span class="candidate-name">
        <PersonName name={patient.name} kana={patient.name_kana} />
      </span>
      <span>{fullDate(patient.birth_date)}</span>
      <ul class="reasons">
        {props.reasons.map((reason) => (
          <li key={reason} class={AGAINST.has(reason) ? "against" : ""}>
            {word("reason", reason)}
          </li>
        ))}
      </ul>
      <p>{to("choose.contradicted")}</p>
      <a class="button outline" href={`/office/patients/${patient.id}`}>
        {to("choose.openChart")}
      </a>
    </section>
  );
}
