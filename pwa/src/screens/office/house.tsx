/** 院内患者: who is in the house, where, and what they wait for. A card read at the office appears by itself (S-055). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, shortTime } from "../../domain/dates";
import {
  type Attendance,
  backTo,
  inOrder,
  type Move,
  minutesSince,
  nextMove,
  PLACES,
  standing,
} from "../../domain/house-board";
import { t } from "../../text";
import { tb } from "../../text/board";
import { to, word } from "../../text/office";
import { offerUndo } from "../../ui/frame";
import { PersonName } from "../../ui/name";
import { Busy, Button, Dialog, Empty, State, type StateKind } from "../../ui/parts";
import { useOfficeKeys } from "./keys";
import { changes } from "./lights";
import { PatientPicker } from "./patient-picker";
import { ask, session } from "./session";
import { Trouble } from "./trouble";
import "./house.css";

const STATES: Record<Attendance["state"], StateKind> = {
  waiting: "waiting",
  in_care: "now",
  paying: "to-do",
  left: "done",
  removed: "none",
};

/** Waiting times move on by themselves; nobody's data are asked for again because of that. */
const TICK_MS = 20_000;

export default function House() {
  const [board, setBoard] = useState<Schemas["BoardOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [adding, setAdding] = useState(false);
  const load = async () => {
    const answer = await ask(office.GET("/api/board", { params: { query: {} } }));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setBoard(answer.value);
  };
  const [, setMinute] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setMinute((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [changed]);
  useOfficeKeys("other", {});

  const put = async (row: Attendance, body: Move): Promise<Attendance | null> => {
    const answer = await ask(
      office.PUT("/api/board/{attendance_id}", { params: { path: { attendance_id: row.id } }, body }),
    );
    await load();
    if (!answer.ok) setFailure(answer.error); // After the reading: what happened stays to be read beside what is true now.
    return answer.ok ? answer.value : null;
  };
  const move = async (row: Attendance, body: Move, words: string) => {
    const after = await put(row, body);
    if (after) offerUndo(words, () => put(after, backTo(row, after)));
  };
  const add = async (patient: Schemas["PatientOut"]) => {
    const answer = await ask(office.POST("/api/board", { body: { patient_id: patient.id } }));
    setAdding(false);
    await load();
    if (!answer.ok) return setFailure(answer.error);
    const row = answer.value;
    offerUndo(tb("added", { name: patient.name }), () => put(row, { ...standing(row), state: "removed" }));
  };

  const { here, left } = inOrder(board?.items ?? []);
  const waiting = here.filter((row) => row.state === "waiting").length;
  return (
    <section class="house-board">
      <header class="page-head">
        <h1 class="title">{tb("title")}</h1>
        <p class="large sub grow" aria-live="polite">
          {board && tb("here", { count: here.length, waiting })}
        </p>
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {tb("add")}
        </Button>
      </header>
      <Trouble failure={failure} onRetry={load} />
      {board === null ? (
        !failure && <Busy />
      ) : here.length === 0 ? (
        <Empty>{tb("empty")}</Empty>
      ) : (
        <div class="card">
          <table class="house-table">
            <thead>
              <tr>
                <th scope="col">{tb("col.place")}</th>
                <th scope="col">{tb("col.name")}</th>
                <th scope="col">{tb("col.waited")}</th>
                <th scope="col">{tb("col.check")}</th>
                <th scope="col">{tb("col.doctor")}</th>
                <th scope="col">{tb("col.state")}</th>
              </tr>
            </thead>
            <tbody>
              {here.map((row) => (
                <Row key={row.id} row={row} doctors={board.doctors} move={move} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {left.length > 0 && (
        <details class="house-left">
          <summary>{tb("left", { count: left.length })}</summary>
          <ul class="card">
            {left.map((row) => (
              <li key={row.id} class="house-acts">
                <span class="grow">
                  {row.chart_number} {row.patient_name}
                </span>
                <Button
                  label={`${row.patient_name} ${tb("back")}`}
                  onClick={() =>
                    move(
                      row,
                      { ...standing(row), state: "waiting", place: "waiting_room" },
                      tb("moved", { name: row.patient_name, state: tb("state.waiting") }),
                    )
                  }
                >
                  {tb("back")}
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
      {adding && (
        <Dialog
          title={tb("add")}
          onClose={() => setAdding(false)}
          acts={<Button onClick={() => setAdding(false)}>{t("cancel")}</Button>}
        >
          <p>{tb("addText")}</p>
          <PatientPicker onPick={add} />
        </Dialog>
      )}
    </section>
  );
}

type RowProps = {
  row: Attendance;
  doctors: Schemas["BoardOut"]["doctors"];
  move: (row: Attendance, body: Move, words: string) => Promise<void>;
};

function Row({ row, doctors, move }: RowProps) {
  const name = row.patient_name;
  const next = nextMove(row);
  return (
    <tr>
      <td>
        <select
          class="input"
          aria-label={tb("placeOf", { name })}
          value={row.place}
          onChange={(event) => {
            const place = event.currentTarget.value as Attendance["place"];
            void move(row, { ...standing(row), place }, tb("placed", { name }));
          }}
        >
          {PLACES.map((place) => (
            <option key={place} value={place}>
              {tb(`place.${place}`)}
            </option>
          ))}
        </select>
      </td>
      <td>
        <a class="patient-link" href={`/office/patients/${row.patient_id}`}>
          <PersonName name={name} kana={row.patient_name_kana} />
        </a>
        <span class="sub below">
          {to("years", { age: row.age })}{" "}
          {row.chart_number ? to("chart", { number: row.chart_number }) : to("noChart")}
        </span>
      </td>
      <td>
        {row.waited_minutes !== null && (
          <span class="waited">{tb("minutes", { count: minutesSince(row, new Date()) })}</span>
        )}
        <span class="sub below">{tb("arrived", { time: clock(new Date(row.arrived_at)) })}</span>
        {row.appointed_at && (
          <span class="sub below">{tb("appointed", { time: clock(new Date(row.appointed_at)) })}</span>
        )}
      </td>
      <td>
        <Eligibility row={row} />
      </td>
      <td>
        <Doctor row={row} doctors={doctors} move={move} />
      </td>
      <td>
        <span class="house-acts">
          <State kind={STATES[row.state]}>{tb(`state.${row.state}`)}</State>
          {next && (
            <Button
              key={row.state} // The next step is another button: a quick second press is for it, not lost on the first.
              label={`${name} ${tb(`next.${row.state as "waiting" | "in_care" | "paying"}`)}`}
              onClick={() => move(row, next, tb("moved", { name, state: tb(`state.${next.state}`) }))}
            >
              {tb(`next.${row.state as "waiting" | "in_care" | "paying"}`)}
            </Button>
          )}
          {row.state === "waiting" && (
            <Button
              kind="text"
              label={`${name} ${tb("remove")}`}
              onClick={() => move(row, { ...standing(row), state: "removed" }, tb("removed", { name }))}
            >
              {tb("remove")}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

function Doctor({ row, doctors, move }: RowProps) {
  const unknown = row.doctor_id !== null && !doctors.some((one) => one.id === row.doctor_id);
  return (
    <select
      class="input"
      aria-label={tb("doctorOf", { name: row.patient_name })}
      value={row.doctor_id ?? ""}
      onChange={(event) => {
        const doctor_id = event.currentTarget.value || null;
        void move(row, { ...standing(row), doctor_id }, tb("doctored", { name: row.patient_name }));
      }}
    >
      <option value="">{tb("noDoctor")}</option>
      {unknown && <option value={row.doctor_id ?? ""}>{tb("formerDoctor")}</option>}
      {doctors.map((doctor) => (
        <option key={doctor.id} value={doctor.id}>
          {doctor.name}
        </option>
      ))}
    </select>
  );
}

function Eligibility({ row }: { row: Attendance }) {
  const good = row.validity === "valid" || row.validity === "valid_unregistered";
  return (
    <>
      <State kind={row.validity ? (good ? "done" : "problem") : "to-do"}>
        {word("validity", row.validity)}
      </State>
      {row.checked_at && (
        <span class="sub below">
          {shortTime(new Date(row.checked_at), new Date())}
          {row.check_kind && `・${word("patient.checkKind", row.check_kind)}`}
        </span>
      )}
      {row.insurer_number && <span class="sub below">{tb("insurer", { number: row.insurer_number })}</span>}
    </>
  );
}
