/** The lock screen: clinic, tablet, date and counts, no patient's name. A person, then their PIN. */
import { useEffect, useState } from "preact/hooks";
import { eraDate, japanDay, weekday } from "../../domain/dates";
import { badges } from "../../sync/status";
import { language, t, useLanguage } from "../../text";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { Button, Dialog } from "../../ui/parts";
import { Evening } from "./evening";
import { FirstUse } from "./first-use";
import { PasskeyDoor } from "./passkey-door";
import { PinEntry } from "./pin-entry";
import { device, instant, isOffline, knownAs, outbox, refreshDevice, status } from "./start";
import { BadgeWords } from "./top-bar";
import "./lock.css";

/** Who used this tablet last in this page; not kept beyond it. */
let lastPerson: string | null = null;

export default function Lock() {
  const people = device.value?.people ?? [];
  const [chosen, setChosen] = useState<string | null>(lastPerson);
  const [first, setFirst] = useState(false);
  const [forgot, setForgot] = useState(false);
  useEffect(() => {
    void refreshDevice();
  }, []);
  const person = people.find((each) => each.staff_id === chosen);
  const choose = (id: string | null) => {
    lastPerson = id;
    setChosen(id);
  };
  return (
    <main class="lock">
      <Side />
      <div class="lock-act">
        {first ? (
          <FirstUse onLeave={() => setFirst(false)} />
        ) : person ? (
          <PinEntry
            person={person}
            onOther={() => choose(null)}
            onForgot={() => setForgot(true)}
            onUnknown={() => setFirst(true)}
          />
        ) : (
          <People onChoose={choose} onFirst={() => setFirst(true)} />
        )}
      </div>
      {forgot && (
        <Dialog
          title={tt("forgot.title")}
          onClose={() => setForgot(false)}
          acts={
            <>
              <Button onClick={() => setForgot(false)}>{t("back")}</Button>
              <Button
                kind="primary"
                onClick={() => {
                  setForgot(false);
                  setFirst(true);
                }}
              >
                {tt("forgot.act")}
              </Button>
            </>
          }
        >
          <p>{tt("forgot.text")}</p>
        </Dialog>
      )}
    </main>
  );
}

function Side() {
  const today = japanDay(instant.value);
  const badge = badges({
    reach: status.reach.value,
    heardAt: status.heardAt.value,
    syncedAt: status.syncedAt.value,
    waiting: 0,
    attention: 0,
  })[0];
  const era = eraDate(today).replace(/年.*/, "年");
  const counts = device.value?.today;
  return (
    <aside class="lock-side">
      <div class="brand">
        <span class="mark" aria-hidden="true" />
        おとない
      </div>
      <div class="large">
        <div>{knownAs.value?.clinic}</div>
        <div class="sub">{knownAs.value?.device}</div>
      </div>
      <div class="lock-date">
        <span class="sub">
          {era}（{today.slice(0, 4)}年）
        </span>
        <b>
          {Number(today.slice(5, 7))}月{Number(today.slice(8))}日 {weekday(today)}曜日
        </b>
      </div>
      {badge && (
        <span class={`sync ${badge.kind}`} role="status">
          <BadgeWords badge={badge} />
        </span>
      )}
      <ul class="lock-facts">
        {counts && (
          <Fact
            icon="home"
            text={tt("lock.visits", { count: counts.visits })}
            hint={tt("lock.visitsHint", { count: counts.to_do })}
          />
        )}
        {outbox.waiting.value > 0 && (
          <Fact
            icon="up"
            text={tt("lock.unsent", { count: outbox.waiting.value })}
            hint={tt("lock.unsentHint")}
          />
        )}
        <Fact icon="calendar" text={tt("lock.medical")} hint={tt("lock.medicalHint")} />
      </ul>
      <Evening />
      <Button kind="text" onClick={() => useLanguage(language.value === "en" ? "ja" : "en")}>
        {language.value === "en" ? "日本語" : tt("lock.language")}
      </Button>
    </aside>
  );
}

function Fact(props: { icon: "home" | "up" | "calendar"; text: string; hint: string }) {
  return (
    <li>
      <Icon name={props.icon} />
      <span>
        <b>{props.text}</b>
        <span class="sub">{props.hint}</span>
      </span>
    </li>
  );
}

function People(props: { onChoose: (id: string) => void; onFirst: () => void }) {
  if (!device.value) return <NoServer />;
  const { people } = device.value;
  return (
    <div class="lock-box">
      <h1 class="title">{tt(people.length > 0 ? "lock.choose" : "first.title")}</h1>
      {people.length === 0 && <p>{tt("lock.nobody")}</p>}
      <div class="people">
        {people.map((person) => (
          <button
            key={person.staff_id}
            type="button"
            class="chip"
            onClick={() => props.onChoose(person.staff_id)}
          >
            <span class="avatar">
              <Icon name="user" />
            </span>
            <span>
              <b>{person.name}</b>
              <small>{t(`role.${person.role}`)}</small>
            </span>
          </button>
        ))}
      </div>
      <Button
        size="middle"
        icon="plus"
        kind={people.length === 0 ? "primary" : "outline"}
        wide
        onClick={props.onFirst}
      >
        {tt("lock.first")}
      </Button>
      {people.length > 0 && <p class="sub">{tt("lock.firstHint")}</p>}
    </div>
  );
}

function NoServer() {
  if (!isOffline.value) return <p class="sub">{t("loading")}</p>;
  return <PasskeyDoor />;
}
