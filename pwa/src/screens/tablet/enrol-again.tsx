/** This tablet was enrolled before tablets had keys of their own. What was entered stays sealed on it. */
import { td } from "../../text/devices";
import { tt } from "../../text/tablet";
import { Button, Note } from "../../ui/parts";
import { enrolAgain, outbox } from "./start";

export default function EnrolAgain() {
  const waiting = outbox.waiting.value;
  return (
    <main class="gate">
      <div class="gate-box">
        <span class="mark" aria-hidden="true" />
        <Note kind="need" alert title={td("again.title")}>
          {td("again.text")}
        </Note>
        {waiting > 0 && <p class="large">{tt("stopped.unsent", { count: waiting })}</p>}
        <Button kind="primary" size="main" icon="refresh" onClick={enrolAgain}>
          {td("again.act")}
        </Button>
      </div>
    </main>
  );
}
