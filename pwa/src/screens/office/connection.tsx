/** 接続の状態: one light per link, and in words what to do about the one that is out. */
import { useEffect, useState } from "preact/hooks";
import { office, type Schemas } from "../../api/client";
import { type Trouble, troublesOf } from "../../domain/connection";
import { clock, shortTime } from "../../domain/dates";
import { type OfficeKey, to, word } from "../../text/office";
import { took, tsu } from "../../text/support";
import { Button, Note, State, type StateKind } from "../../ui/parts";
import { answeredAt, connection, liveOpen, loadLights, online, ping } from "./lights";
import { ask } from "./session";
import { type SupportCard, SupportCardPanel } from "./support-card";
import { Troubleshooter } from "./troubleshooter";
import "./connection.css";

const KINDS: Record<Schemas["LightOut"]["state"], StateKind> = {
  working: "done",
  quiet: "none",
  silent: "problem",
  failing: "problem",
  unusable: "problem",
  unknown: "waiting",
  never: "to-do",
};
const LINKS = ["bridge", "terminal", "reader"] as const;

export default function Connection() {
  const again = async () => {
    await Promise.all([ping(), loadLights()]);
  };
  const [card, setCard] = useState<SupportCard | null>(null);
  useEffect(() => {
    void again();
    void ask(office.GET("/api/settings/support")).then((answer) => {
      if (answer.ok) setCard(answer.value);
    });
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
      {found && (
        <div class="lights">
          {LINKS.map((link) => (
            <LinkLight key={link} link={link} light={found.lights[link]} time={time} />
          ))}
        </div>
      )}
      <div class="lights">
        <Light title={to("connection.server")} kind={online.value ? "done" : "problem"}>
          {to(online.value ? "connection.serverOk" : "connection.serverBad")}
          <Below>{answeredAt.value && to("connection.seen", { time: clock(answeredAt.value) })}</Below>
        </Light>
        <Light title={to("connection.live")} kind={liveOpen.value ? "done" : "waiting"}>
          {to(liveOpen.value ? "connection.liveOk" : "connection.livePoll")}
        </Light>
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
            <dt>{to("connection.unanswered")}</dt>
            <dd>{to("cases", { count: found.unanswered_today })}</dd>
          </div>
          <div>
            <dt>{to("connection.quarantined")}</dt>
            <dd>{to("cases", { count: found.quarantined_today })}</dd>
          </div>
        </dl>
      )}
      {card && <SupportCardPanel card={card} onSaved={setCard} />}
      <Troubleshooter card={card} />
    </section>
  );
}

/** One link of the way with its last sign, what waits there, and how long it takes (S-203). */
function LinkLight(props: {
  link: (typeof LINKS)[number];
  light: Schemas["LightOut"];
  time: (at: string | null) => string;
}) {
  const { link, light } = props;
  return (
    <section class="card light-card">
      <h2>{tsu(`light.${link}`)}</h2>
      <State kind={KINDS[light.state]}>{tsu(`state.${light.state}`)}</State>
      <dl class="facts">
        <div>
          <dt>{tsu(`last.${link}`)}</dt>
          <dd>{props.time(light.last_at)}</dd>
        </div>
        <div>
          <dt>{tsu("queue")}</dt>
          <dd>{to("cases", { count: light.queue })}</dd>
        </div>
        <div>
          <dt>{tsu(`latency.${link}`)}</dt>
          <dd>{light.latency_ms === null ? tsu("notYet") : took(light.latency_ms)}</dd>
        </div>
      </dl>
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
