/** The office stopped this tablet: what was deleted, what became of entries nobody had received, and what to do. */
import { tb } from "../../text/bag";
import { tt } from "../../text/tablet";
import { Busy, Button, Note } from "../../ui/parts";
import { enrolAgain, farewell } from "./start";

export default function Stopped() {
  const said = farewell.value;
  return (
    <main class="gate">
      <div class="gate-box">
        <span class="mark" aria-hidden="true" />
        {said === null && <Busy label={tb("stopped.wiping")} />}
        {said?.kind === "received" && (
          <>
            <Note kind="info" alert title={tb("stopped.received")}>
              {tb("stopped.receivedText")}
            </Note>
            {said.kept > 0 && <p class="large">{tb("stopped.handed", { count: said.kept })}</p>}
            <Button size="middle" icon="refresh" onClick={() => location.reload()}>
              {tt("stopped.again")}
            </Button>
          </>
        )}
        {said?.kind === "waiting" && (
          <Note kind="info" alert title={tb("stopped.received")}>
            {said.unsent > 0 ? tb("stopped.waitingText", { count: said.unsent }) : tb("stopped.receivedText")}
          </Note>
        )}
        {said?.kind === "refused" && (
          <>
            <Note kind="bad" alert title={tt("stopped.title")}>
              {tt("stopped.text")}
            </Note>
            {said.unsent > 0 && <p class="large">{tt("stopped.unsent", { count: said.unsent })}</p>}
            <Button size="middle" icon="refresh" onClick={enrolAgain}>
              {tt("stopped.again")}
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
