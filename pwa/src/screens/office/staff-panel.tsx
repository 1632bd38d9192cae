/** The people of the clinic, how they get in, and what the administrator can do for them (S-170, S-171). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { t } from "../../text";
import { ta } from "../../text/account";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Button, State, type StateKind } from "../../ui/parts";
import { EmergencyPanel } from "./emergency-panel";
import { changes } from "./lights";
import { ProviderSettings } from "./provider-settings";
import { ask, session } from "./session";
import { SignInRules } from "./sign-in-rules";
import { InviteStaff } from "./staff-invite";
import { StaffPerson } from "./staff-person";
import { Trouble } from "./trouble";
import "./account.css";

export type Person = Schemas["PersonOut"];
export type Role = Exclude<Schemas["Role"], "emergency">;
export const ROLES: readonly Role[] = ["doctor", "nurse", "office", "admin"];

const STATES: Record<Person["state"], StateKind> = { invited: "waiting", active: "done", stopped: "none" };

export function StaffPanel() {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [inviting, setInviting] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const mayRead = session.value?.staff.role === "admin";
  const changed = changes.value;
  const load = async () => {
    const answer = await ask(office.GET("/api/staff"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setPeople(answer.value.items);
  };
  useEffect(() => {
    if (mayRead) void load();
  }, [mayRead, changed]);
  if (!mayRead) return <p class="sub">{to("staff.adminOnly")}</p>;
  const person = people.find((one) => one.id === chosen);
  return (
    <>
      <section class="card">
        <div class="panel-head panel-title">
          <Icon name="users" />
          <h2 class="large grow">
            {to("staff.title", { count: people.filter((one) => one.state !== "stopped").length })}
          </h2>
          <span role="status">{said}</span>
          <Button icon="plus" onClick={() => setInviting(true)}>
            {ta("staff.invite")}
          </Button>
        </div>
        <Trouble failure={failure} onRetry={load} />
        <StaffTable people={people} onOpen={setChosen} />
      </section>
      <SignInRules />
      <ProviderSettings />
      <EmergencyPanel />
      {inviting && <InviteStaff onClose={() => setInviting(false)} onInvited={load} />}
      {person && (
        <StaffPerson
          key={person.id}
          person={person}
          onClose={() => setChosen(null)}
          onDone={async (words) => {
            setSaid(words);
            await load();
          }}
        />
      )}
    </>
  );
}

function StaffTable(props: { people: readonly Person[]; onOpen: (id: string) => void }) {
  return (
    <div class="scroll">
      <table class="plain">
        <thead>
          <tr>
            <th>{to("staff.name")}</th>
            <th>{to("staff.role")}</th>
            <th>{to("staff.medical")}</th>
            <th>{ta("staff.second")}</th>
            <th>{ta("staff.state")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {props.people.map((person) => (
            <StaffRow key={person.id} person={person} onOpen={() => props.onOpen(person.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StaffRow(props: { person: Person; onOpen: () => void }) {
  const { person } = props;
  const reads = person.role === "doctor" || person.role === "nurse";
  const time = (at: string) => shortTime(new Date(at), new Date());
  return (
    <tr>
      <td>
        <b>{person.name}</b>
        <small class="sub below">{person.login_name}</small>
      </td>
      <td>{t(`role.${person.role}`)}</td>
      <td>
        <State kind={reads ? "done" : "none"}>{to(reads ? "staff.can" : "staff.cannot")}</State>
      </td>
      <td>
        {person.second_factors.length > 0
          ? person.second_factors
              .map((each) => ta(each === "passkey" ? "account.passkey" : "account.one_time_code"))
              .join("・")
          : ta("account.off")}
      </td>
      <td>
        <State kind={person.locked_until ? "problem" : STATES[person.state]}>
          {person.locked_until
            ? ta("staff.locked", { time: time(person.locked_until) })
            : ta(`staff.state.${person.state}`)}
        </State>
        {person.invited_until && (
          <small class="sub below">{ta("staff.invitedUntil", { time: time(person.invited_until) })}</small>
        )}
      </td>
      <td class="end">
        <Button onClick={props.onOpen} label={ta("staff.manage", { name: person.name })}>
          {ta("staff.open")}
        </Button>
      </td>
    </tr>
  );
}
