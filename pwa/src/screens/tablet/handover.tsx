/**
 * 同意の登録: handed to the patient. The clinic's official page as a code, the official order of steps in the patient's
 * language, and three ways on: done, not working, not today. No other patient is on this screen, and nothing of this one
 * but the name.
 */
import { useEffect, useState } from "preact/hooks";
import { type Door, elapsed, mustStop, oneMore, type Tries } from "../../domain/hindrance";
import type { Visit } from "../../domain/visit-view";
import { go } from "../../router";
import type { Patient } from "../../store/records";
import { th } from "../../text/handover";
import { GUIDE_LANGUAGES, GUIDES, type GuideLanguage } from "../../text/patient-guide";
import { tt } from "../../text/tablet";
import { Icon, type IconName } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, Empty, State } from "../../ui/parts";
import { beginVisit, draftFor, keepDraft } from "./draft";
import { Code } from "./handover-code";
import { TroubleSheet } from "./handover-trouble";
import { enter, now, records } from "./start";
import { TopBar } from "./top-bar";
import { useWakeLock } from "./wake-lock";
import "./handover.css";

const STEPS = [1, 2, 3, 4, 5] as const;
/** After this long somebody is told that there are other ways. */
const LONG_MS = 5 * 60_000;

export default function Handover({ visitId }: { visitId: string }) {
  const visit = records.visit(visitId);
  const patient = visit && records.patients.value.get(visit.patient_id);
  return (
    <div class="tablet fixed">
      <TopBar noLock>
        <a class="bar-button" href={`/tablet/visit/${visitId}`}>
          <Icon name="close" />
          {tt("hand.close")}
        </a>
        <h1 class="head">{tt("hand.title")}</h1>
      </TopBar>
      {visit && patient ? (
        <Guide visit={visit} patient={patient} />
      ) : (
        <main>
          <Empty>{tt(records.day.value ? "patient.gone" : "today.loading")}</Empty>
        </main>
      )}
    </div>
  );
}

function Guide({ visit, patient }: { visit: Visit; patient: Patient }) {
  const [step, setStep] = useState(1);
  const [matches, setMatches] = useState(false);
  const [language, setLanguage] = useState<GuideLanguage>("ja");
  const [tries, setTries] = useState<Tries>(0);
  const [door, setDoor] = useState<Door | null>(null);
  const guide = GUIDES[language];
  useWakeLock();
  useEffect(() => {
    beginVisit(visit, now());
    void enter("handover_opened", visit, {});
  }, []);
  const register = `/tablet/visit/${visit.id}/register`;
  const done = async () => {
    await enter("consent_reported", visit, { outcome: "completed", reason: null, name_confirmed: matches });
    keepDraft(
      visit.id,
      draftFor(visit, {
        identity_method: "web_pin",
        outcome: "completed",
        reason: null,
        name_confirmed: matches,
      }),
    );
    go(register, { replace: true });
  };
  const refuse = async () => {
    await enter("consent_reported", visit, { outcome: "refused", reason: null, name_confirmed: false });
    keepDraft(visit.id, draftFor(visit, { outcome: "refused", reason: null }));
    go(register, { replace: true });
  };
  return (
    <main class="hand">
      <Code guide={guide} lang={language} />
      <section class="hand-guide">
        <div class="hand-who">
          <span class="hand-name">
            <PersonName name={patient.name} kana={patient.name_kana} /> さん
          </span>
          <State kind="now">{tt("hand.step", { number: step })}</State>
          <Timer />
          <label class="hand-language">
            <span class="visually-hidden">{th("guide.language")}</span>
            <select
              class="input"
              value={language}
              onChange={(event) => setLanguage(event.currentTarget.value as GuideLanguage)}
            >
              {GUIDE_LANGUAGES.map((each) => (
                <option key={each} value={each} lang={each}>
                  {GUIDES[each].name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <ol class="hand-steps" lang={language}>
          {STEPS.map((number) => (
            <li key={number} class={number < step ? "past" : number === step ? "now" : ""}>
              <button
                type="button"
                aria-current={number === step ? "step" : undefined}
                onClick={() => setStep(number === step ? Math.min(number + 1, 5) : number)}
              >
                <b class="hand-number">{number < step ? <Icon name="tick" /> : number}</b>
                <span>
                  {guide.steps[number - 1]}
                  {number === 1 && step === 1 && <small>{guide.who}</small>}
                  {number === 4 && step === 4 && (
                    <small>
                      {guide.pin}
                      <br />
                      <b>{guide.stop}</b>
                    </small>
                  )}
                </span>
              </button>
              {number === 4 && step === 4 && (
                <Counter
                  tries={tries}
                  onWrong={() => setTries(oneMore(tries))}
                  onOther={() => setDoor("pin")}
                />
              )}
              {number === 5 && step === 5 && (
                <label class="hand-check">
                  <input
                    type="checkbox"
                    checked={matches}
                    onChange={(event) => setMatches(event.currentTarget.checked)}
                  />
                  {guide.names}
                </label>
              )}
            </li>
          ))}
        </ol>
        <p class="sub">{tt("hand.trouble")}</p>
        <div class="hand-trouble">
          <Trouble icon="lock" text={tt("hand.pin")} onPress={() => setDoor("pin")} />
          <Trouble icon="card" text={tt("hand.card")} onPress={() => setDoor("card")} />
          <Trouble icon="cloud-off" text={tt("hand.line")} onPress={() => setDoor("line")} />
          <Trouble icon="hand" text={tt("hand.refuse")} onPress={refuse} />
        </div>
      </section>
      <footer class="hand-foot">
        <Button size="main" icon="back" disabled={step === 1} onClick={() => setStep(step - 1)}>
          {tt("hand.before")}
        </Button>
        <Button kind="primary" size="main" icon="check" wide onClick={done}>
          <span lang={language}>{guide.done}</span>
        </Button>
      </footer>
      {door && <TroubleSheet visit={visit} door={door} tries={tries} onClose={() => setDoor(null)} />}
    </main>
  );
}

/** How often the PIN was wrong, as somebody beside the patient counts it. The digits are nobody's business. */
function Counter(props: { tries: Tries; onWrong: () => void; onOther: () => void }) {
  if (mustStop(props.tries)) {
    return (
      <div class="note need hand-stop" role="alert">
        <Icon name="need" />
        <div class="grow">
          <b>{th("tries.stop")}</b>
          {th("tries.stopText")}
        </div>
        <Button onClick={props.onOther}>{th("tries.act")}</Button>
      </div>
    );
  }
  return (
    <div class="hand-tries">
      <span class="sub" role="status">
        {th("tries.label")} <b>{th("tries.count", { count: props.tries })}</b>
      </span>
      <Button onClick={props.onWrong}>{th("tries.add")}</Button>
    </div>
  );
}

function Timer() {
  const [since] = useState(() => performance.now());
  const [at, setAt] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setAt(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="sub hand-timer">
      {th("timer.label")} <span role="timer">{elapsed(since, at)}</span>
      {at - since > LONG_MS && <span role="status">{th("timer.long")}</span>}
    </span>
  );
}

function Trouble(props: { icon: IconName; text: string; onPress: () => unknown }) {
  return (
    <Button icon={props.icon} onClick={props.onPress}>
      <span class="lines">{props.text}</span>
    </Button>
  );
}
