/**
 * お薬 for tablet and office: what stands out, then the page of months, by ingredient or by month. The server decides what
 * is still taken and what names the same ingredient; this view shows it with rows and reasons.
 */
import { useMemo, useState } from "preact/hooks";
import { shortTime } from "../../domain/dates";
import {
  asText,
  type Medications,
  type MonthRange,
  type Months,
  monthAfter,
  monthsBetween,
  sections,
  type Wish,
} from "../../domain/medication";
import { tm } from "../../text/medical";
import { useGrowing } from "../../ui/growing";
import { Icon } from "../../ui/icon";
import { Button, Chip, Empty, Input, Segments } from "../../ui/parts";
import { DrugMonths } from "./drug-months";
import { DrugTimeline } from "./drug-timeline";
import { LineSheet } from "./line-sheet";
import { PrintedList } from "./printed-list";
import { StandOut } from "./stand-out";
import { monthText } from "./words";
import "./medical.css";

const PERIODS: readonly Months[] = [3, 6, 12, 60];

export function MedicationView(props: {
  held: Medications;
  today: string;
  now: Date;
  /** あと 10時間13分; null where nothing ends. */
  left: string | null;
  patientName: string;
}) {
  const { held, today } = props;
  const [view, setView] = useState<"ingredient" | "month">("ingredient");
  const [wish, setWish] = useState<Wish>({
    months: 6,
    othersOnly: false,
    asNeededPairs: false,
    search: "",
    lines: null,
    order: "recent",
  });
  const [opened, setOpened] = useState<readonly string[] | null>(null);
  const [copied, setCopied] = useState(false);
  const change = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const found = useMemo(() => sections(held, today, wish), [held, today, wish]);
  const lines = useMemo(() => {
    const keys = new Set(
      found.flatMap(({ clusters }) => clusters.flatMap(({ rows }) => rows.map(({ line }) => line.key))),
    );
    return held.lines.filter((line) => keys.has(line.key));
  }, [held, found]);
  const painted = useGrowing(1, 0, 1) === 1;
  const copy = async () => {
    await navigator.clipboard.writeText(asText(held, lines));
    setCopied(true);
  };
  return (
    <div class="medication">
      <div class="medication-bar">
        <Segments
          label={tm("by.label")}
          value={view}
          onChange={setView}
          options={[
            { value: "ingredient", text: tm("by.ingredient"), icon: "pill" },
            { value: "month", text: tm("by.month"), icon: "calendar" },
          ]}
        />
        <Segments
          label={tm("months.label")}
          value={typeof wish.months === "number" ? String(wish.months) : "range"}
          onChange={(value) =>
            change({ months: value === "range" ? lastHalfYear(today) : (Number(value) as Months) })
          }
          options={[
            ...PERIODS.map((months) => ({
              value: String(months),
              text: tm(`months.${months}` as "months.3"),
            })),
            { value: "range", text: tm("months.range") },
          ]}
        />
        {typeof wish.months !== "number" && (
          <RangePicker
            held={held}
            today={today}
            range={wish.months}
            onRange={(months) => change({ months })}
          />
        )}
        <label class="medication-check">
          <input
            type="checkbox"
            checked={wish.othersOnly}
            onChange={(event) => change({ othersOnly: event.currentTarget.checked })}
          />
          {tm("others")}
        </label>
        <span class="medication-acts">
          <Button icon="document" onClick={copy}>
            {tm(copied ? "copied" : "copy")}
          </Button>
        </span>
      </div>
      <StandOut
        held={held}
        wish={wish}
        today={today}
        onLines={(lines) => change({ lines })}
        onPair={setOpened}
      />
      <Sources held={held} now={props.now} left={props.left} />
      {found.length === 0 ? (
        <Empty
          act={
            <Button onClick={() => change({ months: 60, othersOnly: false, search: "", lines: null })}>
              {tm("all.again")}
            </Button>
          }
        >
          {tm("nothing")}
        </Empty>
      ) : view === "ingredient" ? (
        <DrugTimeline held={held} sections={found} today={today} months={wish.months} onOpen={setOpened} />
      ) : (
        <DrugMonths held={held} today={today} wish={wish} onOpen={setOpened} />
      )}
      {painted && <Below held={held} wish={wish} onChange={change} />}
      {opened && <LineSheet held={held} today={today} keys={opened} onClose={() => setOpened(null)} />}
      {painted && (
        <PrintedList
          held={held}
          lines={lines}
          today={today}
          now={props.now}
          patientName={props.patientName}
        />
      )}
    </div>
  );
}

const lastHalfYear = (today: string): MonthRange => ({
  from: monthAfter(today.slice(0, 7), -5),
  to: today.slice(0, 7),
});

/** From which month to which (S-029); only months of which something can be known are offered. */
function RangePicker(props: {
  held: Medications;
  today: string;
  range: MonthRange;
  onRange: (range: MonthRange) => void;
}) {
  const { range, onRange } = props;
  const now = props.today.slice(0, 7);
  const first = props.held.ends.map((end) => end.first_month).reduce((a, b) => (a < b ? a : b), range.from);
  const months = monthsBetween(first, now).reverse();
  const pick = (key: "from" | "to") => (
    <select
      class="input"
      aria-label={tm(`months.${key}`)}
      value={range[key]}
      onChange={(event) => onRange({ ...range, [key]: event.currentTarget.value })}
    >
      {months.map((month) => (
        <option key={month} value={month}>
          {monthText(month)}
        </option>
      ))}
    </select>
  );
  return (
    <span class="medication-range">
      {pick("from")}〜{pick("to")}
    </span>
  );
}

/** Where the rows come from and up to when each source speaks. */
function Sources({ held, now, left }: { held: Medications; now: Date; left: string | null }) {
  return (
    <p class="medication-sources">
      {held.ends.map((end) => (
        <span key={end.source}>
          <i class={`source-mark ${end.source}`} />
          {tm(`source.${end.source}`)}{" "}
          <b>
            {tm(end.immediate ? "until.immediate" : "until.receipt", { month: monthText(end.last_month) })}
          </b>
        </span>
      ))}
      <span class="medication-asof sub">
        {held.fetched_at && <span>{tm("fetched", { time: shortTime(new Date(held.fetched_at), now) })}</span>}
        {left && (
          <span>
            <Icon name="wait" />
            {tm("left", { time: left })}
          </span>
        )}
      </span>
    </p>
  );
}

/** How the page is shown, and what its words and signs mean: below the drugs, and drawn after them. */
function Below(props: { held: Medications; wish: Wish; onChange: (part: Partial<Wish>) => void }) {
  const { held, wish, onChange: change } = props;
  return (
    <>
      <details class="medication-more">
        <summary>{tm("more")}</summary>
        <div>
          <Input
            type="search"
            aria-label={tm("search")}
            placeholder={tm("search")}
            value={wish.search}
            onText={(search) => change({ search })}
          />
          <Chip
            pressed={wish.order === "kana"}
            onPress={() => change({ order: wish.order === "kana" ? "recent" : "kana" })}
          >
            {tm("kana")}
          </Chip>
          <Chip pressed={wish.asNeededPairs} onPress={() => change({ asNeededPairs: !wish.asNeededPairs })}>
            {tm("pair.asNeeded")}
          </Chip>
          <Button onClick={() => window.print()}>{tm("print")}</Button>
        </div>
        <p class="sub">
          {tm("lag.receipt")}
          {tm("lag.immediate")}
        </p>
      </details>
      <p class="sub">
        <b>{tm("hatched")}</b>　{tm("fixed")}
        {held.master_version === null && <>　{tm("noMaster")}</>}
      </p>
    </>
  );
}
