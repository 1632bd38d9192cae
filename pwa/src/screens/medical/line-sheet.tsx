/** One ingredient, or the two of a pair side by side: every row with days, amounts, who and where it is known from. */

import { fullDate } from "../../domain/dates";
import type { Drug, Line, Medications } from "../../domain/medication";
import { t } from "../../text";
import { tm, tmWord } from "../../text/medical";
import { Button, Dialog, Note } from "../../ui/parts";
import { amountOf, lineName, monthText, plain, shortDate, takingReason } from "./words";

export function LineSheet(props: {
  held: Medications;
  today: string;
  keys: readonly string[];
  onClose: () => void;
}) {
  const lines = props.held.lines.filter((line) => props.keys.includes(line.key));
  const names = lines.map(lineName).join("・");
  const pair = props.held.pairs.find((each) => {
    const of = props.held.drugs.filter((drug) => drug.id === each.newer || drug.id === each.older);
    return of.length === 2 && of.every((drug) => props.keys.includes(drug.line));
  });
  return (
    <Dialog
      wide
      title={tm("line.title", { name: names })}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      {pair && (
        <Note title={tmWord("pair", pair.level)}>
          {pair.common_from && pair.common_to
            ? tm("pair.days", { from: fullDate(pair.common_from), to: fullDate(pair.common_to) })
            : tm("pair.near")}
          　{tm("pair.note")}
        </Note>
      )}
      {lines.map((line) => (
        <LineRows key={line.key} {...props} line={line} />
      ))}
    </Dialog>
  );
}

function LineRows({ held, today, line }: { held: Medications; today: string; line: Line }) {
  const standing = new Set(line.rows);
  const drugs = held.drugs.filter(
    (drug) => standing.has(drug.id) || (drug.superseded_by !== null && standing.has(drug.superseded_by)),
  );
  const lastMonth = held.ends.find((end) => end.source === "receipt")?.last_month ?? null;
  return (
    <section class="line-rows">
      <h3 class="large">{plain(line.drug_name)}</h3>
      <p>
        {takingReason(line, today, lastMonth)}
        {line.gaps.map((gap) => (
          <span key={gap.first} class="sub">
            　{tm("gap", { from: shortDate(gap.first, today), to: shortDate(gap.last, today) })}
          </span>
        ))}
      </p>
      <table class="plain">
        <thead>
          <tr>
            {(["row.day", "row.amount", "row.times", "row.who", "row.source"] as const).map((column) => (
              <th key={column}>{tm(column)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drugs.map((drug) => (
            <DrugRow key={drug.id} drug={drug} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DrugRow({ drug }: { drug: Drug }) {
  const days = drug.covers_to !== null;
  return (
    <tr class={drug.superseded ? "repeated" : undefined}>
      <td>
        {drug.dispensed_on
          ? fullDate(drug.dispensed_on)
          : drug.prescribed_on
            ? `${tm("row.prescribedDay")} ${fullDate(drug.prescribed_on)}`
            : drug.month && tm("row.month", { month: monthText(drug.month) })}
      </td>
      <td>
        {[amountOf(drug), plain(drug.usage ?? "")].filter(Boolean).join("・")}
        {drug.instruction && (
          <span class="sub below">{tm("instruction", { text: plain(drug.instruction) })}</span>
        )}
      </td>
      <td>{drug.times && tm(days ? "row.days" : "row.count", { times: plain(drug.times) })}</td>
      <td>
        {drug.own ? tm("own") : plain(drug.prescriber ?? "") || tm("nameless")}
        {drug.dispenser && drug.dispenser !== drug.prescriber && (
          <span class="sub below">→ {plain(drug.dispenser)}</span>
        )}
      </td>
      <td>
        <span class="nowrap">
          <i class={`source-mark ${drug.source}`} />
          {tmWord("source", drug.source)}
        </span>
        {drug.superseded && <span class="sub below">{tm("row.repeated")}</span>}
      </td>
    </tr>
  );
}
