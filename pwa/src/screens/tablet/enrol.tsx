/** Taking the tablet in: a name, then the code that the office approves. Whose it is, the office says. */
import { useEffect, useState } from "preact/hooks";
import type { Poll } from "../../api/enrolment";
import { tb } from "../../text/bag";
import { td } from "../../text/devices";
import { tt } from "../../text/tablet";
import { Button, Field, Input, Note, State } from "../../ui/parts";
import { InstallNote } from "./install-guide";
import { type Asked, askToEnrol, enrolled, evicted, hasApproved } from "./start";
import "./lock.css";

type Waiting = Extract<Asked, { kind: "code" }>;

export default function Enrol() {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  return (
    <main class="gate">
      <div class="gate-box wide">
        <span class="brand">
          <span class="mark" aria-hidden="true" />
          おとない
        </span>
        {waiting ? <Code waiting={waiting} onAgain={() => setWaiting(null)} /> : <Ask onCode={setWaiting} />}
      </div>
    </main>
  );
}

function Ask({ onCode }: { onCode: (waiting: Waiting) => void }) {
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState<"offline" | "no_key" | null>(null);
  const begin = async () => {
    const asked = await askToEnrol(name.trim());
    if (asked.kind === "code") onCode(asked);
    else setTrouble(asked.kind);
  };
  return (
    <form class="gate-form" onSubmit={(event) => event.preventDefault()}>
      {evicted.value && (
        <Note kind="need" title={tb("evicted.title")}>
          {tb("evicted.text")}
        </Note>
      )}
      <h1 class="title">{tt("enrol.title")}</h1>
      <p>{tt("enrol.lead")}</p>
      <InstallNote />
      <Field label={tt("enrol.name")} hint={tt("enrol.nameHint")}>
        <Input value={name} onText={setName} maxLength={60} autoComplete="off" name="device-name" />
      </Field>
      {trouble === "offline" && (
        <Note kind="need" alert>
          {tt("enrol.offline")}
        </Note>
      )}
      {trouble === "no_key" && (
        <Note kind="bad" alert title={td("noKey.title")}>
          {td("noKey.text")}
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

function Code({ waiting, onAgain }: { waiting: Waiting; onAgain: () => void }) {
  const { grant, key } = waiting;
  const [ended, setEnded] = useState<"ended" | "other_address" | null>(null);
  const [offline, setOffline] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let wait = grant.interval;
    const ask = async () => {
      const told: Poll = await hasApproved(grant, key);
      setOffline(told.kind === "offline");
      if (told.kind === "approved") return enrolled(told.pair, key);
      if (told.kind === "ended" || told.kind === "other_address") return setEnded(told.kind);
      if (told.kind === "slower") wait += 5;
      timer = setTimeout(ask, wait * 1000);
    };
    timer = setTimeout(ask, wait * 1000);
    return () => clearTimeout(timer);
  }, [grant, key]);
  if (ended) {
    return (
      <div class="gate-form">
        {ended === "ended" ? (
          <Note kind="need" alert>
            {tt("enrol.ended")}
          </Note>
        ) : (
          <Note kind="need" alert title={td("address.title")}>
            {td("address.text")} <span class="address">{new URL(grant.verification_uri).origin}</span>
          </Note>
        )}
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
      <div class="approve">
        <img alt={td("qrLabel")} src={`data:image/svg+xml;base64,${btoa(grant.qr_svg)}`} />
        <div>
          <p>{td("scan")}</p>
          <p class="sub">{td("orType")}</p>
          <p class="sub">
            {tt("enrol.address")} <span class="address">{grant.verification_uri}</span>
          </p>
        </div>
      </div>
      <p>
        <State kind="waiting">{tt("enrol.waiting")}</State>
      </p>
      <p class="sub">{tt("enrol.waitingHint")}</p>
      {offline && <Note kind="need">{tt("enrol.offline")}</Note>}
    </div>
  );
}
