/** きょうの訪問: what is next and what is missing. One filled button: the visit that is on now. */
import { useState } from "preact/hooks";
import { clock, eraDate, japanDay, weekday } from "../../domain/dates";
import { type House, stopsOf } from "../../domain/round";
import {
  currentVisit,
  doneVisits,
  filtered,
  needsSomebody,
  type TodayFilter,
  type Visit,
} from "../../domain/visit-view";
import { go } from "../../router";
import { tb } from "../../text/bag";
import { tv } from "../../text/bedside";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { Busy, Button, Empty, Note, Segments, State } from "../../ui/parts";
import { AddVisit } from "./add-visit";
import { Arrange } from "./arrange";
import { BagLine } from "./bag-line";
import { Evening } from "./evening";
import { Tally } from "./house";
import { chooseOrder, order, round } from "./round";
import { exchangeNow, instant, isOffline, lock, outbox, pulled, records, vault } from "./start";
import { TopBar } from "./top-bar";
import { VisitCard } from "./visit-card";
import "./today.css";

export default function Today() {
  return (
    <div class="tablet">
      <TopBar>
        <span class="brand">
          <span class="mark" aria-hidden="true" />
          <span class="wide-only">おとない</span>
        </span>
      </TopBar>
      <main class="today">
        <Day />
      </main>
    </div>
  );
}

function Day() {
  const [filter, setFilter] = useState<TodayFilter>("all");
  const [adding, setAdding] = useState(false);
  const [arranging, setArranging] = useState(false);
  const day = records.day.value?.day ?? japanDay(instant.value);
  const visits = round.value;
  if (!records.day.value) return <NotYet />;
  if (arranging) return <Arrange onClose={() => setArranging(false)} />;
  const count = (one: TodayFilter) => filtered(visits, one).length;
  const now = currentVisit(visits);
  const done = doneVisits(visits);
  const rest = filtered(visits, filter).filter((visit) => visit.state === "planned" && visit !== now);
  const showsNow = now && (filter !== "needs_check" || needsSomebody(now));
  const shownNothing = !showsNow && rest.length === 0;
  return (
    <>
      <BagLine />
      <Evening />
      <div class="today-head">
        <h1 class="title">{tt("today.title")}</h1>
        <span class="large sub">
          {eraDate(day)}（{weekday(day)}）{day.slice(0, 4)}
        </span>
        <Segments
          label={tt("today.filter")}
          value={filter}
          onChange={setFilter}
          options={(["all", "to_do", "needs_check"] as const).map((value) => ({
            value,
            text: tt(`today.${value}`, { count: count(value) }),
          }))}
        />
      </div>
      <div class="today-tools">
        {visits.length > 1 && (
          <>
            <Segments
              label={tv("order.label")}
              value={order.value}
              onChange={chooseOrder}
              options={(["time", "route"] as const).map((value) => ({ value, text: tv(`order.${value}`) }))}
            />
            <Button kind="text" icon="swap" onClick={() => setArranging(true)}>
              {tv("order.set")}
            </Button>
          </>
        )}
        <span class="grow" />
        <a class="bag-link" href="/tablet/packing">
          <Icon name="list" />
          {tv("pack.open")}
        </a>
        <Button icon="plus" onClick={() => setAdding(true)}>
          {tv("added.act")}
        </Button>
      </div>
      {visits.length > 0 && (
        <div class="today-columns" aria-hidden="true">
          <span>{tt("today.time")}</span>
          <span>{tt("today.patient")}</span>
          <span>{tt("today.card")}</span>
          <span>{tt("today.eligibility")}</span>
          <span>{tt("today.consent")}</span>
        </div>
      )}
      {filter === "all" && done.length > 0 && <Done visits={done} />}
      {showsNow && now && <VisitCard visit={now} current />}
      <ul class="today-list">
        {stopsOf(rest, records.patients.value, visits).map((stop) =>
          stop.kind === "visit" ? (
            <li key={stop.visit.id}>
              <VisitCard visit={stop.visit} />
            </li>
          ) : (
            <li key={stop.house.roof}>
              <HouseCard house={stop.house} shown={stop.visits} />
            </li>
          ),
        )}
      </ul>
      {adding && <AddVisit onClose={() => setAdding(false)} />}
      {shownNothing && (visits.length === 0 || filter !== "all") && (
        <Empty
          act={
            <Button icon="refresh" onClick={exchangeNow}>
              {tt("today.reload")}
            </Button>
          }
        >
          {tt(visits.length === 0 ? "today.empty" : "today.emptyFilter")}
        </Empty>
      )}
    </>
  );
}

/** Many open by themselves; a whole ward waits folded until somebody wants to see it. */
const FEW_PEOPLE = 6;

function HouseCard({ house, shown }: { house: House; shown: Visit[] }) {
  const [open, setOpen] = useState(shown.length <= FEW_PEOPLE);
  const first = shown[0];
  return (
    <section class="house" aria-label={house.name}>
      <header class="house-head">
        <Icon name="home" />
        <b class="large">{house.name}</b>
        <span class="sub">{tv("house.people", { count: house.visits.length })}</span>
        <Tally visits={house.visits} />
        <span class="grow" />
        {shown.length > FEW_PEOPLE && (
          <Button kind="text" icon={open ? "close" : "down"} onClick={() => setOpen(!open)}>
            {tv(open ? "house.fold" : "house.unfold")}
          </Button>
        )}
        {first && (
          <Button icon="list" onClick={() => go(`/tablet/house/${first.id}`)}>
            {tv("house.open")}
          </Button>
        )}
      </header>
      {open && (
        <ul class="today-list">
          {shown.map((visit) => (
            <li key={visit.id}>
              <VisitCard visit={visit} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Finished visits fold into one line; they open again with a tap. */
function Done({ visits }: { visits: Visit[] }) {
  const [open, setOpen] = useState(false);
  const unsent = visits.filter((visit) => records.isUnsent(visit.id)).length;
  const names = visits.map((visit) => {
    const name = records.patients.value.get(visit.patient_id)?.name.replace(/\u3000/g, " ") ?? "";
    return `${clock(new Date(visit.planned_at))} ${tt("today.san", { name })}`;
  });
  return (
    <>
      <button type="button" class="today-done" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="check" />
        <span class="today-done-names">
          <b>{tt("today.done", { count: visits.length })}</b>
          {!open && <span>{names.join("、")}</span>}
        </span>
        {unsent > 0 && (
          <State kind="waiting" icon="up">
            {tt("today.unsent", { count: unsent })}
          </State>
        )}
        <Icon name="down" />
      </button>
      {open && (
        <ul class="today-list">
          {visits.map((visit) => (
            <li key={visit.id}>
              <VisitCard visit={visit} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Before the day has come: waiting, or why it does not come. */
function NotYet() {
  const retry = (
    <Button kind="primary" size="middle" icon="refresh" onClick={exchangeNow}>
      {tt("today.reload")}
    </Button>
  );
  if (records.ended.value) {
    return (
      <div class="today-note">
        <Note kind="info" title={tb("day.over")}>
          {tb(outbox.waiting.value > 0 ? "day.overUnsent" : "day.overNext", { count: outbox.waiting.value })}
        </Note>
        {vault.isAlone.value ? (
          <Button kind="primary" size="middle" icon="lock" onClick={() => void lock()}>
            {tb("alone.act")}
          </Button>
        ) : (
          retry
        )}
      </div>
    );
  }
  if (isOffline.value) {
    return (
      <div class="today-note">
        <Note kind="need">{tt("offlineReload", { count: outbox.waiting.value })}</Note>
        {retry}
      </div>
    );
  }
  if (pulled.value === "refused") {
    return (
      <div class="today-note">
        <Note kind="bad">{tt("today.refused")}</Note>
        {retry}
      </div>
    );
  }
  return <Busy label={tt("today.loading")} />;
}
