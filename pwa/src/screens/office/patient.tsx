/** One chart: basics, insurances with those of the past, consents, last check, history with undo (S-079, S-123). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fieldName, sexText, valueText } from "../../domain/comparison";
import { clock, fullDate, japanDay, shortTime } from "../../domain/dates";
import { go } from "../../router";
import { ti } from "../../text/inquiry";
import { tlf } from "../../text/ledger-file";
import { to, word } from "../../text/office";
import { Icon } from "../../ui/icon";
import { late } from "../../ui/late";
import { PersonName } from "../../ui/name";
import { Busy, Button, State } from "../../ui/parts";
import { ConsentFlags } from "./consent-flags";
import { InsurerLine } from "./insurer";
import { changes } from "./lights";
import { Medical, type MedicalKind } from "./medical";
import { OffCard } from "./off-card";
import { PatientBasics } from "./patient-basics";
import { ReadinessPanel } from "./readiness-panel";
import { ReferenceLink } from "./reference-link";
import { ask, session } from "./session";
import { Trouble } from "./trouble";
import { TypeInsurance } from "./type-insurance";
import "./patient.css";

const VisitHistory = late(
  () => import("./visit-history"),
  () => <Busy />,
);

type Patient = Schemas["ChartOut"];
type Coverage = Schemas["CoverageOut"];
type Change = Schemas["LedgerChangeOut"];

export default function PatientScreen({ id }: { id: string }) {
  const [patient, setPatient] = useState<Patient | null>(null);
  const [history, setHistory] = useState<readonly Change[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [medical, setMedical] = useState<MedicalKind | null>(null);
  const [typing, setTyping] = useState(false);
  const path = { patient_id: id };
  const load = async () => {
    const [chart, past] = await Promise.all([
      ask(office.GET("/api/patients/{patient_id}", { params: { path } })),
      ask(office.GET("/api/patients/{patient_id}/history", { params: { path } })),
    ]);
    setFailure(!chart.ok ? chart.error : !past.ok ? past.error : null);
    if (chart.ok) setPatient(chart.value);
    if (past.ok) setHistory(past.value.items);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [id, changed]);
  const undo = async (change: Change) => {
    const answer = await ask(
      office.POST("/api/patients/{patient_id}/history/{change_id}/undo", {
        params: { path: { ...path, change_id: change.id } },
        body: {},
      }),
    );
    if (answer.ok) await load();
    setFailure(answer.ok ? null : answer.error);
  };
  const role = session.value?.staff.role;
  const reads = role === "doctor" || role === "nurse";
  return (
    <section class="patient">
      <header class="page-head">
        <button type="button" class="icon-button back" onClick={() => go("/office/patients")}>
          <Icon name="back" />
          {to("patients.back")}
        </button>
        <h1 class="who">
          {patient && <PersonName name={patient.name} kana={patient.name_kana} />}
          {patient && (
            <span class="large life">
              {sexText(patient.sex)} {to("years", { age: patient.age })}{" "}
              {fullDate(patient.birth_date).replace("（", "生（")}
            </span>
          )}
        </h1>
        <span class="grow" />
        {patient && role === "admin" && (
          <a class="button outline normal" href={`/api/ledger/patients/${patient.id}`} download>
            <Icon name="document" />
            {tlf("onePatient")}
          </a>
        )}
        {patient && reads && (
          <>
            <Button icon="pill" onClick={() => setMedical("medications")}>
              {to("patient.medications")}
            </Button>
            <Button icon="chart" onClick={() => setMedical("checkups")}>
              {to("patient.checkups")}
            </Button>
            <Button icon="document" onClick={() => setMedical("treatments")}>
              {to("patient.treatments")}
            </Button>
          </>
        )}
      </header>
      <Trouble failure={failure} onRetry={load} />
      {!patient && !failure && <Busy />}
      {patient && (
        <div class="halves">
          <div class="half">
            <PatientBasics patient={patient} onSaved={load} />
            <Checked patient={patient} history={history} onUndo={undo} />
            <ReadinessPanel patientId={patient.id} />
            <VisitHistory patientId={patient.id} />
            <section class="card panel">
              <h2 class="large">{to("patient.consents")}</h2>
              {patient.consents.length > 0 ? (
                <ConsentFlags consents={patient.consents} />
              ) : (
                <p class="sub">{to("patient.noConsents")}</p>
              )}
              {patient.consents.map(
                (consent) =>
                  consent.flag === "given" &&
                  consent.available_until && (
                    <p key={consent.kind} class="sub">
                      {word("consent", consent.kind)} {to("patient.until", until(consent.available_until))}
                    </p>
                  ),
              )}
            </section>
          </div>
          <div class="half">
            <section class="card panel">
              <h2 class="large">{to("patient.coverage")}</h2>
              {patient.coverage ? (
                <>
                  <CoverageFacts coverage={patient.coverage} />
                  <InsurerLine
                    number={patient.coverage.insurer_number}
                    named={patient.coverage.insurer_name}
                    mend
                  />
                </>
              ) : (
                <p>{to("patient.noCoverage")}</p>
              )}
              <p>
                <Button onClick={() => setTyping(true)}>{ti("typed.open")}</Button>
              </p>
              {patient.past_coverages.map((coverage) => (
                <details key={coverage.id}>
                  <summary>
                    {coverage.past_label ?? to("patient.past")} {coverage.insurer_number}
                  </summary>
                  <CoverageFacts coverage={coverage} />
                </details>
              ))}
            </section>
            <OffCard patient={patient} onSaved={load} />
            <section class="card panel">
              <h2 class="large">{to("patient.history")}</h2>
              {history.length === 0 && <p class="sub">{to("patient.noHistory")}</p>}
              <ol class="history">
                {history.map((change) => (
                  <ChangeLine key={change.id} change={change} onUndo={() => undo(change)} />
                ))}
              </ol>
            </section>
          </div>
        </div>
      )}
      {patient && typing && (
        <TypeInsurance
          patient={patient}
          onClose={() => setTyping(false)}
          onSaved={() => {
            setTyping(false);
            void load();
          }}
        />
      )}
      {patient && medical && <Medical patient={patient} kind={medical} onClose={() => setMedical(null)} />}
    </section>
  );
}

function until(iso: string): { date: string; time: string } {
  const at = new Date(iso);
  return { date: fullDate(japanDay(at)), time: clock(at) };
}

function Checked(props: {
  patient: Patient;
  history: readonly Change[];
  onUndo: (change: Change) => Promise<void>;
}) {
  const { patient } = props;
  const check = patient.last_check;
  const good = check?.validity === "valid" || check?.validity === "valid_unregistered";
  return (
    <section class="card panel">
      <h2 class="large">{to("patient.check")}</h2>
      {check ? (
        <p class="inline">
          <State kind={check.validity ? (good ? "done" : "problem") : "to-do"}>
            {word("validity", check.validity)}
          </State>
          <span class="sub">
            {shortTime(new Date(check.checked_at), new Date())}・{word("patient.checkKind", check.kind)}
          </span>
        </p>
      ) : (
        <p class="sub">{to("patient.neverChecked")}</p>
      )}
      <ReferenceLink {...props} />
      <p>
        <a class="button outline normal" href={`/office/inquiries?patient=${patient.id}`}>
          {ti("one.ask")}
        </a>
      </p>
    </section>
  );
}

const COVERAGE = [
  "insurer_number",
  "insurer_name",
  "card_symbol",
  "card_number",
  "branch_number",
  "relation",
  "insured_name",
  "contribution_ratio",
  "qualified_on",
  "valid_from",
  "valid_until",
  "issued_on",
  "limit_category",
  "limit_from",
  "limit_until",
  "lost_on",
] as const;

function CoverageFacts({ coverage }: { coverage: Coverage }) {
  return (
    <dl class="facts">
      {COVERAGE.filter((field) => coverage[field] !== null).map((field) => (
        <div key={field}>
          <dt>{fieldName(field)}</dt>
          <dd>{valueText(field, String(coverage[field]))}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChangeLine({ change, onUndo }: { change: Change; onUndo: () => Promise<void> }) {
  return (
    <li>
      <div class="panel-head">
        <span class="nowrap sub">{shortTime(new Date(change.at), new Date())}</span>
        <b>{word("history", change.kind)}</b>
        <span class="sub grow-plain">
          {to("history.by", { by: change.by, source: word("source", change.source) })}
        </span>
        {change.undone && <span class="sub">{to("history.isUndone")}</span>}
        {change.can_undo && (
          <Button icon="undo" onClick={onUndo}>
            {to("history.undo")}
          </Button>
        )}
      </div>
      {change.fields.length > 0 && (
        <details>
          <summary>{to("history.fields", { count: change.fields.length })}</summary>
          <dl class="facts">
            {change.fields.map((field) => (
              <div key={field.field}>
                <dt>{fieldName(field.field)}</dt>
                <dd>
                  {to("history.from", {
                    before: valueText(field.field, field.before) || to("empty"),
                    after: valueText(field.field, field.after) || to("empty"),
                  })}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  );
}
