/** The office stopped this tablet. What was entered stays sealed on it. */
import { tt } from "../../text/tablet";
import { Button, Note } from "../../ui/parts";
import { enrolAgain, outbox } from "./start";

export default function Stopped() {
  const waiting = outbox.waiting.value;
  return (
    <main class="gate">
      <div class="gate-box">
        <span class="mark" aria-hidden="true" />
        <Note kind="bad" alert title={tt("stopped.title")}>
          {tt("stopped.text")}
        </Note>
        {waiting > 0 && <p class="large">{tt("stopped.unsent", { count: waiting })}</p>}
        <Button size="middle" icon="refresh" onClick={enrolAgain}>
          {tt("stopped.again")}
        </Button>
      </div>
    </main>
  );
}
