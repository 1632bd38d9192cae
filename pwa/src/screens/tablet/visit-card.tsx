/** One visit: time, person, card, eligibility, consent, the same columns in every row. The whole row is the target. */
import { clock } from "../../domain/dates";
import { shortAddress, type Visit } from "../../domain/visit-view";
import { go } from "../../router";
import { tb } from "../../text/bag";
import { tt, ttWord } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, State } from "../../ui/parts";
import { beginVisit } from "./draft";
import { MapLink } from "./map-link";
import { bag, instant, records, now as time } from "./start";
import { cardWord, consentWord, eligibilityWord, type Word } from "./words";

export function VisitCard({ visit, current }: { visit: Visit; current?: boolean }) {
  const patient = records.patients.value.get(visit.patient_id);
  const now = instant.value;
  const at = clock(new Date(visit.planned_at));
  const address = patient?.address ? shortAddress(patient.address) : null;
  const to = `/tablet/visit/${visit.id}`;
  const row = (
    <>
      <span class="visit-time">
        <time>{at}</time>
        <Carried patientId={visit.patient_id} />
      </span>
      <span class="visit-who">
        <span>
          {patient && <PersonName name={patient.name} kana={patient.name_kana} />}{" "}
          <span class="nowrap">
            {patient?.sex ? ttWord("sex", patient.sex) : ""} {patient && tt("age", { age: patient.age })}
          </span>
        </span>
        <span class="sub">
          {[ttWord("type", visit.visit_type), current ? address : (visit.place_note ?? address)]
            .filter(Boolean)
            .join("・")}
        </span>
      </span>
      <Cell word={cardWord(visit)} />
      <Cell word={eligibilityWord(visit, now)} />
      <Cell word={consentWord(visit, patient, now)} />
    </>
  );
  if (!current) {
    return (
      <a class="visit card" href={to}>
        {row}
        <Icon name="next" />
      </a>
    );
  }
  return (
    <section class="visit-now card">
      <a class="visit" href={to}>
        {row}
        <span />
      </a>
      <div class="visit-bar">
        <State kind="now">{tt("today.now")}</State>
        <span class="grow">
          {[tt("today.arrival", { time: at }), visit.place_note].filter(Boolean).join("・")}
        </span>
        {patient?.address && <MapLink address={patient.address} />}
        <Button
          kind="primary"
          size="main"
          onClick={() => {
            beginVisit(visit, time());
            go(to);
          }}
        >
          {tt("today.open")}
          <Icon name="next" />
        </Button>
      </div>
    </section>
  );
}

/** Whether this person is in the bag; says nothing while nobody has looked. */
function Carried({ patientId }: { patientId: string }) {
  const carried = bag.people.value.get(patientId);
  if (!carried) return null;
  return (
    <span class="visit-carried">
      <Icon name={carried.state === "ready" ? "tick" : "wait"} />
      {tb(`person.${carried.state}`)}
    </span>
  );
}

export function Cell({ word }: { word: Word }) {
  return (
    <span class="visit-state">
      <State kind={word.kind} {...(word.icon ? { icon: word.icon } : {})}>
        {word.text}
      </State>
      <small>{word.detail}</small>
    </span>
  );
}
