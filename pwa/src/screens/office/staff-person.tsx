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

/** What takes something away from somebody is asked once more, with what it does. */
type Doubt = "stop" | "password" | "second_factor" | Role;

type Props = { person: Person; onClose: () => void; onDone: (words: string) => Promise<void> };

export function StaffPerson(props: Props) {
  const { person } = props;
  const [invitation, setInvitation] = useState<Schemas["InvitationOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [doubt, setDoubt] = useState<Doubt | null>(null);
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
  const acts: Record<"stop" | "password" | "second_factor", { words: string; act: () => Promise<unknown> }> =
    {
      stop: { words: ta("staff.stop"), act: change({ active: false }, ta("staff.stopDone")) },
      password: { words: ta("staff.inviteAct"), act: help("password") },
      second_factor: { words: ta("staff.inviteAct"), act: help("second_factor") },
    };
  const sure = (about: Doubt) =>
    about === "stop" || about === "password" || about === "second_factor"
      ? { ...acts[about], text: ta(`staff.sure.${about}`, { name: person.name }) }
      : {
          words: ta("staff.roleAct"),
          act: change({ role: about }, ta("staff.roleDone")),
          text: ta("staff.sure.role", { name: person.name, role: t(`role.${about}`) }),
        };
  if (doubt && !invitation) {
    const { words, text, act } = sure(doubt);
    return (
      <Dialog
        title={ta("staff.manage", { name: person.name })}
        onClose={() => setDoubt(null)}
        acts={
          <>
            <Button onClick={() => setDoubt(null)}>{t("cancel")}</Button>
            <Button kind={doubt === "stop" ? "danger" : "primary"} onClick={act}>
              {words}
            </Button>
          </>
        }
      >
        <div class="form">
          <Trouble failure={failure} />
          <p>{text}</p>
        </div>
      </Dialog>
    );
  }
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
              onChange={(role) => role !== person.role && setDoubt(role)}
            />
            <small class="sub">{ta("staff.roleText")}</small>
            <h3>{ta("staff.helpTitle")}</h3>
            {person.locked_until && <Button onClick={unlock}>{ta("staff.unlock")}</Button>}
            {person.state === "invited" ? (
              <Button onClick={help("second_factor")}>{ta("staff.again")}</Button>
            ) : (
              <>
                <Button onClick={() => setDoubt("password")}>{ta("staff.lostPassword")}</Button>
                <Button onClick={() => setDoubt("second_factor")}>{ta("staff.lostSecond")}</Button>
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
            <Button onClick={() => setDoubt("stop")}>{ta("staff.stop")}</Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
