/** 「いるはずの人が出ない」: the four things that help, in the order in which they help (S-049). */
import { useState } from "preact/hooks";
import type { Failure } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { dayRange, shortEra } from "../../domain/office-dates";
import { go } from "../../router";
import { t } from "../../text";
import { type OfficeKey, to } from "../../text/office";
import { Button, Dialog } from "../../ui/parts";
import { connection, listStatus } from "./lights";
import { filter, includeImported, showEverybody, typed } from "./list-state";
import { daysAgo, requestPeriod } from "./period-request";
import { Trouble } from "./trouble";

const WIDEST_DAYS = 30;

export function MissingHelp(props: { onClose: () => void; onFetch: () => Promise<void> }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState<OfficeKey | null>(null);
  const from = daysAgo(WIDEST_DAYS);
  const widen = async () => {
    const answer = await requestPeriod(from, daysAgo(0));
    setFailure(answer.ok ? null : answer.error);
    setSaid(answer.ok ? "list.fetchAsked" : null);
  };
  const fetchNow = async () => {
    await props.onFetch();
    setSaid("list.fetchAsked");
  };
  const showsAll = filter.value === "all" && includeImported.value && typed.value === "";
  const { period, fetched, bridge } = factsOf(listStatus.value);
  const steps: ReadonlyArray<{
    title: OfficeKey;
    text: OfficeKey;
    /** How it is now, so that one sees whether this step can help. */
    now?: string;
    act?: preact.ComponentChildren;
  }> = [
    {
      title: "missing.1",
      text: "missing.1text",
      now: period,
      act: <Button onClick={widen}>{to("missing.1act", { from: shortEra(from) })}</Button>,
    },
    {
      title: "missing.2",
      text: "missing.2text",
      act: (
        <Button disabled={showsAll} onClick={showEverybody}>
          {to(showsAll ? "missing.2done" : "missing.2act")}
        </Button>
      ),
    },
    {
      title: "missing.3",
      text: "missing.3text",
      now: fetched,
      act: <Button onClick={fetchNow}>{to("missing.3act")}</Button>,
    },
    {
      title: "missing.4",
      text: "missing.4text",
      now: bridge,
      act: <Button onClick={() => go("/office/connection")}>{to("missing.4act")}</Button>,
    },
    { title: "missing.5", text: "missing.5text" },
  ];
  return (
    <Dialog
      wide
      title={to("missing.title")}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      <p>{to("missing.lead")}</p>
      <ol class="missing">
        {steps.map((step) => (
          <li key={step.title}>
            <span>
              <b>{to(step.title)}</b>
              <span class="sub">{to(step.text)}</span>
              {step.now && <span class="now">{step.now}</span>}
            </span>
            {step.act}
          </li>
        ))}
      </ol>
      <Trouble failure={failure} />
      {said && <p role="status">{to(said)}</p>}
    </Dialog>
  );
}

/** What the server knows of the request, the last fetch and who waits, in words. */
function factsOf(status: typeof listStatus.value) {
  if (!status) return { period: "", fetched: "", bridge: "" };
  const waitingFiles = connection.value?.waiting_jobs ?? 0;
  const { period_from: from, period_to: until, last_fetched_at: at } = status;
  return {
    period: from && until ? to("missing.period", { range: dayRange(from, until) }) : to("list.noPeriod"),
    fetched: [
      at
        ? to("missing.fetched", { time: shortTime(new Date(at), new Date()), count: status.fetched })
        : to("missing.never"),
      status.waiting > 0 ? to("missing.waiting", { count: status.waiting }) : "",
    ].join(""),
    bridge: [
      to(`missing.bridge.${status.bridge}`),
      waitingFiles > 0 ? to("missing.queue", { count: waitingFiles }) : "",
    ].join(""),
  };
}
