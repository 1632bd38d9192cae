/** 同じ建物の訪問: everybody under one roof in one sweep, with who has what, and one button for whoever comes next. */
import { type House, tally } from "../../domain/round";
import type { Visit } from "../../domain/visit-view";
import { go } from "../../router";
import { tv } from "../../text/bedside";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, Empty, State } from "../../ui/parts";
import { MapLink } from "./map-link";
import { houseOf } from "./round";
import { instant, records } from "./start";
import { TopBar } from "./top-bar";
import { cardWord, consentWord, eligibilityWord, type Word } from "./words";
import "./today.css";

export default function HouseScreen({ visitId }: { visitId: string }) {
  const house = houseOf(visitId);
  return (
    <div class="tablet">
      <TopBar>
        <a class="bar-button" href="/tablet">
          <Icon name="back" />
          {tv("house.back")}
        </a>
      </TopBar>
      <main class="today">
        {house ? (
          <Sweep house={house} />
        ) : (
          <Empty>{tt(records.day.value ? "patient.gone" : "today.loading")}</Empty>
        )}
      </main>
    </div>
  );
}

function Sweep({ house }: { house: House }) {
  const next = house.visits.find((visit) => visit.state === "planned");
  const name = next && records.patients.value.get(next.patient_id)?.name.replace(/\u3000/g, " ");
  return (
    <>
      <div class="today-head">
        <h1 class="title">{house.name}</h1>
        <span class="large sub">{tv("house.people", { count: house.visits.length })}</span>
        <MapLink address={house.roof} />
      </div>
      <Tally visits={house.visits} />
      <ul class="today-list">
        {house.visits.map((visit) => (
          <li key={visit.id}>
            <Row visit={visit} next={visit === next} />
          </li>
        ))}
      </ul>
      {next ? (
        <footer class="house-foot">
          <Button
            kind="primary"
            size="main"
            wide
            icon="check"
            onClick={() => go(`/tablet/visit/${next.id}/register`)}
          >
            {tv("house.next", { name: name ?? "" })}
          </Button>
        </footer>
      ) : (
        <p class="large">
          <State kind="done">{tv("house.finished")}</State>
        </p>
      )}
    </>
  );
}

/** How many of how many have what; the rest is who somebody has to see to. */
export function Tally({ visits }: { visits: readonly Visit[] }) {
  const { all, ready, valid, consent, done } = tally(visits);
  const counts = [
    ["house.ready", ready],
    ["house.valid", valid],
    ["house.consent", consent],
    ["house.done", done],
  ] as const;
  return (
    <p class="house-tally">
      {counts.map(([key, count]) => (
        <State key={key} kind={count === all ? "done" : "to-do"}>
          {tv(key, { count, all })}
        </State>
      ))}
    </p>
  );
}

function Row({ visit, next }: { visit: Visit; next: boolean }) {
  const patient = records.patients.value.get(visit.patient_id);
  const now = instant.value;
  const done = visit.state === "visited";
  return (
    <div class={next ? "card house-row next" : "card house-row"}>
      <a class="house-who" href={`/tablet/visit/${visit.id}`}>
        {patient && <PersonName name={patient.name} kana={patient.name_kana} />}
        {visit.place_note && <span class="sub">{visit.place_note}</span>}
      </a>
      <Mark word={cardWord(visit)} />
      <Mark word={eligibilityWord(visit, now)} />
      <Mark word={consentWord(visit, patient, now)} />
      <Button
        size="middle"
        {...(done ? { icon: "check" as const } : {})}
        label={`${patient?.name ?? ""} ${tv(done ? "house.again" : "house.register")}`}
        onClick={() => go(`/tablet/visit/${visit.id}/register`)}
      >
        {tv(done ? "house.again" : "house.register")}
      </Button>
    </div>
  );
}

const Mark = ({ word }: { word: Word }) => (
  <State kind={word.kind} {...(word.icon ? { icon: word.icon } : {})}>
    {word.text}
  </State>
);
