/** How people of the clinic sign in: password policy, and whether everybody needs a second factor. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { t } from "../../text";
import { ta } from "../../text/account";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Field, Note, State } from "../../ui/parts";
import { isUnproved, proving } from "./prove";
import { ask, loadSession } from "./session";
import { Trouble } from "./trouble";

type Rules = Schemas["SignInRulesOut"];

export function SignInRules() {
  const [rules, setRules] = useState<Rules | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [said, setSaid] = useState("");
  const load = async () => {
    const answer = await ask(office.GET("/api/settings/sign-in"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setRules(answer.value);
  };
  useEffect(() => void load(), []);
  const choose = async (body: Schemas["SignInRulesIn"]) => {
    const answer = await proving(() => ask(office.PUT("/api/settings/sign-in", { body })));
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return;
    setRules(answer.value);
    setLeaving(false);
    setSaid(ta("rules.done"));
    await loadSession();
  };
  if (!rules) return <Trouble failure={failure} onRetry={load} />;
  const { policies, policy, two_factors: two } = rules;
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="shield" />
        <h2 class="grow">{ta("rules.title")}</h2>
        <span role="status">{said && <State kind="done">{said}</State>}</span>
      </div>
      <Trouble failure={failure} />
      <Field label={ta("rules.policy")}>
        <select
          class="input"
          value={policy}
          disabled={!two}
          onChange={(event) =>
            void choose({
              policy: event.currentTarget.value as Rules["policy"],
              two_factors: two,
              accepted: false,
            })
          }
        >
          {policies.map((each) => (
            <option key={each.name} value={each.name}>
              {ta(`rules.${each.name}`, { shortest: each.shortest })}
            </option>
          ))}
        </select>
      </Field>
      <div class="panel-head">
        <State kind={two ? "done" : "need"}>{ta("rules.two")}</State>
        <span class="grow" />
        {two ? (
          <Button onClick={() => setLeaving(true)}>{ta("rules.off")}</Button>
        ) : (
          <Button onClick={() => choose({ policy: "long_phrase", two_factors: true, accepted: false })}>
            {ta("rules.on")}
          </Button>
        )}
      </div>
      {leaving && (
        <GoWithout
          onClose={() => setLeaving(false)}
          onAccept={() => choose({ policy: "sixty_days", two_factors: false, accepted: true })}
        />
      )}
    </section>
  );
}

function GoWithout(props: { onClose: () => void; onAccept: () => Promise<void> }) {
  const [accepted, setAccepted] = useState(false);
  return (
    <Dialog
      title={ta("rules.off")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="danger" disabled={!accepted} onClick={props.onAccept}>
            {ta("rules.off")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Note kind="bad">{ta("rules.offText")}</Note>
        <label class="tick">
          <input type="checkbox" checked={accepted} onChange={() => setAccepted(!accepted)} />
          {ta("rules.offAccept")}
        </label>
      </div>
    </Dialog>
  );
}
