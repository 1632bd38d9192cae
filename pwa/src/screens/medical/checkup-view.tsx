/** 健診 over five fiscal years: small charts with both judgement values, or the same numbers as a table. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { eraYear, fiscalYear, type Series } from "../../domain/chart";
import { fullDate, shortTime } from "../../domain/dates";
import { t } from "../../text";
import { tm } from "../../text/medical";
import { Button, Dialog, Empty, Segments } from "../../ui/parts";
import { CheckupTable } from "./checkup-table";
import { SmallChart } from "./small-chart";
import { plain } from "./words";
import "./medical.css";

export type Checkups = Schemas["CheckupsOut"];

/** First what is asked for first; the rest of the groups follow in the programme's order. */
const FIRST = ["HBA1C", "SBP", "EGFR", "LDL", "ALT", "WEIGHT"] as const;
const PAIRED = "DBP";

export function CheckupView({ held, today, now }: { held: Checkups; today: string; now: Date }) {
  const [view, setView] = useState<"chart" | "table">("chart");
  const [more, setMore] = useState(false);
  const [asked, setAsked] = useState(false);
  const byKey = new Map(held.series.map((series) => [series.key, series]));
  const ordered: Series[] = [
    ...FIRST.flatMap((key) => byKey.get(key) ?? []),
    ...held.series.filter(
      (series) => !(FIRST as readonly string[]).includes(series.key) && series.key !== PAIRED,
    ),
  ];
  if (held.checkups.length === 0) return <Empty>{tm("check.none")}</Empty>;
  const shown = more ? ordered : ordered.slice(0, 6);
  const last = fiscalYear(today);
  return (
    <div class="checkup-view">
      <div class="medication-bar">
        <Segments
          label={tm("by.label")}
          value={view}
          onChange={setView}
          options={[
            { value: "chart", text: tm("chart"), icon: "chart" },
            { value: "table", text: tm("table"), icon: "list" },
          ]}
        />
        <p>
          <b>{tm("check.title")}</b> {tm("check.years", { from: eraYear(last - 4), to: eraYear(last) })}
        </p>
        <Legend />
      </div>
      {view === "chart" ? (
        <>
          <div class="chart-grid">
            {shown.map((series) => (
              <SmallChart
                key={series.key}
                series={series}
                second={series.key === "SBP" ? (byKey.get(PAIRED) ?? null) : null}
                stage={series.key === "EGFR" ? held.gfr_stage : null}
                today={today}
              />
            ))}
          </div>
          {ordered.length > 6 && (
            <Button wide onClick={() => setMore(!more)}>
              {more ? t("close") : tm("others_items", { count: ordered.length - 6 })}
            </Button>
          )}
        </>
      ) : (
        <CheckupTable held={held} />
      )}
      {held.judgements.length > 0 && (
        <section class="card answers">
          <h3 class="large">{tm("judgements")}</h3>
          <Answers answers={held.judgements} />
        </section>
      )}
      <footer class="checkup-foot-line">
        <p class="sub">
          {held.missing_years.length > 0 &&
            tm("missingYears", {
              years: held.missing_years.map((year) => `${eraYear(year)}（${year}）`).join("、"),
            })}
          {held.source && tm("limits", { source: held.source })}
          {byKey.get("EGFR")?.points.some((point) => point.computed) && tm("gfr.formula")}
          <br />
          {held.fetched_at && tm("fetched", { time: shortTime(new Date(held.fetched_at), now) })}・
          {tm("check.lag")}
        </p>
        {held.questionnaire.length > 0 && (
          <Button icon="list" onClick={() => setAsked(true)}>
            {tm("questionnaire", { count: held.questionnaire.length })}
          </Button>
        )}
      </footer>
      {asked && (
        <Dialog
          wide
          title={tm("questionnaire.title", { date: held.asked_on ? fullDate(held.asked_on) : "" })}
          onClose={() => setAsked(false)}
          acts={
            <Button kind="primary" onClick={() => setAsked(false)}>
              {t("close")}
            </Button>
          }
        >
          <Answers answers={held.questionnaire} />
        </Dialog>
      )}
    </div>
  );
}

function Answers({ answers }: { answers: Checkups["judgements"] }) {
  return (
    <dl class="answer-list">
      {answers.map((answer) => (
        <div key={answer.code}>
          <dt>{plain(answer.name)}</dt>
          <dd>{plain(answer.text)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Legend() {
  return (
    <ul class="chart-legend">
      <li>
        <i class="band guidance" />
        {tm("guidance")}
      </li>
      <li>
        <i class="band referral" />
        {tm("referral")}
      </li>
      <li>
        <i class="diamond" />
        {tm("method")}
      </li>
    </ul>
  );
}
