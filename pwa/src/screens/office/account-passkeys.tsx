/** One's passkeys: added with a name, renamed, taken away. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas, settle } from "../../api/client";
import { hasPasskeys, makePasskey } from "../../api/passkeys";
import { eraDate, japanDay, shortTime } from "../../domain/dates";
import { failed, type Result } from "../../result";
import { t } from "../../text";
import { tp } from "../../text/passkeys";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Field, Input, State } from "../../ui/parts";
import { ofBrowser, type PasskeyFailure, PasskeyTrouble } from "./passkey";
import { isUnproved, proving } from "./prove";
import { ask, session } from "./session";

type Passkey = Schemas["PasskeyOut"];
export type Added = Schemas["PasskeyAddedOut"];

/** Make a passkey here and tell the server; the failure is null when the person chose not to. */
export async function addPasskey(name: string): Promise<Result<Added, PasskeyFailure | null>> {
  const call = session.peek() ? ask : settle;
  const asked = await proving(() => call(office.POST("/api/passkeys/question", { body: {} })));
  if (!asked.ok) return failed(isUnproved(asked.error) ? null : asked.error);
  const made = await makePasskey(asked.value);
  if (!made.ok) return failed(ofBrowser(made.error));
  return call(office.POST("/api/passkeys", { body: { ...made.value, name } }));
}

export function Passkeys(props: {
  onDone: (words: string) => Promise<void>;
  onCodes: (codes: string[]) => void;
}) {
  const [rows, setRows] = useState<readonly Passkey[] | null>(null);
  const [failure, setFailure] = useState<PasskeyFailure | null>(null);
  const [naming, setNaming] = useState<Passkey | "new" | null>(null);
  const [leaving, setLeaving] = useState<Passkey | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/passkeys"));
    if (answer.ok) setRows(answer.value.items);
    else setFailure(answer.error);
  };
  useEffect(() => void load(), []);
  const done = async (words: string) => {
    await load();
    await props.onDone(words);
  };
  const told = (refused: Failure) => setFailure(isUnproved(refused) ? null : refused);
  const add = async (name: string) => {
    setNaming(null);
    const added = await addPasskey(name);
    setFailure(added.ok ? null : added.error);
    if (!added.ok) return;
    await done(tp("added"));
    if (added.value.recovery_codes.length > 0) props.onCodes(added.value.recovery_codes);
  };
  const rename = async (row: Passkey, name: string) => {
    setNaming(null);
    const path = { passkey_id: row.id };
    const answer = await ask(
      office.PATCH("/api/passkeys/{passkey_id}", { params: { path }, body: { name } }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) await done(tp("name.changed"));
  };
  const remove = async (row: Passkey) => {
    setLeaving(null);
    const path = { passkey_id: row.id };
    const answer = await proving(() =>
      ask(office.DELETE("/api/passkeys/{passkey_id}", { params: { path } })),
    );
    if (!answer.ok) return told(answer.error);
    setFailure(null);
    await done(tp("removed"));
  };
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="key" />
        <h2 class="grow">{tp("title")}</h2>
        {hasPasskeys() && (
          <Button icon="plus" onClick={() => setNaming("new")}>
            {tp("add")}
          </Button>
        )}
      </div>
      <p class="sub">{tp("text")}</p>
      <PasskeyTrouble failure={failure} />
      {rows?.length === 0 && <p>{tp("none")}</p>}
      <dl class="rows">
        {rows?.map((row) => (
          <PasskeyRow key={row.id} row={row} onName={() => setNaming(row)} onRemove={() => setLeaving(row)} />
        ))}
      </dl>
      {naming && (
        <NameDialog
          name={naming === "new" ? tp("name.new", { number: (rows?.length ?? 0) + 1 }) : naming.name}
          act={tp(naming === "new" ? "add" : "name.change")}
          onClose={() => setNaming(null)}
          onName={(name) => (naming === "new" ? add(name) : rename(naming, name))}
        />
      )}
      {leaving && (
        <Dialog
          title={tp("remove.title", { name: leaving.name })}
          onClose={() => setLeaving(null)}
          acts={
            <>
              <Button onClick={() => setLeaving(null)}>{t("cancel")}</Button>
              <Button kind="danger" onClick={() => remove(leaving)}>
                {tp("remove")}
              </Button>
            </>
          }
        >
          <p>{tp("remove.text")}</p>
        </Dialog>
      )}
    </section>
  );
}

function PasskeyRow(props: { row: Passkey; onName: () => void; onRemove: () => void }) {
  const { row } = props;
  const used = row.last_used_at;
  return (
    <div>
      <dt>{row.name}</dt>
      <dd>
        {row.suspended_at && <State kind="problem">{tp("suspended")}</State>}
        {used ? tp("used", { time: shortTime(new Date(used), new Date()) }) : tp("unused")}
        <small class="sub below">
          {tp("made", { day: eraDate(japanDay(new Date(row.created_at))) })}
          {"　"}
          {tp(row.backed_up ? "backedUp" : "thisDevice")}
        </small>
      </dd>
      <dd class="acts">
        <Button onClick={props.onName}>{tp("name.change")}</Button>
        <Button onClick={props.onRemove}>{tp("remove")}</Button>
      </dd>
    </div>
  );
}

function NameDialog(props: {
  name: string;
  act: string;
  onClose: () => void;
  onName: (name: string) => Promise<void>;
}) {
  const [name, setName] = useState(props.name);
  const give = () => props.onName(name.trim());
  return (
    <Dialog
      title={props.act}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!name.trim()} onClick={give}>
            {props.act}
          </Button>
        </>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void give();
        }}
      >
        <Field label={tp("name.title")} hint={tp("name.hint")}>
          <Input maxLength={60} autoFocus value={name} onText={setName} />
        </Field>
      </form>
    </Dialog>
  );
}
