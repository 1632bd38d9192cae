/** 照会の履歴: a period first, two years at most, nothing above 10,000 rows; and the way to the terminal's own (S-124…S-131). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { parseDate, shortTime } from "../../domain/dates";
import { ledgerQuery } from "../../domain/office-dates";
import { type InquiryKey, iword, ti } from "../../text/inquiry";
import { Button, Field, Input } from "../../ui/parts";
import { DateField } from "./date-field";
import { InquirySign } from "./inquiry-words";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Inquiry = Schemas["InquiryOut"];
type Outcome = NonNullable<Inquiry["outcome"]>;
type Asked = { first: string | null; last: string | null; query: string | null; outcome: Outcome | null };

const OUTCOMES: readonly Outcome[] = [
  "valid",
  "invalid",
  "invalid_new_exists",
  "not_found",
  "multiple",
  "valid_unregistered",
  "consent_again",
  "error",
  "no_answer",
  "not_sent",
  "unknown",
];
const PAGE = 100;

export function InquiryHistory() {
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [name, setName] = useState("");
  const [outcome, setOutcome] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const [items, setItems] = useState<readonly Inquiry[] | null>(null);
  const [total, setTotal] = useState(0);
  const [next, setNext] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async (wish: Asked, cursor: string | null) => {
    const answer = await ask(
      office.GET("/api/inquiries", { params: { query: { ...wish, cursor, limit: PAGE } } }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) {
      setItems(null);
      return;
    }
    setItems((before) => (cursor ? [...(before ?? []), ...answer.value.items] : answer.value.items));
    setTotal(answer.value.total);
    setNext(answer.value.next_cursor);
  };
  useEffect(() => {
    if (asked && session.peek()) void load(asked, null);
  }, [asked]);
  const search = () =>
    setAsked({
      first: parseDate(first),
      last: parseDate(last),
      query: ledgerQuery(name) || null,
      outcome: OUTCOMES.find((each) => each === outcome) ?? null,
    });
  return (
    <>
      <form
        class="card panel history-form"
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <div class="days">
          <DateField label={ti("history.first")} typed={first} onTyped={setFirst} echo />
          <DateField label={ti("history.last")} typed={last} onTyped={setLast} echo />
          <Field label={ti("history.name")}>
            <Input value={name} onText={setName} autocomplete="off" />
          </Field>
          <Field label={ti("history.outcome")}>
            <select class="input" value={outcome} onChange={(event) => setOutcome(event.currentTarget.value)}>
              <option value="">{ti("history.any")}</option>
              {OUTCOMES.map((each) => (
                <option key={each} value={each}>
                  {ti(`outcome.${each}` as InquiryKey)}
                </option>
              ))}
            </select>
          </Field>
          <Button type="submit" kind="primary" size="main" onClick={search}>
            {ti("history.search")}
          </Button>
        </div>
        <p class="sub">{ti("history.hint")}</p>
      </form>
      <Trouble failure={failure} />
      {items && (
        <p class="large sub" role="status">
          {items.length === 0 ? ti("history.none") : ti("history.found", { total })}
        </p>
      )}
      {items && items.length > 0 && <Rows items={items} />}
      {next && asked && (
        <p>
          <Button onClick={() => load(asked, next)}>{ti("history.more")}</Button>
        </p>
      )}
      <Recovery />
    </>
  );
}

function Rows({ items }: { items: readonly Inquiry[] }) {
  return (
    <div class="card scroll">
      <table class="plain">
        <thead>
          <tr>
            {(["at", "patient", "route", "by", "outcome", "codes"] as const).map((column) => (
              <th key={column}>{ti(`history.column.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.id}>
              <td class="nowrap">
                {shortTime(new Date(row.closed_at ?? row.asked_at ?? row.wanted_at), new Date())}
              </td>
              <td>
                <a class="patient-link" href={`/office/patients/${row.patient_id}`}>
                  {row.patient_name}
                </a>
                <span class="sub below">{row.chart_number}</span>
              </td>
              <td>
                {ti(`route.${row.route}`)}
                <span class="sub below">
                  {iword("occasion", row.occasion)}
                  {row.in_bulk && `・${ti("history.bulk")}`}
                </span>
              </td>
              <td>{row.asked_by ?? <span class="sub">{ti("history.byItself")}</span>}</td>
              <td>
                <InquirySign inquiry={row} />
              </td>
              <td class="sub">{row.code}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Recovery() {
  return (
    <details class="card panel">
      <summary class="large">{ti("recover.title")}</summary>
      <p>{ti("recover.text")}</p>
      <ol class="missing">
        {(["recover.1", "recover.2", "recover.3", "recover.4"] as const).map((key) => (
          <li key={key}>{ti(key)}</li>
        ))}
      </ol>
      <p class="sub">{ti("recover.limits")}</p>
    </details>
  );
}
