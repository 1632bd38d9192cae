/** Taking a waiting device into the clinic: its code, what it calls itself, and the name it gets here. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock } from "../../domain/dates";
import { go } from "../../router";
import { t } from "../../text";
import { to, word } from "../../text/office";
import { Button, Dialog, Field, Input, Note } from "../../ui/parts";
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
  };
  useEffect(() => {
    if (props.code) void find();
  }, []);
  const approve = async () => {
    if (!grant) return;
    const answer = await ask(
      office.POST("/api/devices/grants/{user_code}/approve", {
        params: { path: { user_code: grant.user_code } },
        body: { name: name.trim() || null },
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
            <Button kind="primary" onClick={approve}>
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
            <p>
              {word("devices.kind", grant.kind)}
              {grant.kind === "tablet" && `・${word("devices.ownership", grant.ownership)}`}
            </p>
            <p class="head">{grant.user_code}</p>
            <p>
              {to("enrol.check")} {to("enrol.expires", { time: clock(new Date(grant.expires_at)) })}
            </p>
          </Note>
          <Field label={to("enrol.name")} hint={to("enrol.nameHint")}>
            <Input value={name} onText={setName} autocomplete="off" />
          </Field>
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
