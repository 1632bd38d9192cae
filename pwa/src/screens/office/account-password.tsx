/** Changing one's password: the present one is asked, and every other browser is signed out. */
import { useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { t } from "../../text";
import { ta } from "../../text/account";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Field, Input } from "../../ui/parts";
import { type Account, dayOf } from "./account";
import { NewPassword, policyHint, secretType } from "./first-password";
import { arrived, ask } from "./session";
import { Trouble } from "./trouble";

export function ChangePassword(props: { account: Account; onDone: (words: string) => Promise<void> }) {
  const [open, setOpen] = useState(false);
  const at = props.account.password_changed_at;
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="key" />
        <h2 class="grow">{ta("account.password")}</h2>
        <span class="sub">{at ? ta("account.changed", { day: dayOf(at) }) : ta("account.never")}</span>
        <Button onClick={() => setOpen(true)}>{ta("account.change")}</Button>
      </div>
      <p class="sub">{policyHint(props.account.password_policy)}</p>
      {open && (
        <Change
          account={props.account}
          onClose={() => setOpen(false)}
          onDone={async () => {
            setOpen(false);
            await props.onDone(ta("account.changeDone"));
          }}
        />
      )}
    </section>
  );
}

function Change(props: { account: Account; onClose: () => void; onDone: () => Promise<void> }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [shown, setShown] = useState(false);
  const [differ, setDiffer] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async () => {
    setDiffer(!shown && password !== again);
    if (!shown && password !== again) return;
    const answer = await ask(office.PUT("/api/account/password", { body: { current, new: password } }));
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    arrived(answer.value);
    await props.onDone();
  };
  return (
    <Dialog
      title={ta("account.change")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!current || !password} onClick={save}>
            {ta("password.act")}
          </Button>
        </>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Trouble failure={failure} />
        <input
          class="visually-hidden"
          type="text"
          name="username"
          autocomplete="username"
          aria-hidden="true"
          tabIndex={-1}
          readOnly
          value={props.account.staff.login_name}
        />
        <Field label={ta("account.current")}>
          <Input
            {...secretType(shown)}
            name="password"
            autocomplete="current-password"
            value={current}
            onText={setCurrent}
          />
        </Field>
        <NewPassword
          policy={props.account.password_policy}
          password={password}
          again={again}
          shown={shown}
          differ={differ}
          onPassword={setPassword}
          onAgain={setAgain}
          onShown={setShown}
        />
      </form>
    </Dialog>
  );
}
