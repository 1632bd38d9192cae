/**
 * The way into the office, one question at a time: name and password, then the code; the first time a password of
 * one's own and an authenticator app. Also stands over a screen whose session has ended.
 */
import { useState } from "preact/hooks";
import type { Failure } from "../../api/client";
import { go, path } from "../../router";
import { t } from "../../text";
import { ta } from "../../text/account";
import { to } from "../../text/office";
import { tp } from "../../text/passkeys";
import { Button, Field, Input, Note } from "../../ui/parts";
import { EnrolAppStep, KeepCodesStep } from "./enrol-app";
import { ChoosePasswordStep, secretType } from "./first-password";
import { isArrival, ProviderArrival, ProviderButton, ProviderStep } from "./own-provider";
import { PasskeyButton, type PasskeyFailure, PasskeyTrouble, useOffer } from "./passkey";
import {
  arrival,
  loadSession,
  newCodes,
  notice,
  session,
  signedOut,
  signIn,
  startAgain,
  unreachable,
} from "./session";
import { EmergencyStep, JoinStep, SecondFactorStep } from "./sign-in-steps";
import { Trouble } from "./trouble";

export type Way = "password" | "code" | "emergency" | "provider";

export function SignIn() {
  const [way, setWay] = useState<Way>(path.value === "/office/join" ? "code" : "password");
  const begin = () => {
    startAgain();
    setWay("password");
    if (path.value === "/office/join") go("/office/list", { replace: true });
  };
  const back = isArrival(path.value);
  const told = (words: string | null) => {
    if (words) notice.value = words;
  };
  return (
    <main class="signed-out">
      <div class="card sign-in">
        <div class="brand">
          <span class="mark" aria-hidden="true" />
          {t("product")}
        </div>
        {back ? <ProviderArrival onDone={told} /> : <Step way={way} onWay={setWay} />}
        {!back && (way !== "password" || arrival.value) && !newCodes.value && (
          <Button kind="text" icon="back" onClick={begin}>
            {ta("way.start")}
          </Button>
        )}
      </div>
    </main>
  );
}

function Step(props: { way: Way; onWay: (way: Way) => void }) {
  if (newCodes.value) return <KeepCodesStep codes={newCodes.value} onKept={enter} />;
  switch (arrival.value?.stage) {
    case "second_factor":
      return <SecondFactorStep onOpen={enter} />;
    case "choose_password":
      return <ChoosePasswordStep arrival={arrival.value} onOpen={enter} />;
    case "enrol_second_factor":
      return <EnrolAppStep />;
  }
  if (props.way === "code") return <JoinStep onOpen={enter} />;
  if (props.way === "provider") return <ProviderStep />;
  if (props.way === "emergency") return <EmergencyStep onOpen={enter} />;
  return <PasswordStep onWay={props.onWay} />;
}

/** The session is open: nothing is left to show here, and addresses of the way in lead nowhere. */
function enter(): void {
  newCodes.value = null;
  if (session.value && (path.value === "/office" || path.value === "/office/join")) {
    go("/office/list", { replace: true });
  }
}

function PasswordStep(props: { onWay: (way: Way) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [missing, setMissing] = useState(false);
  const [shown, setShown] = useState(false);
  const [offered, setOffered] = useState<PasskeyFailure | null>(null);
  const send = async () => {
    setMissing(!name.trim() || !password);
    if (!name.trim() || !password) return;
    const refused = await signIn(name.trim(), password);
    setFailure(refused);
    if (!refused) enter();
  };
  const byPasskey = (refused: PasskeyFailure | null) => {
    if (session.peek()) enter();
    else setOffered(refused);
  };
  useOffer(byPasskey);
  const why = signedOut.value;
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 class="title">{to("signIn.title")}</h1>
      {why && !failure && <Note kind={why === "left" ? "quiet" : "info"}>{to(`signIn.${why}`)}</Note>}
      <Trouble failure={failure} />
      {!failure && <PasskeyTrouble failure={offered} />}
      {unreachable.value && !failure && <Trouble failure={{ kind: "offline" }} onRetry={loadSession} />}
      <Field label={to("signIn.name")}>
        <Input
          name="username"
          autocomplete="username webauthn"
          autocapitalize="none"
          spellcheck={false}
          value={name}
          onText={setName}
        />
      </Field>
      <Field label={to("signIn.password")} wrong={missing ? to("signIn.missing") : undefined}>
        <Input
          {...secretType(shown)}
          name="password"
          autocomplete="current-password"
          value={password}
          onText={setPassword}
        />
      </Field>
      <label class="tick">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} />
        {to("signIn.show")}
      </label>
      <Button kind="primary" size="middle" wide type="submit" busyLabel={to("signIn.busy")} onClick={send}>
        {to("signIn.act")}
      </Button>
      <PasskeyButton label={tp("signIn.act")} onDone={byPasskey} />
      <ProviderButton typed={name} onAsk={() => props.onWay("provider")} />
      <div class="ways">
        <Button kind="text" onClick={() => props.onWay("code")}>
          {ta("way.code")}
        </Button>
        <Button kind="text" onClick={() => chooseTablet()}>
          {to("signIn.tablet")}
        </Button>
        <Button kind="text" onClick={() => props.onWay("emergency")}>
          {ta("way.emergency")}
        </Button>
      </div>
    </form>
  );
}

function chooseTablet(): void {
  localStorage.setItem("otonai-face", "tablet");
  go("/tablet");
}
