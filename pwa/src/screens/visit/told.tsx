/** What was registered at one visit, as tablet and office read it. The words are those of the form it was told in. */
import { fullDate, shortTime } from "../../domain/dates";
import { timeOf } from "../../domain/visit-times";
import type { Visit } from "../../domain/visit-view";
import { type BedsideKey, tv } from "../../text/bedside";
import { tt, ttWord } from "../../text/tablet";
import "./told.css";

export const presentWord = (one: string): string => tv(`present.${one}` as BedsideKey);
export const paperWord = (kind: string): string => tv(`paper.${kind}` as BedsideKey);

/** What was told at one visit, as whoever registered it told it. */
export function Told({ told, now }: { told: NonNullable<Visit["registration"]>; now: Date }) {
  const { present = [], papers = [] } = told;
  return (
    <dl class="told">
      <dt>{tt("records.at")}</dt>
      <dd>{shortTime(new Date(told.registered_at), now)}</dd>
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
      {told.name_confirmed && (
        <>
          <dt>{tv("records.name")}</dt>
          <dd>{tv("records.nameSame")}</dd>
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
