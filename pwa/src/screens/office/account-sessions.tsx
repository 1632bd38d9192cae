/** Where somebody is signed in, and how to sign out there. Used for oneself, and by the administrator for others. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { ta } from "../../text/account";
import { Icon } from "../../ui/icon";
import { Button, State } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Row = Schemas["OwnSessionOut"];

export function OwnSessions(props: { onDone: (words: string) => void }) {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/account/sessions"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setRows(answer.value.items);
  };
  useEffect(() => void load(), []);
  const ended = async (answer: { ok: true } | { ok: false; error: Failure }) => {
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    props.onDone(ta("account.endDone"));
    await load();
  };
  const end = async (id: string) =>
    ended(
      await ask(
        office.DELETE("/api/account/sessions/{session_id}", { params: { path: { session_id: id } } }),
      ),
    );
  const others = rows.filter((row) => !row.current);
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="user" />
        <h2 class="grow">{ta("account.sessions")}</h2>
        {others.length > 0 && (
          <Button onClick={async () => ended(await ask(office.DELETE("/api/account/sessions")))}>
            {ta("account.endAll")}
          </Button>
        )}
      </div>
      <Trouble failure={failure} onRetry={load} />
      <SessionRows rows={rows} onEnd={end} />
      {rows.length > 0 && others.length === 0 && <p class="sub">{ta("account.alone")}</p>}
    </section>
  );
}

export function SessionRows(props: { rows: readonly Row[]; onEnd?: (id: string) => unknown }) {
  const now = new Date();
  return (
    <dl class="rows">
      {props.rows.map((row) => (
        <div key={row.id}>
          <dt>{row.browser || ta("account.unknown")}</dt>
          <dd>
            {ta("account.used", { time: shortTime(new Date(row.last_used_at), now) })}
            <small class="sub below">
              {ta("account.until", { time: shortTime(new Date(row.ends_at), now) })}
            </small>
          </dd>
          <dd class="acts">
            {row.current ? (
              <State kind="now">{ta("account.here")}</State>
            ) : (
              props.onEnd && <Button onClick={() => props.onEnd?.(row.id)}>{ta("account.end")}</Button>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
