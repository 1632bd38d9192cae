/** A new person: name, log-in name and role; then the code to hand over, shown this once. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { t } from "../../text";
import { ta } from "../../text/account";
import { to } from "../../text/office";
import { Button, Dialog, Field, Input, Note } from "../../ui/parts";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { ROLES, type Role } from "./staff-panel";
import { Trouble } from "./trouble";

type Invitation = Schemas["InvitationOut"];

export function InviteStaff(props: { onClose: () => void; onInvited: () => Promise<void> }) {
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<Role>("nurse");
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async () => {
    const body = { name: name.trim(), login_name: login.trim(), role };
    const answer = await proving(() => ask(office.POST("/api/staff", { body })));
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return;
    setInvitation(answer.value);
    await props.onInvited();
  };
  if (invitation) return <CodeToHandOver invitation={invitation} onClose={props.onClose} />;
  return (
    <Dialog
      title={ta("staff.invite")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!name.trim() || !login.trim()} onClick={save}>
            {ta("staff.inviteAct")}
          </Button>
        </>
      }
    >
      <div class="form">
        <p class="sub">{ta("staff.inviteText")}</p>
        <Trouble failure={failure} />
        <Field label={to("staff.name")}>
          <Input value={name} onText={setName} autocomplete="off" />
        </Field>
        <Field label={to("staff.role")}>
          <select class="input" value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
            {ROLES.map((value) => (
              <option key={value} value={value}>
                {t(`role.${value}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={to("staff.login")} hint={ta("staff.loginHint")}>
          <Input
            value={login}
            onText={setLogin}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
        </Field>
      </div>
    </Dialog>
  );
}

/** Paper or a scan, in person: never by mail. */
export function CodeToHandOver(props: { invitation: Invitation; onClose: () => void }) {
  const { person, code, qr_svg: qr, expires_at: until } = props.invitation;
  return (
    <Dialog
      title={ta("staff.codeTitle", { name: person.name })}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={() => print()}>{ta("codes.print")}</Button>
          <Button kind="primary" onClick={props.onClose}>
            {t("close")}
          </Button>
        </>
      }
    >
      <div class="form paper">
        <img class="app-qr" alt={ta("staff.codeQr")} src={`data:image/svg+xml;base64,${btoa(qr)}`} />
        <code class="secret">{code}</code>
        <p>{ta("staff.codeWhere")}</p>
        <Note kind="need">{ta("staff.codeText", { time: shortTime(new Date(until), new Date()) })}</Note>
      </div>
    </Dialog>
  );
}
