/** Sensitive acts ask once more who one is; the act goes on by itself afterwards. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { type Answer, type Failure, office } from "../../api/client";
import { hasPasskeys } from "../../api/passkeys";
import { profile } from "../../api/profile";
import { t } from "../../text";
import { ta } from "../../text/account";
import { tp } from "../../text/passkeys";
import { tv } from "../../text/provider";
import { Button, Dialog, Field, Input } from "../../ui/parts";
import { leaveToProve } from "./own-provider";
import { type PasskeyFailure, PasskeyTrouble, proveByPasskey } from "./passkey";
import { ask, session } from "./session";
import { CodeField } from "./sign-in-steps";

/** Whoever waits for a proof; told whether it was given. */
const waiting = signal<((proved: boolean) => void) | null>(null);

/** Do it; when the server wants a proof first, ask for one and do it again. */
export async function proving<T>(act: () => Answer<T>): Answer<T> {
  const first = await act();
  if (first.ok || first.error.kind !== "problem" || first.error.code !== "proof_needed") return first;
  const proved = await new Promise<boolean>((resolve) => {
    waiting.value = resolve;
  });
  return proved ? act() : first;
}

/** Whether a failure is only the unanswered question: nothing to show, the person chose not to go on. */
export const isUnproved = (failure: Failure): boolean =>
  failure.kind === "problem" && failure.code === "proof_needed";

export function ProofDialog() {
  const told = waiting.value;
  if (!told) return null;
  const close = (proved: boolean) => {
    waiting.value = null;
    told(proved);
  };
  return <Proof onClose={() => close(false)} onProved={() => close(true)} />;
}

function Proof(props: { onClose: () => void; onProved: () => void }) {
  const [code, setCode] = useState("");
  const [byPassword, setByPassword] = useState(false);
  const [failure, setFailure] = useState<PasskeyFailure | null>(null);
  const byPasskey = async () => {
    const told = await proveByPasskey((body) => ask(office.POST("/api/passkeys/proof", { body })));
    if (told.ok) {
      session.value = told.value;
      props.onProved();
    } else setFailure(told.error);
  };
  const [linked, setLinked] = useState(false);
  useEffect(() => {
    if (!profile.value?.own_provider) return;
    void ask(office.GET("/api/provider/link")).then((told) =>
      setLinked(told.ok && told.value.linked_at !== null),
    );
  }, []);
  const byProvider = async () => setFailure(await leaveToProve());
  const prove = async () => {
    if (!code) return;
    const kind = byPassword ? "password" : "one_time_code";
    const answer = await ask(office.POST("/api/session/proof", { body: { kind, code } }));
    if (answer.ok) {
      session.value = answer.value;
      props.onProved();
      return;
    }
    setCode("");
    setFailure(answer.error);
  };
  return (
    <Dialog
      title={ta("proof.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!code} onClick={prove}>
            {ta("proof.act")}
          </Button>
        </>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void prove();
        }}
      >
        <p>{ta(byPassword ? "proof.password" : "proof.text")}</p>
        <PasskeyTrouble failure={failure} />
        {byPassword ? (
          <Field label={ta("account.password")}>
            <Input type="password" autocomplete="current-password" autoFocus value={code} onText={setCode} />
          </Field>
        ) : (
          <CodeField label={ta("second.code")} value={code} onText={setCode} />
        )}
        {hasPasskeys() && (
          <Button icon="key" busyLabel={tp("signIn.busy")} onClick={byPasskey}>
            {tp("proof.act")}
          </Button>
        )}
        {linked && (
          <Button icon="office" busyLabel={tv("signIn.busy")} onClick={byProvider}>
            {tv("proof.act")}
          </Button>
        )}
        {session.value?.one_factor_since && (
          <Button kind="text" onClick={() => setByPassword(!byPassword)}>
            {ta(byPassword ? "second.app" : "account.password")}
          </Button>
        )}
      </form>
    </Dialog>
  );
}
