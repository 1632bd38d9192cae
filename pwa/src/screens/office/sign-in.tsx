/** Sign-in by name and password; also stands over a screen whose session has ended. */
import { useState } from "preact/hooks";
import type { Failure } from "../../api/client";
import { go, path } from "../../router";
import { t } from "../../text";
import { to } from "../../text/office";
import { Button, Field, Input, Note } from "../../ui/parts";
import { loadSession, signedOut, signIn, unreachable } from "./session";
import { Trouble } from "./trouble";

export function SignIn() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [missing, setMissing] = useState(false);
  const [shown, setShown] = useState(false);
  const send = async () => {
    setMissing(!name.trim() || !password);
    if (!name.trim() || !password) return;
    const refused = await signIn(name.trim(), password);
    setFailure(refused);
    if (!refused && path.value === "/office") go("/office/list", { replace: true });
  };
  const why = signedOut.value;
  const secret = shown ? ({ type: "text" } as const) : ({ type: "password" } as const);
  return (
    <main class="signed-out">
      <form
        class="card sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="brand">
          <span class="mark" aria-hidden="true" />
          {t("product")}
        </div>
        <h1 class="title">{to("signIn.title")}</h1>
        {why && !failure && <Note kind={why === "left" ? "quiet" : "info"}>{to(`signIn.${why}`)}</Note>}
        <Trouble failure={failure} />
        {unreachable.value && !failure && <Trouble failure={{ kind: "offline" }} onRetry={loadSession} />}
        <Field label={to("signIn.name")}>
          <Input
            name="username"
            autocomplete="username"
            autocapitalize="none"
            value={name}
            onText={setName}
          />
        </Field>
        <Field label={to("signIn.password")} wrong={missing ? to("signIn.missing") : undefined}>
          <Input
            {...secret}
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
        <Button kind="text" onClick={() => chooseTablet()}>
          {to("signIn.tablet")}
        </Button>
      </form>
    </main>
  );
}

function chooseTablet(): void {
  localStorage.setItem("otonai-face", "tablet");
  go("/tablet");
}
