/** 患者: the ledger, searched by kana, kanji, birthday or chart number; page by page, nobody left out. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { sexText } from "../../domain/comparison";
import { fullDate, shortDay } from "../../domain/dates";
import { ledgerQuery } from "../../domain/office-dates";
import { to, word } from "../../text/office";
import { PersonName } from "../../ui/name";
import { Busy, Button, State } from "../../ui/parts";
import { LedgerFileActs } from "./ledger-file";
import { changes } from "./lights";
import { patientQuery } from "./patient-query";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
const PAGE = 50;

export default function Patients() {
  const [items, setItems] = useState<readonly Patient[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [total, setTotal] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const query = patientQuery.value;
  const load = async (cursor: string | null, limit = PAGE) => {
    const answer = await ask(
      office.GET("/api/patients", {
        params: { query: { query: ledgerQuery(query) || null, cursor, limit } },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok || patientQuery.peek() !== query) return;
    setItems((before) => (cursor ? [...(before ?? []), ...answer.value.items] : answer.value.items));
    setNext(answer.value.next_cursor);
    setTotal(answer.value.total);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load(null, Math.min(500, Math.max(PAGE, items?.length ?? 0)));
  }, [query, changed]);
  return (
    <section class="patients">
      <header class="page-head">
        <h1 class="title">{to("patients.title")}</h1>
        <p class="large sub grow" role="status">
          {items && (query ? to("patients.searched", { query, total }) : to("patients.found", { total }))}
        </p>
        {query && (
          <Button
            icon="close"
            onClick={() => {
              patientQuery.value = "";
            }}
          >
            {to("patients.clear")}
          </Button>
        )}
        {session.value?.staff.role === "admin" && !query && <LedgerFileActs onTaken={() => load(null)} />}
      </header>
      <Trouble failure={failure} onRetry={() => load(null)} />
      {items === null ? (
        !failure && <Busy />
      ) : items.length === 0 ? (
        <p class="card empty-board large">
          {query ? to("patients.nobody", { query }) : to("patients.empty")}
        </p>
      ) : (
        <div class="card scroll">
          <table class="plain">
            <thead>
              <tr>
                <th>{to("column.name")}</th>
                <th>{to("column.sex")}</th>
                <th>{to("column.birth")}</th>
                <th>{to("patients.chart")}</th>
                <th>{to("column.insurer")}</th>
                <th>{to("column.reference")}</th>
                <th>{to("patients.check")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((patient) => (
                <PatientRow key={patient.id} patient={patient} />
              ))}
            </tbody>
          </table>
          {next && (
            <p class="more-row">
              <Button onClick={() => load(next)}>{to("patients.more")}</Button>
              <span class="sub">{to("list.someShown", { total, count: items.length })}</span>
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function PatientRow({ patient }: { patient: Patient }) {
  const check = patient.last_check;
  const good = check?.validity === "valid" || check?.validity === "valid_unregistered";
  return (
    <tr>
      <td>
        <a class="patient-link" href={`/office/patients/${patient.id}`}>
          <PersonName name={patient.name} kana={patient.name_kana} />
        </a>
      </td>
      <td>{sexText(patient.sex)}</td>
      <td class="nowrap">
        {fullDate(patient.birth_date)}
        <span class="sub below">{to("years", { age: patient.age })}</span>
      </td>
      <td>{patient.chart_number ?? <span class="sub">{to("none")}</span>}</td>
      <td>{patient.coverage?.insurer_number ?? <span class="sub">{to("none")}</span>}</td>
      <td>{patient.reference_number ?? to("notRegistered")}</td>
      <td>
        <State kind={check?.validity ? (good ? "done" : "problem") : "to-do"}>
          {word("validity", check?.validity ?? null)}
        </State>
        {check && <span class="sub below">{shortDay(new Date(check.checked_at), new Date())}</span>}
      </td>
    </tr>
  );
}
