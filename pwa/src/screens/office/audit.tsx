/** 監査記録: who did what and when, chosen by day, person, patient, action and outcome; page by page and as CSV. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { parseDate, shortTime } from "../../domain/dates";
import { t } from "../../text";
import { ACTIONS, type AuditKey, auditWord, OUTCOMES, tau } from "../../text/audit";
import { Icon } from "../../ui/icon";
import { Busy, Button, Dialog } from "../../ui/parts";
import { DateField } from "./date-field";
import { PatientPicker } from "./patient-picker";
import { ask } from "./session";
import { useStill } from "./still";
import { Trouble } from "./trouble";
import "./audit.css";

type Event = Schemas["AuditEventOut"];
type List = Schemas["AuditListOut"];
type Choice = { staff: string; action: string; outcome: string; since: string; until: string };
type Person = { id: string; name: string };

const PAGE = 50;
const ALL: Choice = { staff: "", action: "", outcome: "", since: "", until: "" };
/** What a try that did not succeed is called; such lines are marked by icon and word. */
const REFUSED = new Set(["role_not_allowed", "wrong", "locked", "throttled", "rejected", "stopped"]);

export default function Audit() {
  const [choice, setChoice] = useState<Choice>(ALL);
  const [patient, setPatient] = useState<Person | null>(null);
  const [list, setList] = useState<List | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const query = asked(choice, patient);
  const key = JSON.stringify(query);
  const still = useStill(key);
  const load = async (cursor: string | null) => {
    const answer = await ask(
      office.GET("/api/audit-events", { params: { query: { ...query, cursor, limit: PAGE } as never } }),
    );
    if (!still()) return;
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    const fresh = answer.value;
    setList((old) => (cursor && old ? { ...fresh, items: [...old.items, ...fresh.items] } : fresh));
  };
  useEffect(() => void load(null), [key]);
  return (
    <section class="audit">
      <header class="page-head">
        <h1 class="title">{tau("title")}</h1>
        <p class="sub grow" role="status">
          {list ? tau("found", { total: list.total }) : tau("about")}
        </p>
        <a class="button outline normal" href={`/api/audit-events/export?${search(query)}`} download>
          <Icon name="document" />
          {tau("csv")}
        </a>
      </header>
      <Choices choice={choice} onChoice={setChoice} patient={patient} onPatient={setPatient} />
      <Trouble failure={failure} onRetry={() => load(null)} />
      {list === null ? (
        !failure && <Busy />
      ) : (
        <>
          <Events list={list} onMore={() => load(list.next_cursor)} />
          <details class="card anchor">
            <summary>{tau("anchorTitle")}</summary>
            <p>{tau("anchor", { sequence: list.anchor.sequence })}</p>
            <code>{list.anchor.hash}</code>
          </details>
        </>
      )}
    </section>
  );
}

function asked(choice: Choice, patient: Person | null): Record<string, string> {
  const days = { since: parseDate(choice.since) ?? "", until: parseDate(choice.until) ?? "" };
  const all = {
    staff_id: choice.staff,
    action: choice.action,
    outcome: choice.outcome,
    patient_id: patient?.id ?? "",
  };
  return Object.fromEntries(Object.entries({ ...all, ...days }).filter(([, value]) => value !== ""));
}

const search = (query: Record<string, string>): string => new URLSearchParams(query).toString();

function Choices(props: {
  choice: Choice;
  onChoice: (choice: Choice) => void;
  patient: Person | null;
  onPatient: (patient: Person | null) => void;
}) {
  const { choice, patient } = props;
  const [staff, setStaff] = useState<readonly Person[]>([]);
  const [picking, setPicking] = useState(false);
  useEffect(() => {
    void ask(office.GET("/api/staff")).then((answer) => {
      if (answer.ok) setStaff(answer.value.items);
    });
  }, []);
  const set = (part: Partial<Choice>) => props.onChoice({ ...choice, ...part });
  const chosen = patient !== null || Object.values(choice).some((value) => value !== "");
  return (
    <div class="card choices">
      <DateField label={tau("since")} typed={choice.since} onTyped={(since) => set({ since })} />
      <DateField label={tau("until")} typed={choice.until} onTyped={(until) => set({ until })} />
      <Select
        label="person"
        all="everybody"
        value={choice.staff}
        options={staff.map((one) => [one.id, one.name] as const)}
        onChange={(one) => set({ staff: one })}
      />
      <Select
        label="action"
        all="everything"
        value={choice.action}
        options={ACTIONS.map((code) => [code, auditWord("action", code)] as const)}
        onChange={(action) => set({ action })}
      />
      <Select
        label="outcome"
        all="everyOutcome"
        value={choice.outcome}
        options={OUTCOMES.map((code) => [code, auditWord("outcome", code)] as const)}
        onChange={(outcome) => set({ outcome })}
      />
      <div class="field">
        <span>{tau("patient")}</span>
        <Button icon="user" onClick={() => setPicking(true)}>
          {patient?.name ?? tau("anyPatient")}
        </Button>
      </div>
      {chosen && (
        <Button
          kind="text"
          icon="close"
          onClick={() => {
            props.onChoice(ALL);
            props.onPatient(null);
          }}
        >
          {tau("clear")}
        </Button>
      )}
      {picking && (
        <Dialog
          title={tau("pick")}
          onClose={() => setPicking(false)}
          acts={<Button onClick={() => setPicking(false)}>{t("cancel")}</Button>}
        >
          <PatientPicker
            onPick={(found) => {
              props.onPatient({ id: found.id, name: found.name });
              setPicking(false);
            }}
          />
        </Dialog>
      )}
    </div>
  );
}

function Select(props: {
  label: AuditKey;
  all: AuditKey;
  value: string;
  options: ReadonlyArray<readonly [string, string]>;
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{tau(props.label)}</span>
      <select
        class="input"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        <option value="">{tau(props.all)}</option>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Events({ list, onMore }: { list: List; onMore: () => Promise<void> }) {
  if (list.items.length === 0) return <p class="card empty-board large">{tau("empty")}</p>;
  return (
    <div class="card scroll">
      <table class="plain">
        <thead>
          <tr>
            <th>{tau("at")}</th>
            <th>{tau("person")}</th>
            <th>{tau("action")}</th>
            <th>{tau("outcome")}</th>
            <th>{tau("patient")}</th>
            <th>{tau("device")}</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((event) => (
            <Line key={event.sequence} event={event} />
          ))}
        </tbody>
      </table>
      {list.next_cursor && (
        <p class="more-row">
          <Button onClick={onMore}>{tau("more")}</Button>
          <span class="sub">{tau("shown", { total: list.total, count: list.items.length })}</span>
        </p>
      )}
    </div>
  );
}

function Line({ event }: { event: Event }) {
  const told = event.device_time;
  return (
    <tr>
      <td class="nowrap">
        {shortTime(new Date(event.at), new Date())}
        {told && (
          <span class="sub below">{tau("deviceTime", { time: shortTime(new Date(told), new Date()) })}</span>
        )}
      </td>
      <td>{event.actor_name ?? auditWord("who", event.actor_kind)}</td>
      <td>{auditWord("action", event.action)}</td>
      <td>
        <span class={REFUSED.has(event.outcome) ? "refused" : ""}>
          {REFUSED.has(event.outcome) && <Icon name="bad" />}
          {auditWord("outcome", event.outcome)}
        </span>
      </td>
      <td>{event.patient_name ?? ""}</td>
      <td>{event.device_name ?? ""}</td>
    </tr>
  );
}
