/** Asked on a day, and nothing was there: said with its date, and a chart note to take over with one press. */
import { useState } from "preact/hooks";
import { type AskedKind, nothingFoundNote } from "../../domain/chart-note";
import { clock, fullDate, japanDay } from "../../domain/dates";
import { tm } from "../../text/medical";
import { Button, Note } from "../../ui/parts";
import "./medical.css";

export function NothingFound(props: {
  kinds: readonly AskedKind[];
  fetchedAt: string;
  untilMonth?: string | null;
  /** What it does not mean. */
  caution: string;
}) {
  const [said, setSaid] = useState<"copied" | "byHand" | null>(null);
  const at = new Date(props.fetchedAt);
  const note = nothingFoundNote(props.kinds, props.fetchedAt, props.untilMonth ?? null);
  const copy = () =>
    navigator.clipboard.writeText(note).then(
      () => setSaid("copied"),
      () => setSaid("byHand"), // the browser may refuse; the sentence can still be marked by hand
    );
  return (
    <div class="nothing-found">
      <Note title={tm("nothing.title", { date: fullDate(japanDay(at)), time: clock(at) })}>
        {props.caution}
      </Note>
      <section class="card">
        <h3>{tm("nothing.note")}</h3>
        <p class="chart-note" lang="ja">
          {note}
        </p>
        <Button icon="document" onClick={copy}>
          {tm("nothing.copy")}
        </Button>
        <span class="sub" aria-live="polite">
          {said && tm(`nothing.${said}`)}
        </span>
      </section>
    </div>
  );
}
