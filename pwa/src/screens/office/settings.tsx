/** 医院の設定: what the administrator decides for everybody, each saved as it is chosen (S-187, design 8). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { t } from "../../text";
import { tset } from "../../text/settings";
import { Icon } from "../../ui/icon";
import { Busy, Button, Dialog, Field, Input, Note, State } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";
import "./settings.css";

type Settings = Schemas["ClinicSettingsOut"];
type Change = Partial<Schemas["ClinicSettingsIn"]>;

const SWITCHES = ["automatic_requests", "link_by_itself", "automatic_inquiries", "reinquiry"] as const;
const MODES = ["strict", "passkey"] as const;

export default function ClinicSettings() {
  const [settings, setSettings] = useState<Settings | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState("");
  const take = (answer: Awaited<ReturnType<typeof load>>) => {
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setSettings(answer.value);
    return answer.ok;
  };
  const load = () => ask(office.GET("/api/settings"));
  useEffect(() => void load().then(take), []);
  const change = async (body: Change) => {
    setSaid("");
    const answer = await ask(office.PATCH("/api/settings", { body: body as Schemas["ClinicSettingsIn"] }));
    if (take(answer)) setSaid(tset("saved"));
    return answer.ok;
  };
  if (settings === null)
    return failure ? <Trouble failure={failure} onRetry={() => load().then(take)} /> : <Busy />;
  return (
    <section class="settings">
      <header class="page-head">
        <h1 class="title grow">{tset("title")}</h1>
        <span role="status">{said && <State kind="done">{said}</State>}</span>
      </header>
      <Trouble failure={failure} />
      <Address settings={settings} onChange={change} />
      <section class="card">
        <h2 class="large">{tset("auto.title")}</h2>
        {SWITCHES.map((name) => (
          <label class="tick" key={name}>
            <input
              type="checkbox"
              checked={settings[name]}
              onChange={(event) => void change({ [name]: event.currentTarget.checked })}
            />
            {tset(name)}
          </label>
        ))}
      </section>
      <Carrying settings={settings} onChange={change} />
    </section>
  );
}

type PartProps = { settings: Settings; onChange: (change: Change) => Promise<boolean> };

function Address({ settings, onChange }: PartProps) {
  const [typed, setTyped] = useState(settings.consent_url ?? "");
  return (
    <section class="card">
      <h2 class="large">{tset("home.title")}</h2>
      <Field label={tset("home.address")} hint={tset("home.addressHint")}>
        <Input value={typed} onText={setTyped} inputMode="url" autocomplete="off" spellcheck={false} />
      </Field>
      <div class="acts">
        <Button
          disabled={typed.trim() === (settings.consent_url ?? "") || typed.trim() === ""}
          onClick={() => onChange({ consent_url: typed.trim() })}
        >
          {tset("home.save")}
        </Button>
      </div>
    </section>
  );
}

function Carrying({ settings, onChange }: PartProps) {
  const [asking, setAsking] = useState(false);
  const on = settings.carry_medical;
  return (
    <section class="card">
      <h2 class="large">{tset("carry.title")}</h2>
      <p>
        <State kind={on ? "done" : "none"}>{tset(on ? "carry.on" : "carry.off")}</State>
      </p>
      {on && (
        <fieldset class="modes">
          <legend>{tset("mode.title")}</legend>
          {MODES.map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="offline_medical"
                checked={settings.offline_medical === mode}
                onChange={() => void onChange({ offline_medical: mode })}
              />
              <span>
                <b>{tset(`mode.${mode}`)}</b>
                <span class="sub below">{tset(`mode.${mode}Hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <div class="acts">
        {on ? (
          <>
            <span class="sub grow">{tset("carry.endText")}</span>
            <Button onClick={() => onChange({ carry_medical: false })}>{tset("carry.end")}</Button>
          </>
        ) : (
          <Button icon="tablet" onClick={() => setAsking(true)}>
            {tset("carry.begin")}
          </Button>
        )}
      </div>
      {asking && (
        <Terms
          onClose={() => setAsking(false)}
          onAccept={async () => {
            if (await onChange({ carry_medical: true, carrying_accepted: true })) setAsking(false);
          }}
        />
      )}
    </section>
  );
}

function Terms(props: { onClose: () => void; onAccept: () => Promise<void> }) {
  const [accepted, setAccepted] = useState(false);
  return (
    <Dialog
      title={tset("terms.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!accepted} onClick={props.onAccept}>
            {tset("carry.begin")}
          </Button>
        </>
      }
    >
      <div class="form">
        <ul class="terms">
          {(["terms.1", "terms.2", "terms.3", "terms.4"] as const).map((key) => (
            <li key={key}>
              <Icon name="check" />
              {tset(key)}
            </li>
          ))}
        </ul>
        <Note kind="info">{tset("mode.strictHint")}</Note>
        <label class="tick">
          <input type="checkbox" checked={accepted} onChange={() => setAccepted(!accepted)} />
          {tset("terms.accept")}
        </label>
      </div>
    </Dialog>
  );
}
