/** One person under the administrator's hand: role, help with getting in, stop. Every act counts at once. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import type { Result } from "../../result";
import { t } from "../../text";
import { ta } from "../../text/account";
import { tv } from "../../text/provider";
import { Button, Dialog, Segments } from "../../ui/parts";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { CodeToHandOver } from "./staff-invite";
import { type Person, ROLES, type Role } from "./staff-panel";
import { Trouble } from "./trouble";

type Props = { person: Person; onClose: () => void; onDone: (words: string) => Promise<void> };

export function StaffPerson(props: Props) {
  const { person } = props;
  const [invitation, setInvitation] = useState<Schemas["InvitationOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const path = { staff_id: person.id };
  /** The words are said when it worked; a refusal stays in the dialog. */
  const after = async <T,>(answer: Result<T, Failure>, words: string): Promise<T | null> => {
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return null;
    await props.onDone(words);
    return answer.value;
  };
  const change = (body: Schemas["PersonIn"], words: string) => async () =>
    after(await proving(() => ask(office.PATCH("/api/staff/{staff_id}", { params: { path }, body }))), words);
  const help = (lost: "password" | "second_factor") => async () =>
    setInvitation(
      await after(
        await proving(() =>
          ask(office.POST("/api/staff/{staff_id}/sign-up-code", { params: { path }, body: { lost } })),
        ),
        "",
      ),
    );
  const unlock = async () =>
    after(
      await proving(() =>
        ask(office.POST("/api/staff/{staff_id}/let-try-again", { params: { path }, body: {} })),
      ),
      ta("staff.unlockDone"),
    );
  const unlink = async () =>
    after(
      await proving(() => ask(office.DELETE("/api/provider/people/{staff_id}/link", { params: { path } }))),
      tv("staff.unlinkDone"),
    );
  const takeBack = async () =>
    setInvitation(
      await after(
        await proving(() => ask(office.POST("/api/staff/{staff_id}/return", { params: { path }, body: {} }))),
        "",
      ),
    );
  const endSessions = async () =>
    after(
      await ask(office.DELETE("/api/staff/{staff_id}/sessions", { params: { path } })),
      ta("account.endDone"),
    );
  if (invitation) return <CodeToHandOver invitation={invitation} onClose={props.onClose} />;
  return (
    <Dialog
      title={ta("staff.manage", { name: person.name })}
      onClose={props.onClose}
      acts={<Button onClick={props.onClose}>{t("close")}</Button>}
    >
      <div class="form">
        <p class="sub">{person.login_name}</p>
        <Trouble failure={failure} />
        {person.state === "stopped" ? (
          <>
            <p>{ta("staff.returnText")}</p>
            <Button onClick={takeBack}>{ta("staff.return")}</Button>
          </>
        ) : (
          <>
            <h3>{ta("staff.roleTitle")}</h3>
            <Segments
              label={ta("staff.roleTitle")}
              value={person.role as Role}
              options={ROLES.map((value) => ({ value, text: t(`role.${value}`) }))}
              onChange={(role) => void change({ role }, ta("staff.roleDone"))()}
            />
            <small class="sub">{ta("staff.roleText")}</small>
            <h3>{ta("staff.helpTitle")}</h3>
            {person.locked_until && <Button onClick={unlock}>{ta("staff.unlock")}</Button>}
            {person.state === "invited" ? (
              <Button onClick={help("second_factor")}>{ta("staff.again")}</Button>
            ) : (
              <>
                <Button onClick={help("password")}>{ta("staff.lostPassword")}</Button>
                <Button onClick={help("second_factor")}>{ta("staff.lostSecond")}</Button>
              </>
            )}
            {person.provider_linked && <Button onClick={unlink}>{tv("staff.unlink")}</Button>}
            {person.sessions > 0 && (
              <p class="panel-head">
                <span>{ta("staff.sessions", { count: person.sessions })}</span>
                <Button onClick={endSessions}>{ta("staff.endAll")}</Button>
              </p>
            )}
            <h3>{ta("staff.stopTitle")}</h3>
            <small class="sub">{ta("staff.stopText")}</small>
            <Button kind="danger" onClick={change({ active: false }, ta("staff.stopDone"))}>
              {ta("staff.stop")}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
