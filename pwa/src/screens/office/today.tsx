/** きょうの訪問: the board of a day, as the tablets see it, and the plan of visits (S-001, S-055). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, eraDate, fullDate, japanDay, shortTime, weekday } from "../../domain/dates";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { to, word } from "../../text/office";
import { late } from "../../ui/late";
import { PersonName } from "../../ui/name";
import { Busy, Button, Dialog, State, type StateKind } from "../../ui/parts";
import { useOfficeKeys } from "./keys";
import { changes } from "./lights";
import { PlanVisit } from "./plan-visit";
import { ask, session } from "./session";
import { Trouble } from "./trouble";
import "./today.css";

const VisitTold = late(
  () => import("./visit-told"),
  () => null,
);

type Visit = Schemas["OfficeVisitOut"];

const DAY_MS = 86_400_000;
const CONSENT: Record<string, StateKind> = {
  none: "none",
  qr_needed: "need",
  reported: "waiting",
  waiting: "waiting",
  given: "done",
  refused: "none",
  failed: "problem",
};
const VISIT: Record<string, StateKind> = { planned: "to-do", visited: "done", cancelled: "none" };

export default function Today() {
  const [day, setDay] = useState(() => japanDay(new Date()));
  const [visits, setVisits] = useState<readonly Visit[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [planning, setPlanning] = useState(false);
  const [cancelling, setCancelling] = useState<Visit | null>(null);
  const [told, setTold] = useState<Visit | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/visits", { params: { query: { day } } }));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setVisits(answer.value.items);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [day, changed]);
  useOfficeKeys("other", {});
  const today = japanDay(new Date());
  const move = (days: number) => {
    setVisits(null);
    setDay(japanDay(new Date(Date.parse(`${day}T00:00:00+09:00`) + days * DAY_MS)));
  };
  const cancel = async (visit: Visit) => {
    const answer = await ask(
      office.POST("/api/visits/{visit_id}/cancel", { params: { path: { visit_id: visit.id } }, body: {} }),
    );
    setCancelling(null);
    setFailure(answer.ok ? null : answer.error);
    await load();
  };
  const dayWords = day === today ? to("today.back") : fullDate(day);
  return (
    <section class="today">
      <header class="page-head">
        <h1 class="title">
          {day === today ? to("today.title") : to("today.otherDay", { date: fullDate(day) })}
        </h1>
        <p class="large sub grow">
          {day === today && eraDate(day)}（{weekday(day)}）
        </p>
        <Button icon="back" label={to("today.previous")} onClick={() => move(-1)}>
          {to("today.previous")}
        </Button>
        {day !== today && <Button onClick={() => setDay(today)}>{to("today.back")}</Button>}
        <Button icon="next" onClick={() => move(1)}>
          {to("today.next")}
        </Button>
        <Button kind="primary" icon="plus" onClick={() => setPlanning(true)}>
          {to("today.plan")}
        </Button>
      </header>
      <Trouble failure={failure} onRetry={load} />
      {visits === null ? (
        !failure && <Busy />
      ) : visits.length === 0 ? (
        <p class="card empty-board large">{to("today.empty", { day: dayWords })}</p>
      ) : (
        <ul class="board">
          {visits.map((visit) => (
            <VisitRow
              key={visit.id}
              visit={visit}
              onCancel={() => setCancelling(visit)}
              onTold={() => setTold(visit)}
            />
          ))}
        </ul>
      )}
      {planning && (
        <PlanVisit
          day={day}
          onClose={() => setPlanning(false)}
          onPlanned={(planned) => {
            setPlanning(false);
            if (planned !== day) setDay(planned);
            else void load();
          }}
        />
      )}
      {told && (
        <VisitTold
          visit={told}
          onClose={() => setTold(null)}
          onChosen={() => {
            setTold(null);
            void load();
          }}
        />
      )}
      {cancelling && (
        <Dialog
          title={to("today.cancelTitle")}
          onClose={() => setCancelling(null)}
          acts={
            <>
              <Button onClick={() => setCancelling(null)}>{t("cancel")}</Button>
              <Button kind="primary" onClick={() => cancel(cancelling)}>
                {to("today.cancelAct")}
              </Button>
            </>
          }
        >
          <p>
            {to("today.cancelText", {
              time: clock(new Date(cancelling.planned_at)),
              name: cancelling.patient_name,
            })}
          </p>
        </Dialog>
      )}
    </section>
  );
}

function VisitRow({ visit, onCancel, onTold }: { visit: Visit; onCancel: () => void; onTold: () => void }) {
  const { eligibility, consent } = visit;
  const now = new Date();
  const good = eligibility.validity === "valid" || eligibility.validity === "valid_unregistered";
  return (
    <li class={`card visit ${visit.state}`}>
      <span class="at">
        <b>{clock(new Date(visit.planned_at))}</b>
        <span class="sub below">{word("type", visit.visit_type)}</span>
      </span>
      <span class="patient-cell">
        <a class="patient-link" href={`/office/patients/${visit.patient_id}`}>
          <PersonName name={visit.patient_name} kana={visit.patient_name_kana} />
        </a>
        <span class="sub below">
          {to("years", { age: visit.age })}{" "}
          {visit.chart_number ? to("chart", { number: visit.chart_number }) : to("noChart")}
          {visit.place_note && `・${visit.place_note}`}
        </span>
      </span>
      <span class="card-cell">
        {word("card", visit.card_plan)}
        {visit.card_note && <span class="sub below">{visit.card_note}</span>}
      </span>
      <span>
        <State kind={eligibility.validity ? (good ? "done" : "problem") : "to-do"}>
          {word("validity", eligibility.validity)}
        </State>
        {eligibility.checked_at && (
          <span class="sub below">
            {to("today.checked", { time: shortTime(new Date(eligibility.checked_at), now) })}
          </span>
        )}
      </span>
      <span>
        <State
          kind={CONSENT[consent.state] ?? "to-do"}
          {...(consent.state === "qr_needed" ? { icon: "qr" as const } : {})}
        >
          {word("vconsent", consent.state)}
        </State>
        {consent.at && <span class="sub below">{shortTime(new Date(consent.at), now)}</span>}
      </span>
      <span class="end-cell">
        <State kind={VISIT[visit.state] ?? "to-do"}>{word("visit", visit.state)}</State>
        {visit.state === "planned" ? (
          <Button kind="text" label={`${visit.patient_name} ${to("today.cancel")}`} onClick={onCancel}>
            {to("today.cancel")}
          </Button>
        ) : (
          visit.registration && (
            <>
              <span class="sub below">
                {clock(new Date(visit.registration.registered_at))} {visit.registration.by}
              </span>
              {!!visit.to_choose?.length && <State kind="need">{tv("history.choose")}</State>}
              {visit.registration.after_cancellation && <State kind="need">{tv("history.calledOff")}</State>}
              <Button kind="text" label={`${visit.patient_name} ${tv("history.one")}`} onClick={onTold}>
                {tv("history.one")}
              </Button>
            </>
          )
        )}
      </span>
    </li>
  );
}
