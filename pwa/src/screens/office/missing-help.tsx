/** 「いるはずの人が出ない」: the four things that help, in the order in which they help (S-049). */
import { useState } from "preact/hooks";
import type { Failure } from "../../api/client";
import { shortEra } from "../../domain/office-dates";
import { go } from "../../router";
import { t } from "../../text";
import { type OfficeKey, to } from "../../text/office";
import { Button, Dialog } from "../../ui/parts";
import { choose, filter, includeImported } from "./list-state";
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
  const showsAll = filter.value === "all" && includeImported.value;
  const steps: ReadonlyArray<{ title: OfficeKey; text: OfficeKey; act?: preact.ComponentChildren }> = [
    {
      title: "missing.1",
      text: "missing.1text",
      act: <Button onClick={widen}>{to("missing.1act", { from: shortEra(from) })}</Button>,
    },
    {
      title: "missing.2",
      text: "missing.2text",
      act: (
        <Button disabled={showsAll} onClick={() => choose("all", true)}>
          {to(showsAll ? "missing.2done" : "missing.2act")}
        </Button>
      ),
    },
    {
      title: "missing.3",
      text: "missing.3text",
      act: <Button onClick={fetchNow}>{to("missing.3act")}</Button>,
    },
    {
      title: "missing.4",
      text: "missing.4text",
      act: <Button onClick={() => go("/office/connection")}>{to("missing.4act")}</Button>,
    },
    { title: "missing.5", text: "missing.5text" },
  ];
  return (
    <Dialog
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
