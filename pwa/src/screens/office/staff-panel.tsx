/** The people of the clinic and who of them may read drugs and checkups; the administrator adds new ones. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { t } from "../../text";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Field, Input, State } from "../../ui/parts";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Role = Schemas["Role"];
const ROLES: readonly Role[] = ["doctor", "nurse", "office", "admin"];

export function StaffPanel() {
  const [people, setPeople] = useState<readonly Schemas["StaffOut"][]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState("");
  const mayRead = session.value?.staff.role === "admin";
  const load = async () => {
    const answer = await ask(office.GET("/api/staff"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setPeople(answer.value.items);
  };
  useEffect(() => {
    if (mayRead) void load();
  }, [mayRead]);
  if (!mayRead) return <p class="sub">{to("staff.adminOnly")}</p>;
  return (
    <section class="card">
      <div class="panel-head panel-title">
        <Icon name="users" />
        <h2 class="large grow">{to("staff.title", { count: people.length })}</h2>
        <span role="status">{said}</span>
        <Button icon="plus" onClick={() => setAdding(true)}>
          {to("staff.add")}
        </Button>
      </div>
      <Trouble failure={failure} onRetry={load} />
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>{to("staff.name")}</th>
              <th>{to("staff.role")}</th>
              <th>{to("staff.medical")}</th>
              <th>{to("staff.login")}</th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => {
              const reads = person.role === "doctor" || person.role === "nurse";
              return (
                <tr key={person.id}>
                  <td>
                    <b>{person.name}</b>
                  </td>
                  <td>{t(`role.${person.role}`)}</td>
                  <td>
                    <State kind={reads ? "done" : "none"}>{to(reads ? "staff.can" : "staff.cannot")}</State>
                  </td>
                  <td>{person.login_name}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {adding && (
        <AddStaff
          onClose={() => setAdding(false)}
          onAdded={async (name) => {
            setAdding(false);
            setSaid(to("staff.done", { name }));
            await load();
          }}
        />
      )}
    </section>
  );
}

function AddStaff(props: { onClose: () => void; onAdded: (name: string) => Promise<void> }) {
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("nurse");
  const [failure, setFailure] = useState<Failure | null>(null);
  const complete = name.trim() && login.trim() && password;
  const save = async () => {
    const answer = await ask(
      office.POST("/api/staff", {
        body: { name: name.trim(), login_name: login.trim(), role, password },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) await props.onAdded(answer.value.name);
  };
  return (
    <Dialog
      title={to("staff.add")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!complete} onClick={save}>
            {to("staff.save")}
          </Button>
        </>
      }
    >
      <Trouble failure={failure} />
      <div class="form">
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
        <Field label={to("staff.login")}>
          <Input value={login} onText={setLogin} autocomplete="off" autocapitalize="none" />
        </Field>
        <Field label={to("staff.password")}>
          <Input type="password" value={password} onText={setPassword} autocomplete="new-password" />
        </Field>
      </div>
    </Dialog>
  );
}
