/** Taking the tablet in: a name, whose it is, then the code that the office approves. */
import { useEffect, useState } from "preact/hooks";
import { tt } from "../../text/tablet";
import { Button, Chip, Field, Input, Note, State } from "../../ui/parts";
import { askForCode, enrolled, type Grant, type Ownership, poll } from "./start";
import "./lock.css";

export default function Enrol() {
  const [grant, setGrant] = useState<Grant | null>(null);
  return (
    <main class="gate">
      <div class="gate-box wide">
        <span class="brand">
          <span class="mark" aria-hidden="true" />
          おとない
        </span>
        {grant ? <Code grant={grant} onAgain={() => setGrant(null)} /> : <Ask onGrant={setGrant} />}
      </div>
    </main>
  );
}

function Ask({ onGrant }: { onGrant: (grant: Grant) => void }) {
  const [name, setName] = useState("");
  const [ownership, setOwnership] = useState<Ownership>("clinic");
  const [offline, setOffline] = useState(false);
  const begin = async () => {
    const grant = await askForCode(name.trim(), ownership);
    setOffline(!grant);
    if (grant) onGrant(grant);
  };
  return (
    <form class="gate-form" onSubmit={(event) => event.preventDefault()}>
      <h1 class="title">{tt("enrol.title")}</h1>
      <p>{tt("enrol.lead")}</p>
      <Field label={tt("enrol.name")} hint={tt("enrol.nameHint")}>
        <Input value={name} onText={setName} maxLength={60} autoComplete="off" name="device-name" />
      </Field>
      <div class="field">
        <span>{tt("enrol.ownership")}</span>
        <div class="chips two">
          <Chip
            pressed={ownership === "clinic"}
            onPress={() => setOwnership("clinic")}
            icon="tablet"
            hint={tt("enrol.clinicHint")}
          >
            {tt("enrol.clinic")}
          </Chip>
          <Chip
            pressed={ownership === "byod"}
            onPress={() => setOwnership("byod")}
            icon="user"
            hint={tt("enrol.byodHint")}
          >
            {tt("enrol.byod")}
          </Chip>
        </div>
      </div>
      {offline && (
        <Note kind="need" alert>
          {tt("enrol.offline")}
        </Note>
      )}
      <Button
        kind="primary"
        size="main"
        wide
        disabled={!name.trim()}
        busyLabel={tt("enrol.starting")}
        onClick={begin}
      >
        {tt("enrol.start")}
      </Button>
    </form>
  );
}

function Code({ grant, onAgain }: { grant: Grant; onAgain: () => void }) {
  const [ended, setEnded] = useState(false);
  const [offline, setOffline] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let wait = grant.interval;
    const ask = async () => {
      const told = await poll(grant);
      setOffline(told.kind === "offline");
      if (told.kind === "approved") return enrolled(told.pair);
      if (told.kind === "ended") return setEnded(true);
      if (told.kind === "slower") wait += 5;
      timer = setTimeout(ask, wait * 1000);
    };
    timer = setTimeout(ask, wait * 1000);
    return () => clearTimeout(timer);
  }, [grant]);
  if (ended) {
    return (
      <div class="gate-form">
        <Note kind="need" alert>
          {tt("enrol.ended")}
        </Note>
        <Button kind="primary" size="main" wide onClick={onAgain}>
          {tt("enrol.again")}
        </Button>
      </div>
    );
  }
  return (
    <div class="gate-form">
      <h1 class="title">{tt("enrol.codeTitle")}</h1>
      <output class="code">{grant.user_code}</output>
      <p>{tt("enrol.codeWhere")}</p>
      <p class="sub">
        {tt("enrol.address")} <span class="address">{grant.verification_uri}</span>
      </p>
      <p>
        <State kind="waiting">{tt("enrol.waiting")}</State>
      </p>
      <p class="sub">{tt("enrol.waitingHint")}</p>
      {offline && <Note kind="need">{tt("enrol.offline")}</Note>}
    </div>
  );
}
