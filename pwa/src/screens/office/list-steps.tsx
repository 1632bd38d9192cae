/** Where the fetching stands: 申請, 結果待ち, 取得, 照合, with their times, and when the next one comes by itself. */
import { clock, shortTime } from "../../domain/dates";
import { to, word } from "../../text/office";
import { Icon, type IconName } from "../../ui/icon";
import { listStatus } from "./lights";

type Step = {
  key: string;
  look: "ok" | "wait" | "need" | "none";
  icon: IconName;
  title: string;
  sub: string;
};

export function Steps() {
  const status = listStatus.value;
  const now = new Date();
  const time = (at: string | null | undefined) =>
    at ? shortTime(new Date(at), now).replace(/^きょう /, "") : "";
  const next = status?.next_automatic_at;
  return (
    <section class="card steps">
      <ol>
        {(status ? stepsOf(status, time) : []).map((step) => (
          <li key={step.key} class={step.look}>
            <Icon name={step.icon} />
            <span>
              <b>{step.title}</b>
              <span class="sub">{step.sub}</span>
            </span>
          </li>
        ))}
      </ol>
      <p class="sub coming">
        <Icon name="refresh" />
        {status && !status.automatic
          ? to("step.noAutomatic")
          : !next || new Date(next) <= now
            ? to("step.soon")
            : to("step.next", { time: clock(new Date(next)) })}
      </p>
    </section>
  );
}

function stepsOf(
  status: NonNullable<typeof listStatus.value>,
  time: (at: string | null | undefined) => string,
): Step[] {
  const needs = status.needs_decision;
  return [
    {
      key: "requested",
      look: status.last_requested_at ? "ok" : "none",
      icon: status.last_requested_at ? "check" : "todo",
      title: to(status.last_requested_at ? "step.requested" : "step.notRequested"),
      sub: [time(status.last_requested_at), status.last_trigger ? word("trigger", status.last_trigger) : ""]
        .filter(Boolean)
        .join(" "),
    },
    {
      key: "waiting",
      look: status.waiting > 0 ? "wait" : "none",
      icon: status.waiting > 0 ? "wait" : "none",
      title: status.waiting > 0 ? to("step.waiting", { count: status.waiting }) : to("step.waitingNone"),
      sub: status.waiting > 0 ? to("step.atTerminal") : "",
    },
    {
      key: "fetched",
      look: status.last_fetched_at ? "ok" : "none",
      icon: status.last_fetched_at ? "check" : "todo",
      title: status.last_fetched_at ? to("step.fetched", { count: status.fetched }) : to("step.notFetched"),
      sub: time(status.last_fetched_at),
    },
    {
      key: "needs",
      look: needs > 0 ? "need" : "ok",
      icon: needs > 0 ? "need" : "check",
      title: needs > 0 ? to("step.needs", { count: needs }) : to("step.needsNone"),
      sub: to(needs > 0 ? "step.personDecides" : "step.nobody"),
    },
  ];
}
