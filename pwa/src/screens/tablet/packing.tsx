/** 持ち物と準備: the morning check. What to take along, who is in the bag, and how each will be confirmed. */
import type { PartWithheld } from "../../domain/carried";
import { clock } from "../../domain/dates";
import { toBring, whyNot } from "../../domain/packing";
import type { Visit } from "../../domain/visit-view";
import { tb } from "../../text/bag";
import { type BedsideKey, tv } from "../../text/bedside";
import { ttWord } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { State, type StateKind } from "../../ui/parts";
import { BagLine } from "./bag-line";
import { round } from "./round";
import { bag, isOffline, records } from "./start";
import { TopBar } from "./top-bar";
import { cardWord } from "./words";
import "./today.css";
import "./bag.css";

export default function Packing() {
  const visits = round.value.filter((visit) => visit.state === "planned");
  return (
    <div class="tablet">
      <TopBar>
        <a class="bar-button" href="/tablet">
          <Icon name="back" />
          {tv("house.back")}
        </a>
      </TopBar>
      <main class="today">
        <BagLine />
        <h1 class="title">{tv("pack.title")}</h1>
        <Things visits={visits} />
        <h2 class="large">{tv("pack.people", { count: visits.length })}</h2>
        <ul class="today-list">
          {visits.map((visit) => (
            <li key={visit.id}>
              <Row visit={visit} />
            </li>
          ))}
        </ul>
        {visits.length === 0 && <p>{tv("pack.nobody")}</p>}
      </main>
    </div>
  );
}

function Things({ visits }: { visits: readonly Visit[] }) {
  const things = toBring(visits);
  return (
    <section class="card pack-things">
      <h2 class="large">{tv("pack.things")}</h2>
      <ul>
        <li>
          <Icon name="tablet" />
          <b>{tv("thing.tablet")}</b>
        </li>
        {things.map(({ thing, people }) => (
          <li key={thing}>
            <Icon name="plus" />
            <span>
              <b>{tv(`thing.${thing}`)}</b>{" "}
              <span class="sub nowrap">{tv("pack.for", { count: people })}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const PRESSING = new Set(["ask_about_card", "register_card", "renew_now", "certificate_over", "get_paper"]);

function Row({ visit }: { visit: Visit }) {
  const patient = records.patients.value.get(visit.patient_id);
  const person = bag.people.value.get(visit.patient_id);
  const missing = whyNot(person, bag.state.value, isOffline.value);
  const card = cardWord(visit);
  const { readiness } = visit;
  const wants: StateKind = readiness === "ready" ? "done" : PRESSING.has(readiness ?? "") ? "need" : "to-do";
  return (
    <div class="card pack-row">
      <time>{clock(new Date(visit.planned_at))}</time>
      <a class="house-who" href={`/tablet/visit/${visit.id}`}>
        {patient && <PersonName name={patient.name} kana={patient.name_kana} />}
        <span class="sub">{ttWord("type", visit.visit_type)}</span>
      </a>
      <span class="pack-state">
        <State kind={missing ? (missing === "packing" ? "waiting" : "need") : "done"}>
          {missing ? tb("person.failed") : tb("person.ready")}
        </State>
        {missing && <small>{tv(`missing.${missing}`)}</small>}
        {byReason(person?.withheld ?? []).map(([reason, kinds]) => (
          <small key={reason}>
            {kinds.map((kind) => ttWord("kindOf", kind)).join("・")}：{withheldWord(reason)}
          </small>
        ))}
      </span>
      <span class="pack-state">
        {readiness ? (
          <State kind={wants}>{tv(`ready.${readiness}`)}</State>
        ) : (
          <State kind={card.kind} {...(card.icon ? { icon: card.icon } : {})}>
            {card.text}
          </State>
        )}
        <small>{visit.card_note ?? (readiness ? card.text : card.detail)}</small>
      </span>
    </div>
  );
}

/** Kinds that stay at home for the same reason are told in one line. */
function byReason(parts: readonly PartWithheld[]): Array<[string, string[]]> {
  const kinds = new Map<string, string[]>();
  for (const part of parts) kinds.set(part.reason, [...(kinds.get(part.reason) ?? []), part.kind]);
  return [...kinds];
}

/** Why one kind of medical information stays at home; a reason of a newer server is shown as it came. */
function withheldWord(reason: string): string {
  const key = `withheld.${reason}`;
  const known = ["no_consent", "expired", "waiting", "failed", "not_linked"].includes(reason);
  return known ? tv(key as BedsideKey) : reason;
}
