/** 閲覧の記録: who viewed whose medical information in a month, to be shown, saved or printed (在宅医療DX情報活用加算). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, eraDate, japanDay, weekday } from "../../domain/dates";
import { shiftMonth } from "../../domain/months";
import { t } from "../../text";
import { auditWord, tau } from "../../text/audit";
import { Icon } from "../../ui/icon";
import { Busy, Button } from "../../ui/parts";
import { ask } from "./session";
import { useStill } from "./still";
import { Trouble } from "./trouble";
import "./audit.css";

type Evidence = Schemas["EvidenceOut"];
type OnePatient = Schemas["PatientEvidenceOut"];
type Viewing = Schemas["ViewingOut"];
type Unobtained = Schemas["UnobtainedOut"];
type Role = Parameters<typeof t>[0] & `role.${string}`;

const thisMonth = (): string => japanDay(new Date()).slice(0, 7);

export default function ViewingEvidence() {
  const [month, setMonth] = useState(thisMonth);
  const [found, setFound] = useState<Evidence | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const still = useStill(month);
  const load = async () => {
    const answer = await ask(office.GET("/api/viewing-evidence", { params: { query: { month } } }));
    if (!still()) return;
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setFound(answer.value);
  };
  useEffect(() => {
    setFound(null);
    void load();
  }, [month]);
  return (
    <section class="evidence">
      <header class="page-head">
        <h1 class="title grow">{tau("evidence.title")}</h1>
        <a class="button outline normal acts" href={`/api/viewing-evidence/export?month=${month}`} download>
          <Icon name="document" />
          {tau("csv")}
        </a>
        <span class="acts">
          <Button kind="primary" disabled={found === null} onClick={() => globalThis.print()}>
            {tau("evidence.print")}
          </Button>
        </span>
      </header>
      <div class="months">
        <span class="acts">
          <Button icon="back" onClick={() => setMonth(shiftMonth(month, -1))}>
            {tau("evidence.before")}
          </Button>
        </span>
        <b>{eraDate(`${month}-01`).replace("1日", "")}</b>
        <span class="acts">
          <Button icon="next" disabled={month >= thisMonth()} onClick={() => setMonth(shiftMonth(month, 1))}>
            {tau("evidence.after")}
          </Button>
        </span>
      </div>
      <Trouble failure={failure} onRetry={load} />
      {found === null ? !failure && <Busy /> : <Month found={found} />}
    </section>
  );
}

function Month({ found }: { found: Evidence }) {
  const viewings = found.patients.reduce((sum, patient) => sum + patient.viewings.length, 0);
  return (
    <>
      <section class="card">
        <h2 class="large">
          {found.clinic_name} — {tau("evidence.summary", { patients: found.patients.length, viewings })}
        </h2>
        <p>{tau("evidence.about")}</p>
        {found.rule && (
          <p>
            {tau("evidence.rule")}: {found.rule.name}（
            {tau("evidence.ruleFrom", { day: eraDate(found.rule.valid_from) })}） {found.rule.text}
          </p>
        )}
        <p class="sub">{tau("evidence.only")}</p>
      </section>
      {found.unobtained.length > 0 && <WithoutInformation found={found.unobtained} />}
      {found.patients.length === 0 && <p class="card empty-board large">{tau("evidence.empty")}</p>}
      {found.patients.map((patient) => (
        <Patient key={patient.patient_id} patient={patient} />
      ))}
    </>
  );
}

function Patient({ patient }: { patient: OnePatient }) {
  return (
    <section class="card">
      <h2 class="large person-head">
        {patient.patient_name ?? tau("unknown")}
        {patient.chart_number && (
          <span class="sub">{tau("evidence.chart", { number: patient.chart_number })}</span>
        )}
        <span class="sub">{tau("evidence.times", { count: patient.viewings.length })}</span>
      </h2>
      <table class="plain">
        <thead>
          <tr>
            <th>{tau("at")}</th>
            <th>{tau("evidence.kind")}</th>
            <th>{tau("evidence.person")}</th>
            <th>{tau("device")}</th>
          </tr>
        </thead>
        <tbody>
          {patient.viewings.map((one, index) => (
            <Look key={`${one.at}${index}`} one={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Refused, failed, or asked for and not there: the other half of the evidence, with the reason (A9, A11). */
function WithoutInformation({ found }: { found: readonly Unobtained[] }) {
  const counted = (what: Unobtained["what"]) => found.filter((each) => each.what === what).length;
  return (
    <section class="card">
      <h2 class="large person-head">
        {tau("without.title")}
        <span class="sub">
          {tau("without.summary", {
            refused: counted("refused"),
            failed: counted("failed"),
            none: counted("no_information"),
          })}
        </span>
      </h2>
      <table class="plain">
        <thead>
          <tr>
            <th>{tau("without.day")}</th>
            <th>{tau("without.patient")}</th>
            <th>{tau("without.what")}</th>
            <th>{tau("without.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr key={`${one.day}${one.patient_id}${one.what}${one.kind}${one.reason}`}>
              <td class="nowrap">{dayText(one.day)}</td>
              <td>
                {one.patient_name ?? tau("unknown")}
                {one.chart_number && (
                  <span class="sub"> {tau("evidence.chart", { number: one.chart_number })}</span>
                )}
              </td>
              <td>{auditWord("without", one.what)}</td>
              <td>
                {one.kind
                  ? auditWord("kind", one.kind)
                  : one.reason
                    ? auditWord("because", one.reason)
                    : tau("without.noReason")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const dayText = (day: string): string =>
  `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日（${weekday(day)}）`;

function Look({ one }: { one: Viewing }) {
  const at = new Date(one.at);
  const day = japanDay(at);
  return (
    <tr>
      <td class="nowrap">
        {dayText(day)}
        {clock(at)}
      </td>
      <td>{auditWord("kind", one.kind)}</td>
      <td>
        {one.staff_name ?? tau("unknown")}
        {one.role && <span class="sub">（{t(`role.${one.role}` as Role)}）</span>}
      </td>
      <td>{one.device_name ?? tau("office")}</td>
    </tr>
  );
}
