/** The rows of the month board: half a year of signs, this month's result, and the one thing to do next. */
import type { Schemas } from "../../api/client";
import { shortDay, shortTime } from "../../domain/dates";
import { canBeTicked } from "../../domain/month-board";
import { type InquiryKey, iword, ti } from "../../text/inquiry";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { State } from "../../ui/parts";
import { MONTH_LOOK, outcomeKind } from "./inquiry-words";

type Board = Schemas["MonthBoardOut"];
type Row = Schemas["MonthRowOut"];

export function MonthTable(props: {
  board: Board;
  rows: readonly Row[];
  out: ReadonlySet<string>;
  anyChosen: boolean;
  onToggle: (id: string) => void;
  onToggleAll: () => void;
}) {
  const { board, rows } = props;
  return (
    <div class="card scroll">
      <table class="plain board-table">
        <thead>
          <tr>
            <th class="b">
              {board.is_now && rows.some(canBeTicked) && (
                <label class="box">
                  <input
                    type="checkbox"
                    checked={props.anyChosen}
                    onChange={props.onToggleAll}
                    aria-label={ti("month.tickAll")}
                  />
                </label>
              )}
            </th>
            <th>{ti("month.column.patient")}</th>
            <th class="chart">{ti("month.column.chart")}</th>
            {board.months.map((month) => (
              <th key={month} class={month === board.month ? "month-mark this" : "month-mark"}>
                {ti("month.monthName", { month: Number(month.slice(5)) })}
              </th>
            ))}
            <th>{ti("month.column.result")}</th>
            <th>{ti("month.column.next")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.patient_id}>
              <td class="b">
                {board.is_now && canBeTicked(row) && (
                  <label class="box">
                    <input
                      type="checkbox"
                      checked={!props.out.has(row.patient_id)}
                      onChange={() => props.onToggle(row.patient_id)}
                      aria-label={ti("month.tick", { name: row.patient_name })}
                    />
                  </label>
                )}
              </td>
              <td class="nowrap">
                <a class="patient-link" href={`/office/patients/${row.patient_id}`}>
                  <PersonName name={row.patient_name} kana={row.name_kana} />
                </a>
                {row.chart_number && <span class="sub below chart-below">{row.chart_number}</span>}
              </td>
              <td class="nowrap chart">{row.chart_number ?? <span class="sub">{to("none")}</span>}</td>
              {row.marks.map((mark, index) => (
                <Mark key={board.months[index]} state={mark} />
              ))}
              <Mark state={row.state === "not_possible" ? "due" : row.state} now />
              <td>
                <Result row={row} />
              </td>
              <td class="next">
                <NextStep row={row} />
              </td>
              <td class="end">{board.is_now && <Act row={row} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Mark({ state, now }: { state: Row["state"] | null; now?: boolean }) {
  const look = state ? MONTH_LOOK[state] : null;
  return (
    <td class={now ? "month-mark this" : "month-mark"}>
      {look && state ? (
        <span class={`sign ${state}`}>
          <Icon name={look.icon} />
          <span class="visually-hidden">{iword("state", state)}</span>
        </span>
      ) : (
        <span class="sub">
          <span aria-hidden="true">—</span>
          <span class="visually-hidden">{ti("mark.none")}</span>
        </span>
      )}
    </td>
  );
}

function Result({ row }: { row: Row }) {
  if (row.state === "needs_person" && row.reason)
    return <State kind={outcomeKind(row.reason)}>{iword("outcome", row.reason)}</State>;
  const look = MONTH_LOOK[row.state];
  return (
    <State kind={look.kind} icon={look.icon}>
      {iword("state", row.state)}
    </State>
  );
}

function NextStep({ row }: { row: Row }) {
  const now = new Date();
  // What nobody has asked about yet matters where the first check is missing; elsewhere it would stand in every row.
  const told = row.action !== "ready" && (row.action !== "ask_about_card" || row.state === "not_possible");
  const card = told && (
    <span class="sub below">
      <Icon name="card" /> {iword("action", row.action)}
    </span>
  );
  if (row.state === "needs_person" && row.reason)
    return (
      <>
        {ti(`next.${row.reason}` as InquiryKey)}
        {row.code && <span class="sub below">{row.code}</span>}
      </>
    );
  if (row.state === "not_possible")
    return (
      <>
        {iword("why", row.reason ?? "")}
        {card}
      </>
    );
  const at = row.last_checked_at;
  return (
    <>
      <span class="sub">
        {row.due_at
          ? ti("month.dueAt", { time: shortTime(new Date(row.due_at), now) })
          : at
            ? ti("month.lastCheck", { date: shortDay(new Date(at), now) })
            : ti("month.neverChecked")}
      </span>
      {card}
    </>
  );
}

function Act({ row }: { row: Row }) {
  if (row.state === "needs_person" && row.consented_id)
    return (
      <a class="button outline normal" href={`/office/list/${row.consented_id}`}>
        {ti("month.compare")}
      </a>
    );
  if (row.state === "needs_person" || row.state === "not_possible")
    return (
      <a class="button outline normal" href={`/office/inquiries?patient=${row.patient_id}`}>
        {row.state === "not_possible" ? ti("month.byNumber") : ti("month.look")}
      </a>
    );
  return null;
}
