/** Setting up an authenticator app: picture, first code, and the recovery codes that are shown once. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas, settle } from "../../api/client";
import { hasPasskeys } from "../../api/passkeys";
import { ta } from "../../text/account";
import { tp } from "../../text/passkeys";
import { Busy, Button, Note } from "../../ui/parts";
import { addPasskey } from "./account-passkeys";
import { type PasskeyFailure, PasskeyTrouble } from "./passkey";
import { arrived, ask, leftBehind, newCodes, session } from "./session";
import { CodeField } from "./sign-in-steps";
import { Trouble } from "./trouble";

type App = Schemas["AuthenticatorOut"];

export function EnrolAppStep() {
  return (
    <div class="stages">
      <h1 class="title">{ta("app.title")}</h1>
      <p>{ta("app.text")}</p>
      <EnrolApp
        onDone={(told) => {
          newCodes.value = told.recovery_codes;
          if (told.sign_in) arrived(told.sign_in);
        }}
      />
      <PasskeyInstead />
    </div>
  );
}

/** No phone, or none wanted: this device itself is the second factor. */
function PasskeyInstead() {
  const [failure, setFailure] = useState<PasskeyFailure | null>(null);
  if (!hasPasskeys()) return null;
  const add = async () => {
    const added = await addPasskey(tp("name.new", { number: 1 }));
    setFailure(added.ok ? null : added.error);
    if (!added.ok) return;
    if (added.value.recovery_codes.length > 0) newCodes.value = added.value.recovery_codes;
    if (added.value.sign_in) arrived(added.value.sign_in);
  };
  return (
    <div class="ways">
      <p class="sub">{tp("step.or")}</p>
      <PasskeyTrouble failure={failure} />
      <Button icon="key" wide busyLabel={tp("signIn.busy")} onClick={add}>
        {tp("step.act")}
      </Button>
    </div>
  );
}

/** The same for somebody on the way in and for somebody who moves to another phone. */
export function EnrolApp(props: { onDone: (told: Schemas["RecoveryCodesOut"]) => void }) {
  const [app, setApp] = useState<App | null>(null);
  const [code, setCode] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const call = session.peek() ? ask : settle;
  const begin = async () => {
    const told = await call(office.POST("/api/account/authenticator", { body: {} }));
    setFailure(told.ok ? null : session.peek() ? told.error : leftBehind(told.error));
    if (told.ok) setApp(told.value);
  };
  useEffect(() => void begin(), []);
  const confirm = async () => {
    if (!code.trim()) return;
    const told = await call(office.POST("/api/account/authenticator/confirm", { body: { code } }));
    setFailure(told.ok ? null : session.peek() ? told.error : leftBehind(told.error));
    if (told.ok) props.onDone(told.value);
    else setCode("");
  };
  if (!app) return failure ? <Trouble failure={failure} onRetry={begin} /> : <Busy />;
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <ol class="numbered">
        <li>
          <b>{ta("app.step1")}</b>
          <small class="sub">{ta("app.step1Hint")}</small>
          <img class="app-qr" alt={ta("app.qr")} src={`data:image/svg+xml;base64,${btoa(app.qr_svg)}`} />
          <details>
            <summary>{ta("app.secret")}</summary>
            <code class="secret">{app.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
          </details>
        </li>
        <li>
          <b>{ta("app.step2")}</b>
          <CodeField label={ta("second.code")} value={code} onText={setCode} />
        </li>
      </ol>
      <Trouble failure={failure} />
      <Button kind="primary" size="middle" wide type="submit" onClick={confirm}>
        {ta("app.act")}
      </Button>
    </form>
  );
}

export function KeepCodesStep(props: { codes: readonly string[]; onKept: () => void }) {
  return (
    <div class="stages">
      <h1 class="title">{ta("codes.title")}</h1>
      <CodesToKeep codes={props.codes} />
      <div class="two-acts">
        <Button onClick={() => print()}>{ta("codes.print")}</Button>
        <Button kind="primary" onClick={props.onKept}>
          {ta("codes.kept")}
        </Button>
      </div>
    </div>
  );
}

export function CodesToKeep(props: { codes: readonly string[] }) {
  return (
    <>
      <Note kind="need">{ta("codes.text")}</Note>
      <ol class="codes paper">
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
    </>
  );
}
