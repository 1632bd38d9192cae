/** 訪問の記録: what was registered at this visit, by whom, and whether it has left the tablet. */
import { fullDate, shortTime } from "../../domain/dates";
import { timeOf } from "../../domain/visit-times";
import type { Visit } from "../../domain/visit-view";
import { tv } from "../../text/bedside";
import { tt, ttWord } from "../../text/tablet";
import { Note, State } from "../../ui/parts";
import { paperWord, presentWord } from "./register-more";
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
      {told ? <Told told={told} /> : <p class="sub">{tt("records.none")}</p>}
      {visit.previous && (
        <>
          <h2 class="large">
            <b>{tv("records.previous")}</b>
          </h2>
          <Told told={visit.previous} />
        </>
      )}
    </section>
  );
}

/** What was told at one visit, as whoever registered it told it. */
function Told({ told }: { told: NonNullable<Visit["registration"]> }) {
  const { present = [], papers = [] } = told;
  return (
    <dl>
      <dt>{tt("records.at")}</dt>
      <dd>{shortTime(new Date(told.registered_at), instant.value)}</dd>
      <dt>{tt("records.by")}</dt>
      <dd>{told.by}</dd>
      <dt>{tt("reg.identity")}</dt>
      <dd>{ttWord("reg", told.identity_method)}</dd>
      <dt>{tt("reg.outcome")}</dt>
      <dd>
        {ttWord("reg", told.outcome)}
        {told.reason && `（${ttWord("reason", told.reason)}）`}
      </dd>
      {told.items.length > 0 && (
        <>
          <dt>{tt("reg.items")}</dt>
          <dd>
            {told.items
              .map(
                (item) =>
                  `${ttWord("kindOf", String(item.kind))} ${tt(item.given === true ? "reg.yes" : "reg.no")}`,
              )
              .join("、")}
          </dd>
        </>
      )}
      {told.prescription_form && (
        <>
          <dt>{tt("reg.prescription")}</dt>
          <dd>{ttWord("reg", told.prescription_form)}</dd>
        </>
      )}
      {told.helper && (
        <>
          <dt>{tt("reg.helper")}</dt>
          <dd>{ttWord("reg", told.helper)}</dd>
        </>
      )}
      {(told.started_at || told.ended_at) && (
        <>
          <dt>{tv("records.times")}</dt>
          <dd>
            {timeOf(told.started_at)}〜{timeOf(told.ended_at)}
          </dd>
        </>
      )}
      {present.length > 0 && (
        <>
          <dt>{tv("reg.present")}</dt>
          <dd>{present.map(presentWord).join("、")}</dd>
        </>
      )}
      {papers.length > 0 && (
        <>
          <dt>{tv("reg.papers")}</dt>
          <dd>
            {papers
              .map((paper) =>
                paper.until
                  ? `${paperWord(paper.kind)}（${tv("paper.until", { date: fullDate(paper.until) })}）`
                  : paperWord(paper.kind),
              )
              .join("、")}
          </dd>
        </>
      )}
      {told.next_visit_on && (
        <>
          <dt>{tv("reg.next")}</dt>
          <dd>{fullDate(told.next_visit_on)}</dd>
        </>
      )}
      {told.page_code && (
        <>
          <dt>{tv("reg.pageCode")}</dt>
          <dd>{told.page_code}</dd>
        </>
      )}
      {told.note && (
        <>
          <dt>{tt("records.note")}</dt>
          <dd>{told.note}</dd>
        </>
      )}
    </dl>
  );
}
