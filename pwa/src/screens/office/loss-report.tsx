/** The report on a lost tablet: the facts an authority asks for, on one page that prints (design 8). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, fullDate, japanDay } from "../../domain/dates";
import { lossMode } from "../../domain/device-facts";
import { go } from "../../router";
import { lostWord, tl } from "../../text/lost";
import { to } from "../../text/office";
import { Busy, Button, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";
import "./devices.css";

type Report = Schemas["LossReportOut"];

export default function LossReport({ id }: { id: string }) {
  const [report, setReport] = useState<Report | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const answer = await ask(
      office.GET("/api/devices/{device_id}/loss-report", { params: { path: { device_id: id } } }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setReport(answer.value);
  };
  useEffect(() => {
    void load();
  }, [id]);
  if (report === null) return failure ? <Trouble failure={failure} onRetry={load} /> : <Busy />;
  return (
    <section class="devices loss-report">
      <header class="page-head">
        <Button kind="text" icon="back" onClick={() => go(`/office/devices/${id}`)}>
          {report.device.name}
        </Button>
        <h1 class="title grow">{tl("report.title", { name: report.device.name })}</h1>
        <Button kind="primary" onClick={() => globalThis.print()}>
          {tl("report.print")}
        </Button>
      </header>
      {report.stopped_at === null && <Note kind="need">{tl("report.notStopped")}</Note>}
      <article class="card padded">
        <p class="sub">{tl("report.made", { time: fullTime(new Date().toISOString()) })}</p>
        <WhatHappened report={report} />
        <Days days={report.days} stopped={report.stopped_at !== null} />
        <People patients={report.patients} />
        <p>{tl("report.next")}</p>
      </article>
    </section>
  );
}

function WhatHappened({ report }: { report: Report }) {
  const mode = lossMode(report.key_mode, report.days.length);
  return (
    <>
      <h2 class="large">{tl("report.what")}</h2>
      <dl class="device-facts">
        <dt>{tl("report.last")}</dt>
        <dd>{report.device.last_seen_at ? fullTime(report.device.last_seen_at) : to("devices.never")}</dd>
        <dt>{tl("report.stopped")}</dt>
        <dd>
          {report.stopped_at ? fullTime(report.stopped_at) : "—"}
          {report.stopped_because && `（${lostWord("because", report.stopped_because)}）`}
        </dd>
        <dt>{tl("report.tokens")}</dt>
        <dd>{tl(report.tokens_ended ? "tokens.ended" : "tokens.open")}</dd>
        <dt>{tl("report.mode")}</dt>
        <dd>{report.stopped_at ? tl(`mode.${mode}`) : "—"}</dd>
        <dt>{tl("report.wiped")}</dt>
        <dd>{report.wiped_at ? tl("wiped.at", { time: fullTime(report.wiped_at) }) : tl("wiped.waiting")}</dd>
        <dt>{tl("report.unsent")}</dt>
        <dd>
          {report.device.unsent ? tl("unsent.some", { count: report.device.unsent }) : tl("unsent.none")}
          {report.entries_held > 0 && (
            <span class="below">{tl("unsent.held", { count: report.entries_held })}</span>
          )}
        </dd>
      </dl>
    </>
  );
}

function Days({ days, stopped }: { days: Report["days"]; stopped: boolean }) {
  if (days.length === 0) return null;
  return (
    <>
      <h2 class="large">{tl("report.days")}</h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>{tl("days.day")}</th>
              <th>{tl("days.staff")}</th>
              <th class="end">{tl("days.count")}</th>
              <th class="end">{tl("days.medical")}</th>
              <th>{tl("days.end")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={`${one.day} ${one.staff_name}`}>
                <td class="nowrap">{fullDate(one.day)}</td>
                <td>{one.staff_name}</td>
                <td class="end">{one.patients.length}</td>
                <td class="end">{one.medical.length}</td>
                <td class="nowrap">
                  {one.ended_at ? fullTime(one.ended_at) : tl(stopped ? "days.memory" : "days.open")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function People({ patients }: { patients: Report["patients"] }) {
  return (
    <>
      <h2 class="large">{tl("report.people", { count: patients.length })}</h2>
      {patients.length === 0 ? (
        <p>{tl("people.none")}</p>
      ) : (
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th>{tl("people.number")}</th>
                <th>{tl("people.name")}</th>
                <th>{tl("people.kinds")}</th>
                <th>{tl("people.last")}</th>
              </tr>
            </thead>
            <tbody>
              {patients.map((one) => (
                <tr key={one.id}>
                  <td class="number">{one.chart_number ?? "—"}</td>
                  <td>{one.name}</td>
                  <td>{tl(one.medical ? "kinds.medical" : "kinds.day")}</td>
                  <td class="nowrap">{fullDate(one.last_day)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** With its day: a report is read weeks later. */
const fullTime = (iso: string): string => {
  const at = new Date(iso);
  return `${fullDate(japanDay(at))} ${clock(at)}`;
};
