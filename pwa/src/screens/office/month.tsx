/** 今月の確認: whose insurance is confirmed this month, and re-inquiry for everybody else in one act (S-102). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, eraDate, japanDay, shortTime } from "../../domain/dates";
import {
  type BoardFilter,
  barParts,
  canBeTicked,
  FILTERS,
  isOver,
  shownUnder,
} from "../../domain/month-board";
import { shiftMonth } from "../../domain/months";
import { type InquiryKey, iword, ti } from "../../text/inquiry";
import { Icon } from "../../ui/icon";
import { Busy, Button, Note, Segments } from "../../ui/parts";
import { MONTH_LOOK } from "./inquiry-words";
import { useOfficeKeys } from "./keys";
import { changes } from "./lights";
import { MonthTable } from "./month-table";
import { ask, session } from "./session";
import { useStill } from "./still";
import { Trouble } from "./trouble";
import "./month.css";

type Board = Schemas["MonthBoardOut"];

export default function MonthBoard() {
  const [month, setMonth] = useState(() => japanDay(new Date()).slice(0, 7));
  const [board, setBoard] = useState<Board | null>(null);
  const [filter, setFilter] = useState<BoardFilter>("left");
  // Everybody who may be asked is chosen until somebody is left out by hand.
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const still = useStill(month);
  const load = async () => {
    const answer = await ask(office.GET("/api/month-board", { params: { query: { month } } }));
    if (!still()) return;
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setBoard(answer.value);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [month, changed]);
  const step = (by: number) => {
    setBoard(null);
    setSaid("");
    setOut(new Set());
    setMonth(shiftMonth(month, by));
  };
  useOfficeKeys("list", { up: () => moveFocus(-1), down: () => moveFocus(1) });

  const rows = board?.items ?? [];
  const chosen = rows.filter((row) => canBeTicked(row) && !out.has(row.patient_id));
  const planned = rows.filter((row) => row.state === "planned");
  const toggle = (id: string) => {
    const next = new Set(out);
    if (!next.delete(id)) next.add(id);
    setOut(next);
  };
  const toggleAll = () =>
    setOut(chosen.length > 0 ? new Set(rows.filter(canBeTicked).map((row) => row.patient_id)) : new Set());
  const reinquire = async (when: "tonight" | "now") => {
    const answer = await ask(
      office.POST("/api/month-board/reinquire", {
        body: { patient_ids: chosen.map((row) => row.patient_id), when },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    const time = clock(new Date(answer.value.send_at));
    setSaid(
      answer.value.wanted > 0
        ? ti("month.taken", { count: answer.value.wanted, time })
        : ti("month.takenNone"),
    );
    await load();
  };
  const callOff = async () => {
    const patient_ids = planned.map((row) => row.patient_id);
    const answer = await ask(office.POST("/api/month-board/call-off", { body: { patient_ids } }));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setSaid(ti("month.calledOff", { count: answer.value.called_off }));
    await load();
  };
  const over = rows.filter(isOver).length;
  const shown = shownUnder(rows, filter);
  return (
    <section class="month">
      <header class="page-head">
        <h1 class="title">{ti("month.title")}</h1>
        <span class="acts inline">
          <Button icon="back" kind="text" label={ti("month.before")} onClick={() => step(-1)}>
            {ti("month.before")}
          </Button>
          <b class="large">
            {eraDate(`${month}-01`).replace("1日", "")}（{month.slice(0, 4)}）
          </b>
          <Button
            icon="next"
            kind="text"
            disabled={month >= japanDay(new Date()).slice(0, 7)}
            label={ti("month.after")}
            onClick={() => step(1)}
          >
            {ti("month.after")}
          </Button>
        </span>
        <span class="grow" />
        <span class="acts">
          <Button disabled={!board} onClick={() => globalThis.print()}>
            {ti("month.print")}
          </Button>
        </span>
      </header>
      <Trouble failure={failure} onRetry={load} />
      {board === null ? (
        !failure && <Busy />
      ) : (
        <>
          <Summary board={board} over={over} />
          {board.cause && (
            <Note kind="bad" alert title={ti(`cause.${board.cause}.title` as InquiryKey)}>
              <p>{ti(`cause.${board.cause}.text` as InquiryKey)}</p>
              <a href="/office/connection">{ti("cause.look")}</a>
            </Note>
          )}
          {!board.reinquiry_on && board.is_now && <Note kind="info">{ti("month.off")}</Note>}
          <div class="tools">
            <Segments
              label={ti("month.show")}
              value={filter}
              onChange={setFilter}
              options={FILTERS.map((value) => ({
                value,
                text: `${ti(`month.${value}.filter`)} ${shownUnder(rows, value).length}`,
              }))}
            />
            <span class="sub grow end">{ti("month.rule")}</span>
          </div>
          {shown.length === 0 ? (
            <p class="card empty-board large">
              {rows.length === 0 ? ti("month.empty") : ti("month.emptyFilter")}
            </p>
          ) : (
            <MonthTable
              board={board}
              rows={shown}
              out={out}
              onToggle={toggle}
              onToggleAll={toggleAll}
              anyChosen={chosen.length > 0}
            />
          )}
          <p role="status" class="said">
            {said && (
              <>
                <Icon name="check" /> {said}
              </>
            )}
          </p>
          {board.is_now && (rows.some(canBeTicked) || planned.length > 0) && (
            <div class="card act-bar">
              <b class="large">
                {chosen.length > 0 ? ti("month.chosen", { count: chosen.length }) : ti("month.nobodyChosen")}
              </b>
              <span class="sub grow">
                {ti("month.when", { time: shortTime(new Date(board.tonight_at), new Date()) })}
              </span>
              {planned.length > 0 && <Button onClick={callOff}>{ti("month.callOff")}</Button>}
              <Button disabled={chosen.length === 0} onClick={() => reinquire("now")}>
                {ti("month.now")}
              </Button>
              <Button
                kind="primary"
                size="main"
                disabled={chosen.length === 0}
                onClick={() => reinquire("tonight")}
              >
                {ti("month.tonight")}
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Summary({ board, over }: { board: Board; over: number }) {
  const all = board.items.length;
  return (
    <div class="card summary">
      <p>
        <span class="sub below">{ti("month.title")}</span>
        <b class="count-now">{over}</b> ／ {ti("month.of", { all })}{" "}
        <b>{ti("month.left", { count: all - over })}</b>
      </p>
      <div class="grow">
        <svg class="bar" viewBox={`0 0 ${Math.max(all, 1)} 1`} preserveAspectRatio="none" aria-hidden="true">
          {bars(board.counts).map((part) => (
            <rect key={part.state} class={part.state} x={part.from} y="0" width={part.count} height="1" />
          ))}
        </svg>
        <p class="legend">
          {barParts(board.counts).map(({ state, count }) => (
            <span key={state}>
              <Icon name={MONTH_LOOK[state].icon} />
              {iword("state", state)} <b>{count}</b>
            </span>
          ))}
        </p>
      </div>
    </div>
  );
}

function bars(counts: Board["counts"]) {
  let from = 0;
  return barParts(counts).map((part) => {
    const placed = { ...part, from };
    from += part.count;
    return placed;
  });
}

/** Up and down between the rows: the first thing in each that takes the focus. */
function moveFocus(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLTableRowElement>(".month tbody tr")];
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.querySelector<HTMLElement>("input:not(:disabled), a, button")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
