/**
 * 同意の登録: handed to the patient. The clinic's official page as a code, the official order of steps, and three ways
 * on: done, not working, not today. No other patient is on this screen, and nothing of this one but the name.
 */
import { useEffect, useState } from "preact/hooks";
import type { Visit } from "../../domain/visit-view";
import { go } from "../../router";
import type { Patient } from "../../store/records";
import { t } from "../../text";
import { tt } from "../../text/tablet";
import { Icon, type IconName } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, Dialog, Empty, Note, State } from "../../ui/parts";
import { draftFor } from "./draft";
import { enter, records } from "./start";
import { TopBar } from "./top-bar";
import "./handover.css";

const STEPS = [1, 2, 3, 4, 5] as const;

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
  useWakeLock();
  useEffect(() => {
    void enter("handover_opened", visit, {});
  }, []);
  const register = `/tablet/visit/${visit.id}/register`;
  const done = async () => {
    await enter("consent_reported", visit, { outcome: "completed", reason: null, name_confirmed: matches });
    draftFor(visit, { identity_method: "web_pin", outcome: "completed" });
    go(register, { replace: true });
  };
  const refuse = async () => {
    await enter("consent_reported", visit, { outcome: "refused", reason: null, name_confirmed: false });
    draftFor(visit, { outcome: "refused", reason: null });
    go(register, { replace: true });
  };
  const trouble = (reason: string) => () => {
    draftFor(visit, { identity_method: "web_pin", outcome: "failed", reason });
    go(register, { replace: true });
  };
  return (
    <main class="hand">
      <Code />
      <section class="hand-guide">
        <p class="hand-who">
          <span class="hand-name">
            <PersonName name={patient.name} kana={patient.name_kana} /> さん
          </span>
          <State kind="now">{tt("hand.step", { number: step })}</State>
          <span class="sub">{tt("hand.who")}</span>
        </p>
        <ol class="hand-steps">
          {STEPS.map((number) => (
            <li key={number} class={number < step ? "past" : number === step ? "now" : ""}>
              <button
                type="button"
                aria-current={number === step ? "step" : undefined}
                onClick={() => setStep(number === step ? Math.min(number + 1, 5) : number)}
              >
                <b class="hand-number">{number < step ? <Icon name="tick" /> : number}</b>
                <span>
                  {tt(`hand.${number}`)}
                  {number === 4 && step === 4 && (
                    <small>
                      {tt("hand.4a")}
                      <br />
                      <b>{tt("hand.4b")}</b>
                    </small>
                  )}
                </span>
              </button>
              {number === 5 && step === 5 && (
                <label class="hand-check">
                  <input
                    type="checkbox"
                    checked={matches}
                    onChange={(event) => setMatches(event.currentTarget.checked)}
                  />
                  {tt("hand.nameMatches")}
                </label>
              )}
            </li>
          ))}
        </ol>
        <p class="sub">{tt("hand.trouble")}</p>
        <div class="hand-trouble">
          <Trouble icon="lock" text={tt("hand.pin")} onPress={trouble("pin_forgotten")} />
          <Trouble icon="card" text={tt("hand.card")} onPress={trouble("no_card")} />
          <Trouble icon="cloud-off" text={tt("hand.line")} onPress={trouble("page_unavailable")} />
          <Trouble icon="hand" text={tt("hand.refuse")} onPress={refuse} />
        </div>
      </section>
      <footer class="hand-foot">
        <Button size="main" icon="back" disabled={step === 1} onClick={() => setStep(step - 1)}>
          {tt("hand.before")}
        </Button>
        <Button kind="primary" size="main" icon="check" wide onClick={done}>
          {tt("hand.done")}
        </Button>
      </footer>
    </main>
  );
}

function Trouble(props: { icon: IconName; text: string; onPress: () => unknown }) {
  return (
    <Button icon={props.icon} onClick={props.onPress}>
      <span class="lines">{props.text}</span>
    </Button>
  );
}

/** The code is black on white always, whatever the theme, and comes as a picture made by the server. */
function Code() {
  const link = records.day.value?.link;
  const [shown, setShown] = useState<"url" | "more" | null>(null);
  if (!link) {
    return (
      <section class="hand-code">
        <Note kind="need">{tt("hand.noLink")}</Note>
      </section>
    );
  }
  return (
    <>
      <section class="hand-code">
        <h2 class="lines">{tt("hand.scan")}</h2>
        <img
          class="hand-qr"
          alt={tt("hand.qrLabel")}
          src={`data:image/svg+xml;base64,${btoa(link.qr_svg)}`}
        />
        <p>
          <span class="large">
            <b>{link.label}</b>（{tt(link.official ? "hand.official" : "hand.practice")}）
          </span>
          <b class="hand-host">{link.host}</b>
          <span class="sub">{tt("hand.noReader")}</span>
        </p>
        <div class="hand-more">
          <Button icon="link" onClick={() => setShown("url")}>
            {tt("hand.showUrl")}
          </Button>
          <Button icon="document" onClick={() => setShown("more")}>
            {tt("hand.more")}
          </Button>
        </div>
      </section>
      {shown && (
        <Dialog
          title={tt(shown === "url" ? "hand.showUrl" : "hand.more")}
          onClose={() => setShown(null)}
          acts={
            <Button kind="primary" onClick={() => setShown(null)}>
              {t("close")}
            </Button>
          }
        >
          {shown === "url" ? (
            <>
              <p>{tt("hand.urlText")}</p>
              <p class="hand-url">{link.url}</p>
            </>
          ) : (
            <ul class="hand-tips">
              {(["hand.guideCard", "hand.guidePin", "hand.guideLost", "hand.guideLeak"] as const).map(
                (key) => (
                  <li key={key}>{tt(key)}</li>
                ),
              )}
            </ul>
          )}
        </Dialog>
      )}
    </>
  );
}

/** Keep the screen on while somebody reads the code, where the device can. */
function useWakeLock() {
  useEffect(() => {
    let held: WakeLockSentinel | null = null;
    let gone = false;
    navigator.wakeLock
      ?.request("screen")
      .then((lock) => {
        held = lock;
        if (gone) void lock.release();
      })
      .catch(() => undefined); // Low battery may refuse it; the guide works without.
    return () => {
      gone = true;
      void held?.release();
    };
  }, []);
}
