/**
 * The page of months: one row an ingredient and prescriber, a bar for each supply, marked by where the row comes from.
 * Months and the silence of receipts are drawn once behind all rows, today once over them.
 */

import { className } from "../../domain/drug-classes";
import {
  type Cluster,
  type Medications,
  type MonthRange,
  type Months,
  type Period,
  periodOf,
  type Row,
  receiptsEnd,
  type Section,
  share,
} from "../../domain/medication";
import { tm, tmWord } from "../../text/medical";
import { useGrowing } from "../../ui/growing";
import { Icon } from "../../ui/icon";
import { Button } from "../../ui/parts";
import { amountOf, institution, lineName, productOf, shortDate } from "./words";

type Common = {
  held: Medications;
  today: string;
  months: Months | MonthRange;
  onOpen: (keys: readonly string[]) => void;
};

/** How many clusters a bedside screen can hold, and how many follow at a time. */
const FIRST = 10;
const SLICE = 40;
/** Height kept for a row that is still to be drawn, in px. */
const ROW = 56;

export function DrugTimeline(props: Common & { sections: readonly Section[] }) {
  const { sections } = props;
  const total = sections.reduce((sum, section) => sum + section.clusters.length, 0);
  const shown = useGrowing(total, FIRST, SLICE);
  const continuing = new Set(
    sections
      .filter((section) => section.kind === "continuing")
      .flatMap((section) => section.clusters.flatMap((cluster) => cluster.rows.map((row) => row.line.key))),
  );
  const period = periodOf(props.today, props.months);
  let before = 0;
  return (
    <div class="timeline card" aria-busy={shown < total}>
      <MonthHead {...props} period={period} />
      <div class="timeline-rows">
        <MonthGrid {...props} period={period} />
        {sections.map((section) => {
          const clusters = section.clusters.slice(0, Math.max(0, shown - before));
          before += section.clusters.length;
          return (
            <section key={section.kind} aria-label={tm(section.kind)}>
              <h3 class="timeline-section">
                <Icon name={section.kind === "continuing" ? "refresh" : "check"} />
                <b>{tm(section.kind)}</b>
                <span class="sub">
                  {section.kind === "continuing"
                    ? tm("continuing.hint", { count: continuing.size })
                    : tm("other.hint")}
                </span>
              </h3>
              <ul>
                {clusters.map((cluster) => (
                  <ClusterRows key={cluster.rows[0]?.key ?? ""} {...props} cluster={cluster} />
                ))}
              </ul>
            </section>
          );
        })}
        <svg class="timeline-grid over" aria-hidden="true">
          <Today period={period} today={props.today} />
        </svg>
      </div>
      {shown < total && <svg class="timeline-rest" aria-hidden="true" height={(total - shown) * ROW} />}
    </div>
  );
}

/** From here on months have no room for names and lines of their own. */
const MOST_MONTHS = 12;

function MonthHead({ today, period }: Common & { period: Period }) {
  const years = period.months.length > MOST_MONTHS;
  return (
    <div class="timeline-head" aria-hidden="true">
      <span>{tm("column")}</span>
      <svg class="timeline-months" role="presentation" aria-hidden="true">
        {period.months
          .filter((month) => !years || month.key.endsWith("-01"))
          .map((month) => (
            <text key={month.key} x={`${month.at * 100 + 0.6}%`} y="22">
              {years ? month.key.slice(0, 4) : `${Number(month.key.slice(5))}月`}
            </text>
          ))}
        <Today period={period} today={today} />
      </svg>
    </div>
  );
}

/** Behind the rows: where months begin, and from where on receipts cannot speak yet. */
function MonthGrid({ held, period }: Common & { period: Period }) {
  const silent = receiptsEnd(held, period);
  return (
    <svg class="timeline-grid" aria-hidden="true">
      {silent !== null && (
        <rect class="silent" x={`${silent * 100}%`} y="0" width={`${(1 - silent) * 100}%`} height="100%" />
      )}
      {period.months.length <= MOST_MONTHS &&
        period.months.map((month) => (
          <line
            key={month.key}
            class="month"
            x1={`${month.at * 100}%`}
            x2={`${month.at * 100}%`}
            y1="0"
            y2="100%"
          />
        ))}
    </svg>
  );
}

function Today({ period, today }: { period: Period; today: string }) {
  if (today > period.to) return null;
  const x = `${share(period, today) * 100}%`;
  return <line class="timeline-today" x1={x} x2={x} y1="0" y2="100%" />;
}

function ClusterRows(props: Common & { cluster: Cluster }) {
  const { cluster, held, today, onOpen } = props;
  const { pair, rows } = cluster;
  if (!pair)
    return (
      <>
        {rows.map((row) => (
          <TimelineRow key={row.key} {...props} row={row} />
        ))}
      </>
    );
  const keys = [...new Set(rows.map((row) => row.line.key))];
  return (
    <li class="timeline-pair">
      <ul>
        {rows.map((row) => (
          <TimelineRow key={row.key} {...props} row={row} />
        ))}
      </ul>
      <p>
        <Icon name="need" />
        <span class="grow">
          <b>{tmWord("pair", pair.level)}</b>{" "}
          {pair.common_from && pair.common_to
            ? tm("pair.days", {
                from: shortDate(pair.common_from, today),
                to: shortDate(pair.common_to, today),
              })
            : tm("pair.near")}
        </span>
        <Button onClick={() => onOpen(pairKeys(held, pair) ?? keys)}>{tm("pair.both")}</Button>
      </p>
    </li>
  );
}

function pairKeys(held: Medications, pair: NonNullable<Cluster["pair"]>): string[] | null {
  const lines = held.drugs
    .filter((drug) => drug.id === pair.newer || drug.id === pair.older)
    .map((drug) => drug.line);
  return lines.length === 2 ? [...new Set(lines)] : null;
}

function TimelineRow({ row, today, onOpen }: Common & { row: Row }) {
  const { line, newest } = row;
  const group = className(line.class_code);
  const name = lineName(line);
  return (
    <li class="timeline-row">
      <button type="button" class="timeline-name" onClick={() => onOpen([line.key])}>
        <span>
          <b>{name}</b> {[productOf(line, newest), amountOf(newest)].filter(Boolean).join(" ")}
          {line.change && <em>{tmWord("change", line.change)}</em>}
          {line.prescribed_only && <em>{tm("prescribedOnly")}</em>}
        </span>
        <span class="sub">
          {[institution(newest), group ?? tmWord("use", line.use_class)].filter(Boolean).join("・")}
        </span>
        <span class="visually-hidden">{tm("line.open")}</span>
      </button>
      <svg class="timeline-bars" role="img" aria-label={spoken(row, today)}>
        {row.bars.map((bar) => (
          <rect
            key={bar.id}
            class={`bar ${bar.source}`}
            x={`${bar.from * 100}%`}
            y="15"
            width={`${Math.max(0.2, (bar.to - bar.from) * 100)}%`}
            height="18"
            rx="5"
          />
        ))}
      </svg>
    </li>
  );
}

/** The same facts for those who hear the page: how often, and on which days. */
function spoken(row: Row, today: string): string {
  const drawn = new Set(row.bars.map((bar) => bar.id));
  const shown = row.drugs.filter((drug) => drawn.has(drug.id));
  if (shown.length === 0) return tm("bars.none");
  const days = shown.map((drug) => shortDate(drug.dispensed_on ?? drug.prescribed_on ?? today, today));
  return tm("bars.list", { count: shown.length, days: days.join("、") });
}

/** Patterns that tell the sources apart without colour; drawn once for the whole page. */
export function BarPatterns() {
  return (
    <svg class="patterns" aria-hidden="true" focusable="false">
      <defs>
        <pattern
          id="bar-dispensing"
          width="9"
          height="9"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect class="stripe-ground" width="9" height="9" />
          <rect class="stripe" width="5" height="9" />
        </pattern>
        <pattern
          id="bar-silent"
          width="9"
          height="9"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect class="silent-stripe" width="1" height="9" />
        </pattern>
      </defs>
    </svg>
  );
}
