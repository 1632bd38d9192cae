/** Choosing a password of one's own: at first use, after a reset, or when the old one has run out. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { ta } from "../../text/account";
import { Button, Field, Input } from "../../ui/parts";
import { ProviderInstead } from "./own-provider";
import { type Arrival, step } from "./session";
import { Trouble } from "./trouble";

type Policy = Schemas["PasswordPolicyOut"];

/** What the clinic's policy asks, in one sentence. */
export function policyHint(policy: Policy): string {
  return ta(`password.${policy.name}`, { shortest: policy.shortest });
}

export function ChoosePasswordStep(props: { arrival: Arrival; onOpen: () => void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [shown, setShown] = useState(false);
  const [differ, setDiffer] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { staff, password_policy: policy } = props.arrival;
  const send = async () => {
    setDiffer(!shown && password !== again);
    if (!password || (!shown && password !== again)) return;
    const refused = await step(office.PUT("/api/account/password", { body: { new: password } }));
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
      <h1 class="title">{ta("password.title")}</h1>
      {staff && <p>{ta("password.for", { name: staff.name, login: staff.login_name })}</p>}
      <p class="sub">{ta("password.why")}</p>
      <Trouble failure={failure} />
      {/* Password managers keep the name with the new password. */}
      <input
        class="visually-hidden"
        type="text"
        name="username"
        autocomplete="username"
        aria-hidden="true"
        tabIndex={-1}
        readOnly
        value={staff?.login_name ?? ""}
      />
      <NewPassword
        policy={policy ?? null}
        password={password}
        again={again}
        shown={shown}
        differ={differ}
        onPassword={setPassword}
        onAgain={setAgain}
        onShown={setShown}
      />
      <Button kind="primary" size="middle" wide type="submit" onClick={send}>
        {ta("password.act")}
      </Button>
      {props.arrival.provider_instead && <ProviderInstead />}
    </form>
  );
}

/** Shown or hidden, as the person wants. */
export const secretType = (shown: boolean) =>
  shown ? ({ type: "text" } as const) : ({ type: "password" } as const);

/** The new password, typed twice unless it is shown. */
export function NewPassword(props: {
  policy: Policy | null;
  password: string;
  again: string;
  shown: boolean;
  differ: boolean;
  onPassword: (text: string) => void;
  onAgain: (text: string) => void;
  onShown: (shown: boolean) => void;
}) {
  const secret = secretType(props.shown);
  return (
    <>
      <Field label={ta("password.new")} {...(props.policy ? { hint: policyHint(props.policy) } : {})}>
        <Input
          {...secret}
          name="new-password"
          autocomplete="new-password"
          value={props.password}
          onText={props.onPassword}
        />
      </Field>
      {!props.shown && (
        <Field label={ta("password.again")} wrong={props.differ ? ta("password.differ") : undefined}>
          <Input
            {...secret}
            name="new-password-again"
            autocomplete="new-password"
            value={props.again}
            onText={props.onAgain}
          />
        </Field>
      )}
      <label class="tick">
        <input type="checkbox" checked={props.shown} onChange={() => props.onShown(!props.shown)} />
        {ta("password.show")}
      </label>
    </>
  );
}
