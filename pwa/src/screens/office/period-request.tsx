/** 期間を指定して情報申請 (S-042, S-043): a person asks for a period of their own, and is told that it was taken. */
import { useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { fullDate, japanDay, parseDate } from "../../domain/dates";
import { shortEra } from "../../domain/office-dates";
import { to } from "../../text/office";
import { Button, Dialog } from "../../ui/parts";
import { DateField } from "./date-field";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";

const DAY_MS = 86_400_000;

/** `days` before today, in Japan. */
export function daysAgo(days: number): string {
  return japanDay(new Date(Date.now() - days * DAY_MS));
}

export async function requestPeriod(from: string, until: string) {
  const answer = await ask(
    office.POST("/api/home-visit/requests", { body: { consent_from: from, consent_to: until } }),
  );
  changes.value += 1;
  return answer;
}

export function PeriodRequest() {
  const [from, setFrom] = useState(shortEra(daysAgo(13)));
  const [until, setUntil] = useState(shortEra(daysAgo(0)));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [unread, setUnread] = useState(false);
  const [sent, setSent] = useState<{ from: string; to: string } | null>(null);
  const send = async () => {
    const [first, last] = [parseDate(from), parseDate(until)];
    setUnread(!first || !last);
    setFailure(null);
    if (!first || !last) return;
    const answer = await requestPeriod(first, last);
    if (answer.ok) setSent({ from: fullDate(first), to: fullDate(last) });
    else setFailure(answer.error);
  };
  return (
    <form
      class="card period"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <b>{to("period.title")}</b>
      <div class="period-row">
        <DateField label={to("period.from")} hideLabel typed={from} onTyped={setFrom} />
        <span aria-hidden="true">〜</span>
        <DateField label={to("period.to")} hideLabel typed={until} onTyped={setUntil} />
        <Button type="submit" busyLabel={to("period.busy")} onClick={send}>
          {to("period.act")}
        </Button>
      </div>
      <PeriodWords from={from} until={until} unread={unread} />
      <Trouble failure={failure} />
      {sent && (
        <Dialog
          title={to("period.sentTitle")}
          onClose={() => setSent(null)}
          acts={
            <Button kind="primary" onClick={() => setSent(null)}>
              {to("ok")}
            </Button>
          }
        >
          <p>{to("period.sent", sent)}</p>
        </Dialog>
      )}
    </form>
  );
}

function PeriodWords(props: { from: string; until: string; unread: boolean }) {
  const [first, last] = [parseDate(props.from), parseDate(props.until)];
  if (!first || !last) {
    const typing = props.from.trim() && props.until.trim();
    if (props.unread || typing) return <p class="wrong">{to("period.wrong")}</p>;
  }
  return <p class="sub">{to("period.hint")}</p>;
}
