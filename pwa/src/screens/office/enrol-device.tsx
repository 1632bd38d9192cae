/** Taking a waiting device into the clinic: its code, what it calls itself, whose it is, and the name it gets here. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock } from "../../domain/dates";
import { go } from "../../router";
import { t } from "../../text";
import { td } from "../../text/devices";
import { to, word } from "../../text/office";
import { Button, Chip, Dialog, Field, Input, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

export function EnrolDevice(props: {
  code: string;
  onClose: () => void;
  onEnrolled: (name: string) => Promise<void>;
}) {
  const [code, setCode] = useState(props.code);
  const [grant, setGrant] = useState<Schemas["DeviceGrantOut"] | null>(null);
  const [name, setName] = useState("");
  const [ownership, setOwnership] = useState<Schemas["Ownership"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const leave = () => {
    go("/office/devices", { replace: true });
    props.onClose();
  };
  const find = async () => {
    const path = { user_code: code.normalize("NFKC").trim().toUpperCase() };
    if (!path.user_code) return;
    const answer = await ask(office.GET("/api/devices/grants/{user_code}", { params: { path } }));
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setGrant(answer.value);
    setName(answer.value.name);
    setOwnership(answer.value.kind === "bridge" ? "clinic" : null);
  };
  useEffect(() => {
    if (props.code) void find();
  }, []);
  const approve = async () => {
    if (!grant || !ownership) return;
    const answer = await ask(
      office.POST("/api/devices/grants/{user_code}/approve", {
        params: { path: { user_code: grant.user_code } },
        body: { name: name.trim() || null, ownership },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    go("/office/devices", { replace: true });
    await props.onEnrolled(answer.value.name);
  };
  return (
    <Dialog
      title={to("enrol.title")}
      onClose={leave}
      acts={
        <>
          <Button onClick={leave}>{t("cancel")}</Button>
          {grant ? (
            <Button kind="primary" disabled={!ownership} onClick={approve}>
              {to("enrol.approve")}
            </Button>
          ) : (
            <Button kind="primary" onClick={find}>
              {to("enrol.find")}
            </Button>
          )}
        </>
      }
    >
      <Trouble failure={failure} />
      {grant ? (
        <>
          <Note kind="info" title={to("enrol.found")}>
            <dl class="grant">
              <dt>{td("kindIs")}</dt>
              <dd>{word("devices.kind", grant.kind)}</dd>
              <dt>{td("nameIs")}</dt>
              <dd>{grant.name}</dd>
              <dt>{td("codeIs")}</dt>
              <dd class="head">{grant.user_code}</dd>
            </dl>
            <p>
              {to("enrol.check")} {to("enrol.expires", { time: clock(new Date(grant.expires_at)) })}
            </p>
          </Note>
          <Field label={to("enrol.name")} hint={to("enrol.nameHint")}>
            <Input value={name} onText={setName} maxLength={60} autocomplete="off" />
          </Field>
          {grant.kind === "tablet" && (
            <fieldset class="whose">
              <legend>{td("whose")}</legend>
              <Chip
                pressed={ownership === "clinic"}
                onPress={() => setOwnership("clinic")}
                icon="tablet"
                hint={td("whose.clinicHint")}
              >
                {td("whose.clinic")}
              </Chip>
              <Chip
                pressed={ownership === "byod"}
                onPress={() => setOwnership("byod")}
                icon="user"
                hint={td("whose.byodHint")}
              >
                {td("whose.byod")}
              </Chip>
              {!ownership && <p class="sub">{td("whose.missing")}</p>}
            </fieldset>
          )}
        </>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void find();
          }}
        >
          <p>{to("enrol.lead")}</p>
          <Field label={to("enrol.code")} hint={to("enrol.codeHint")}>
            <Input value={code} onText={setCode} autocomplete="off" autocapitalize="characters" />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
