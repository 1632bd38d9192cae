/** 訪問の記録 of one patient: each visit with what was told at the bedside, newest first. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, fullDate, japanDay } from "../../domain/dates";
import { tv } from "../../text/bedside";
import { word } from "../../text/office";
import { Busy } from "../../ui/parts";
import { Told } from "../visit/told";
import { changes } from "./lights";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Visit = Schemas["OfficeVisitOut"];

export default function VisitHistory({ patientId }: { patientId: string }) {
  const [visits, setVisits] = useState<readonly Visit[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const answer = await ask(
      office.GET("/api/visits/of/{patient_id}", { params: { path: { patient_id: patientId } } }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setVisits(answer.value.items);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [patientId, changed]);
  const now = new Date();
  return (
    <section class="card panel">
      <h2 class="large">{tv("history.title")}</h2>
      <Trouble failure={failure} onRetry={load} />
      {visits === null && !failure && <Busy />}
      {visits?.length === 0 && <p class="sub">{tv("history.none")}</p>}
      {visits?.map((visit) => {
        const at = new Date(visit.planned_at);
        const head = `${fullDate(japanDay(at))} ${clock(at)} ${word("type", visit.visit_type)}`;
        return visit.registration ? (
          <details key={visit.id}>
            <summary>
              {head}・{visit.registration.by}
            </summary>
            <Told told={visit.registration} now={now} />
          </details>
        ) : (
          <p key={visit.id} class="sub">
            {head}・{word("visit", visit.state)}
          </p>
        );
      })}
    </section>
  );
}
