/** 訪問の記録: what was registered at this visit, by whom, and whether it has left the tablet. */
import type { Visit } from "../../domain/visit-view";
import { tv } from "../../text/bedside";
import { tt } from "../../text/tablet";
import { Note, State } from "../../ui/parts";
import { Told } from "../visit/told";
import { instant, records } from "./start";

export function VisitRecord({ visit }: { visit: Visit }) {
  const told = visit.registration;
  const unsent = records.isUnsent(visit.id);
  return (
    <section class="card record">
      <h2 class="large">
        <b>{tt("records.title")}</b>
        {unsent && (
          <State kind="waiting" icon="up">
            {tt("records.unsent")}
          </State>
        )}
      </h2>
      {unsent && <Note kind="info">{tt("saved")}</Note>}
      {told ? <Told told={told} now={instant.value} /> : <p class="sub">{tt("records.none")}</p>}
      {visit.previous && (
        <>
          <h2 class="large">
            <b>{tv("records.previous")}</b>
          </h2>
          <Told told={visit.previous} now={instant.value} />
        </>
      )}
    </section>
  );
}
