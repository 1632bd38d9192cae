/** The administrator chooses the clinic's own OpenID provider. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { loadProfile } from "../../api/profile";
import { t } from "../../text";
import { tv } from "../../text/provider";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Field, Input, Note, State } from "../../ui/parts";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Chosen = Schemas["ProviderOut"];
type Choice = Required<Schemas["ProviderIn"]>;

export function ProviderSettings() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [open, setOpen] = useState<"change" | "stop" | null>(null);
  const [said, setSaid] = useState("");
  const load = async () => {
    const answer = await ask(office.GET("/api/settings/provider"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setChosen(answer.value);
  };
  useEffect(() => void load(), []);
  const stop = async () => {
    const answer = await proving(() => ask(office.DELETE("/api/settings/provider")));
    setOpen(null);
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return;
    setSaid(tv("set.stopped"));
    await Promise.all([load(), loadProfile()]);
  };
  if (!chosen) return <Trouble failure={failure} onRetry={load} />;
  const inUse = chosen.issuer !== null;
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="office" />
        <h2 class="grow">{tv("set.title")}</h2>
        <span role="status">{said && <State kind="done">{said}</State>}</span>
      </div>
      <Trouble failure={failure} />
      {inUse ? (
        <dl class="facts">
          <dt>{tv("set.issuer")}</dt>
          <dd>{chosen.issuer}</dd>
          <dt>{tv("set.second")}</dt>
          <dd>{tv(`set.second.${chosen.second_factor_by}`)}</dd>
          <dt>{tv("set.link")}</dt>
          <dd>{chosen.sign_in_link}</dd>
          <dt>{tv("title")}</dt>
          <dd>
            {tv("set.linked", { linked: chosen.linked, people: chosen.people })}
            {"　"}
            {tv(chosen.password_too ? "set.both" : "set.only")}
          </dd>
        </dl>
      ) : (
        <p>{tv("set.none")}</p>
      )}
      <div class="panel-head">
        <span class="grow" />
        {inUse && <Button onClick={() => setOpen("stop")}>{tv("set.stop")}</Button>}
        <Button onClick={() => setOpen("change")}>{tv(inUse ? "set.change" : "set.start")}</Button>
      </div>
      {open === "change" && (
        <ChooseProvider
          chosen={chosen}
          onClose={() => setOpen(null)}
          onDone={async (now) => {
            setOpen(null);
            setChosen(now);
            setSaid(tv("set.done"));
            await loadProfile();
          }}
        />
      )}
      {open === "stop" && (
        <Dialog
          title={tv("set.stop")}
          onClose={() => setOpen(null)}
          acts={
            <>
              <Button onClick={() => setOpen(null)}>{t("cancel")}</Button>
              <Button kind="danger" onClick={stop}>
                {tv("set.stop")}
              </Button>
            </>
          }
        >
          <Note kind="need">{tv("set.stopText")}</Note>
        </Dialog>
      )}
    </section>
  );
}

function ChooseProvider(props: {
  chosen: Chosen;
  onClose: () => void;
  onDone: (now: Chosen) => Promise<void>;
}) {
  const { chosen } = props;
  const [failure, setFailure] = useState<Failure | null>(null);
  const [secret, setSecret] = useState("");
  const [choice, setChoice] = useState<Choice>({
    issuer: chosen.issuer ?? "",
    client_id: chosen.client_id ?? "",
    client_secret: null,
    claim: chosen.claim,
    second_factor_by: chosen.second_factor_by,
    acr: chosen.acr,
    password_too: chosen.password_too,
  });
  const change = (part: Partial<Choice>) => setChoice({ ...choice, ...part });
  const save = async () => {
    const body = { ...choice, acr: choice.acr?.trim() || null, client_secret: secret || null };
    const answer = await proving(() => ask(office.PUT("/api/settings/provider", { body })));
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (answer.ok) await props.onDone(answer.value);
  };
  const complete = choice.issuer.trim() && choice.client_id.trim();
  return (
    <Dialog
      wide
      title={tv("set.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!complete} onClick={save}>
            {tv("set.save")}
          </Button>
        </>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void save();
        }}
      >
        <Trouble failure={failure} />
        <Field label={tv("set.redirect")}>
          <Input readOnly value={chosen.redirect_uri} />
        </Field>
        <Field label={tv("set.issuer")} hint={tv("set.issuerHint")}>
          <Input
            type="url"
            autocapitalize="none"
            spellcheck={false}
            value={choice.issuer}
            onText={(issuer) => change({ issuer })}
          />
        </Field>
        <div class="pair">
          <Field label={tv("set.client")}>
            <Input
              autocapitalize="none"
              autocomplete="off"
              spellcheck={false}
              value={choice.client_id}
              onText={(client_id) => change({ client_id })}
            />
          </Field>
          <Field label={tv("set.secret")} hint={tv(chosen.has_secret ? "set.secretKept" : "set.secretHint")}>
            <Input type="password" autocomplete="off" value={secret} onText={setSecret} />
          </Field>
        </div>
        <div class="pair">
          <Field label={tv("set.claim")}>
            <select
              class="input"
              value={choice.claim}
              onChange={(event) => change({ claim: event.currentTarget.value as Choice["claim"] })}
            >
              <option value="sub">{tv("set.claim.sub")}</option>
              <option value="oid">{tv("set.claim.oid")}</option>
            </select>
          </Field>
          <Field label={tv("set.acr")}>
            <Input
              autocapitalize="none"
              spellcheck={false}
              value={choice.acr ?? ""}
              onText={(acr) => change({ acr })}
            />
          </Field>
        </div>
        <Field label={tv("set.second")} hint={tv("set.secondHint")}>
          <select
            class="input"
            value={choice.second_factor_by}
            onChange={(event) =>
              change({ second_factor_by: event.currentTarget.value as Choice["second_factor_by"] })
            }
          >
            <option value="otonai">{tv("set.second.otonai")}</option>
            <option value="provider">{tv("set.second.provider")}</option>
          </select>
        </Field>
        <label class="tick">
          <input
            type="checkbox"
            checked={choice.password_too ?? true}
            onChange={() => change({ password_too: !choice.password_too })}
          />
          {tv("set.password")}
        </label>
        <small class="sub">{tv("set.passwordHint")}</small>
      </form>
    </Dialog>
  );
}
