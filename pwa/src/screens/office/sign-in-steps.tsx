/** Single steps of the sign-in: the code of the app, the sign-up code, the emergency code. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { hasPasskeys } from "../../api/passkeys";
import { ta } from "../../text/account";
import { to } from "../../text/office";
import { tp } from "../../text/passkeys";
import { Button, Field, Input, Note } from "../../ui/parts";
import { PasskeyButton } from "./passkey";
import { arrival, session, signedOut, signOut, step } from "./session";
import { Trouble } from "./trouble";

type Reason = Schemas["EmergencyIn"]["reason"];
const REASONS: readonly Reason[] = ["devices_lost", "provider_away", "administrator_away", "disaster"];

/** Digits as an app shows them: an easy field for thumbs, password managers and pasting. */
export function CodeField(props: { label: string; value: string; onText: (text: string) => void }) {
  return (
    <Field label={props.label}>
      <Input
        data-code
        name="one-time-code"
        autocomplete="one-time-code"
        inputMode="numeric"
        autoFocus
        value={props.value}
        onText={props.onText}
      />
    </Field>
  );
}

export function SecondFactorStep(props: { onOpen: () => void }) {
  const factors = arrival.value?.second_factors ?? [];
  const hasApp = factors.includes("one_time_code");
  const [code, setCode] = useState("");
  const [recovery, setRecovery] = useState(!hasApp && !hasPasskeys());
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async () => {
    if (!code.trim()) return;
    const kind = recovery ? "recovery_code" : "one_time_code";
    const refused = await step(office.POST("/api/session/second-factor", { body: { kind, code } }));
    setFailure(refused);
    if (refused) setCode("");
    else props.onOpen();
  };
  const typed = hasApp || recovery;
  const opened = () => {
    if (session.peek()) props.onOpen();
  };
  const change = () => {
    setRecovery(!recovery);
    setCode("");
    setFailure(null);
  };
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 class="title">
        {recovery ? ta("second.recoveryTitle") : hasApp ? ta("second.title") : tp("title")}
      </h1>
      <p>{recovery ? ta("second.recoveryText") : hasApp ? ta("second.text") : tp("second.text")}</p>
      <Trouble failure={failure} />
      {!typed ? null : recovery ? (
        <Field label={ta("second.recovery")} hint={ta("second.noCodes")}>
          <Input
            data-code
            name="recovery"
            autocomplete="off"
            autocapitalize="characters"
            autoFocus
            value={code}
            onText={setCode}
          />
        </Field>
      ) : (
        <CodeField label={ta("second.code")} value={code} onText={setCode} />
      )}
      {typed && (
        <Button kind="primary" size="middle" wide type="submit" busyLabel={to("signIn.busy")} onClick={send}>
          {ta("second.act")}
        </Button>
      )}
      {factors.includes("passkey") && (
        <PasskeyButton label={tp("second.act")} primary={!typed} onDone={(refused) => refused ?? opened()} />
      )}
      <Button kind="text" onClick={change}>
        {recovery
          ? hasApp
            ? ta("second.app")
            : tp("second.act")
          : ta(hasApp ? "second.lost" : "second.recovery")}
      </Button>
    </form>
  );
}

export function JoinStep(props: { onOpen: () => void }) {
  const [code, setCode] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    // The code of a scanned link is taken out of the address, so that it stays in no history.
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  const send = async () => {
    if (!code.trim()) return;
    const refused = await step(office.POST("/api/session/sign-up", { body: { code } }));
    setFailure(refused);
    if (!refused) {
      signedOut.value = null;
      props.onOpen();
    }
  };
  const now = session.value;
  if (now) {
    return (
      <div class="stages">
        <h1 class="title">{ta("join.title")}</h1>
        <Note kind="need">{ta("join.signedIn", { name: now.staff.name })}</Note>
        <Button kind="primary" size="middle" wide onClick={() => signOut()}>
          {to("signOut")}
        </Button>
      </div>
    );
  }
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 class="title">{ta("join.title")}</h1>
      <p>{ta("join.text")}</p>
      <Trouble failure={failure} />
      <Field label={ta("join.code")}>
        <Input
          data-code
          name="sign-up-code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          autoFocus
          value={code}
          onText={setCode}
        />
      </Field>
      <Button kind="primary" size="middle" wide type="submit" busyLabel={to("signIn.busy")} onClick={send}>
        {ta("join.act")}
      </Button>
    </form>
  );
}

export function EmergencyStep(props: { onOpen: () => void }) {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [reason, setReason] = useState<Reason | "">("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const complete = code.trim() && name.trim() && reason;
  const send = async () => {
    if (!reason || !complete) return;
    const body = { code, login_name: name.trim(), reason };
    const refused = await step(office.POST("/api/session/emergency", { body }));
    setFailure(refused);
    if (!refused) props.onOpen();
  };
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 class="title">{ta("emergency.title")}</h1>
      <Note kind="need">
        <p>{ta("emergency.text")}</p>
        <p>{ta("emergency.sees")}</p>
      </Note>
      <Trouble failure={failure} />
      <Field label={ta("emergency.code")}>
        <Input
          data-code
          name="emergency-code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={code}
          onText={setCode}
        />
      </Field>
      <Field label={ta("emergency.who")}>
        <Input
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          value={name}
          onText={setName}
        />
      </Field>
      <Field label={ta("emergency.reason")}>
        <select
          class="input"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value as Reason)}
        >
          <option value="" />
          {REASONS.map((each) => (
            <option key={each} value={each}>
              {ta(`emergency.${each}`)}
            </option>
          ))}
        </select>
      </Field>
      <Button kind="primary" size="middle" wide type="submit" disabled={!complete} onClick={send}>
        {ta("emergency.act")}
      </Button>
    </form>
  );
}
