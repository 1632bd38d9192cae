/** 接続の状態: one light per link, and in words what to do about the one that is out. */
import { useEffect } from "preact/hooks";
import { type Trouble, troublesOf } from "../../domain/connection";
import { clock, shortTime } from "../../domain/dates";
import { type OfficeKey, to, word } from "../../text/office";
import { Button, Note, State, type StateKind } from "../../ui/parts";
import { answeredAt, connection, liveOpen, loadLights, online, ping } from "./lights";
import { Troubleshooter } from "./troubleshooter";
import "./connection.css";

const BRIDGE: Record<string, StateKind> = { connected: "done", silent: "problem", never: "to-do" };

export default function Connection() {
  const again = async () => {
    await Promise.all([ping(), loadLights()]);
  };
  useEffect(() => {
    void again();
  }, []);
  const now = new Date();
  const found = connection.value;
  const time = (at: string | null) => (at ? shortTime(new Date(at), now) : to("connection.noAnswer"));
  const troubles = troublesOf(online.value, found);
  return (
    <section class="connection">
      <header class="page-head">
        <h1 class="title grow">{to("connection.title")}</h1>
        <Button icon="refresh" onClick={again}>
          {to("connection.again")}
        </Button>
      </header>
      <div class="do-list" role="status">
        {troubles.length === 0 ? (
          <Note kind="info">{to("connection.allGood")}</Note>
        ) : (
          troubles.map((trouble, i) => (
            <Note
              key={`${trouble.kind}${trouble.folder ?? trouble.code ?? ""}`}
              kind={i === 0 ? "need" : "quiet"}
              title={to(`do.${trouble.kind}` as OfficeKey, wordsOf(trouble))}
            >
              {to(`do.${trouble.kind}Text` as OfficeKey)}
            </Note>
          ))
        )}
      </div>
      <div class="lights">
        <Light title={to("connection.server")} kind={online.value ? "done" : "problem"}>
          {to(online.value ? "connection.serverOk" : "connection.serverBad")}
          <Below>{answeredAt.value && to("connection.seen", { time: clock(answeredAt.value) })}</Below>
        </Light>
        <Light title={to("connection.live")} kind={liveOpen.value ? "done" : "waiting"}>
          {to(liveOpen.value ? "connection.liveOk" : "connection.livePoll")}
        </Light>
        {found && (
          <Light title={to("connection.bridge")} kind={BRIDGE[found.bridge] ?? "to-do"}>
            {word("connection", found.bridge)}
            <Below>
              {found.bridge_seen_at && to("connection.seen", { time: time(found.bridge_seen_at) })}
            </Below>
          </Light>
        )}
        {Object.entries(found?.folders ?? {}).map(([name, state]) => (
          <Light
            key={name}
            title={`${to("connection.folder", { name })}（${word("connection.folder", name)}）`}
            kind={state === "ok" ? "done" : "problem"}
          >
            {word("folder", state)}
          </Light>
        ))}
      </div>
      {found && (
        <dl class="card figures">
          <div>
            <dt>{to("connection.lastAnswer")}</dt>
            <dd>{time(found.last_answer_at)}</dd>
          </div>
          <div>
            <dt>{to("connection.waiting")}</dt>
            <dd>{to("cases", { count: found.waiting_jobs })}</dd>
          </div>
          <div>
            <dt>{to("connection.unanswered")}</dt>
            <dd>{to("cases", { count: found.unanswered_today })}</dd>
          </div>
          <div>
            <dt>{to("connection.quarantined")}</dt>
            <dd>{to("cases", { count: found.quarantined_today })}</dd>
          </div>
        </dl>
      )}
      <Troubleshooter />
    </section>
  );
}

function wordsOf(trouble: Trouble): Record<string, string | number> {
  return {
    folder: trouble.folder ? `${word("connection.folder", trouble.folder)}（${trouble.folder}）` : "",
    count: trouble.count ?? 0,
    code: trouble.code ?? "",
  };
}

function Light(props: { title: string; kind: StateKind; children: preact.ComponentChildren }) {
  const [words, ...rest] = Array.isArray(props.children) ? props.children : [props.children];
  return (
    <section class="card light-card">
      <h2>{props.title}</h2>
      <State kind={props.kind}>{words}</State>
      {rest}
    </section>
  );
}

function Below(props: { children: preact.ComponentChildren }) {
  return props.children ? <span class="sub">{props.children}</span> : null;
}
