/** One page in large type for paper; on screen it does not exist. It holds what is on screen now, never more. */
import { fullDate, shortTime } from "../../domain/dates";
import type { Line, Medications } from "../../domain/medication";
import { tm } from "../../text/medical";
import { amountOf, institution, lineName, plain } from "./words";

export function PrintedList(props: {
  held: Medications;
  lines: readonly Line[];
  today: string;
  now: Date;
  patientName: string;
}) {
  const byId = new Map(props.held.drugs.map((drug) => [drug.id, drug]));
  return (
    <section class="printed" aria-hidden="true">
      <h1>
        {props.patientName}　お薬　{fullDate(props.today)}
      </h1>
      <ol>
        {props.lines.map((line) => {
          const drug = byId.get(line.rows[0] ?? "");
          const day = drug?.dispensed_on ?? drug?.prescribed_on;
          return (
            <li key={line.key}>
              <b>{plain(drug?.drug_name ?? lineName(line))}</b>
              {spaced(drug && amountOf(drug), plain(drug?.usage ?? ""))}
              <br />
              {[drug && institution(drug), day && fullDate(day)].filter(Boolean).join("　")}
            </li>
          );
        })}
      </ol>
      <p>
        {[
          props.held.fetched_at &&
            tm("fetched", { time: shortTime(new Date(props.held.fetched_at), props.now) }),
          tm("fixed"),
        ]
          .filter(Boolean)
          .join("　")}
      </p>
    </section>
  );
}

/** Each with a wide space before it, as one writes on paper. */
const spaced = (...parts: ReadonlyArray<string | undefined>): string =>
  parts
    .filter(Boolean)
    .map((part) => `　${part}`)
    .join("");
