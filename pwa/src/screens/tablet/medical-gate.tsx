/**
 * What stands where drugs or checkups would: no right, no consent, waiting, gone. Asks the server when somebody is
 * here to read, and again when the visit says that something has come.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Visit } from "../../domain/visit-view";
import { t } from "../../text";
import { tb } from "../../text/bag";
import { tt, ttWord } from "../../text/tablet";
import { Busy, Button, Note, State } from "../../ui/parts";
import { NothingFound } from "../medical/nothing-found";
import { dayLeft } from "./bag-line";
import type { Unopened } from "./medical";
import { clock, isOffline, records, vault } from "./start";
import { monthText } from "./words";

/** Only these are asked for: without consent, or before the center has answered, there is nothing to read. */
const ASKED_FOR = new Set(["available", "none"]);

type Held = { state: string; reason: string | null; fetched_at: string | null };

export function MedicalGate(props: {
  visit: Visit;
  kind: "drug" | "checkup";
  held: Held | undefined;
  untilMonth?: string | null;
  open: () => Promise<Unopened | null>;
  children: () => ComponentChildren;
}) {
  const { visit, kind, held, open } = props;
  const [failure, setFailure] = useState<Unopened | null>(null);
  const state = stateOf(visit, kind);
  const left = records.medical.value.get(visit.patient_id)?.left === true;
  const may = vault.mayReadMedical.value;
  const wants = may && !left && ASKED_FOR.has(visit.medical[kind]) && held?.state !== state;
  const offline = isOffline.value;
  useEffect(() => {
    if (wants) void open().then(setFailure);
  }, [wants, state, offline]);

  if (!may) return <Calm title={tt("med.role")}>{tt("med.roleNext")}</Calm>;
  const verdict = clock.verdict.value;
  if (verdict !== "certain") return <Calm title={tb("med.clock")}>{tb(`med.${verdict}`)}</Calm>;
  if (left && !held) {
    return (
      <Calm
        title={tt("med.left")}
        act={
          <Button icon="refresh" onClick={async () => setFailure(await open())}>
            {tt("med.openAgain")}
          </Button>
        }
      >
        {tt("med.leftNext")}
      </Calm>
    );
  }
  const shown = held?.state ?? state;
  if (held && shown === "available") {
    return (
      <>
        {vault.isAlone.value && (
          <p class="sub carried-left">
            <State kind="waiting">{tb("med.carried", { left: dayLeft("M") })}</State>
          </p>
        )}
        {props.children()}
      </>
    );
  }
  if (!held && wants) {
    if (failure?.kind === "strict") return <Calm>{tb("med.strict")}</Calm>;
    if (failure?.kind === "not_noted") return <Calm>{tb("med.notNoted")}</Calm>;
    if (failure?.kind === "offline") return <Calm>{tb("med.notCarried")}</Calm>;
    if (failure?.kind === "not_carried") {
      return <Calm>{failure.reason ? ttWord(kind, failure.reason) : tb("med.notCarried")}</Calm>;
    }
    if (failure?.kind === "problem") {
      return (
        <Calm
          title={failure.title}
          act={
            <Button icon="refresh" onClick={async () => setFailure(await open())}>
              {t("retry")}
            </Button>
          }
        >
          {failure.next_step}
        </Calm>
      );
    }
    return <Busy label={tt("med.loading")} />;
  }
  const words =
    kind === "drug" && shown === "none" && props.untilMonth
      ? tt("drug.noneUntil", { month: monthText(props.untilMonth) })
      : ttWord(kind, shown);
  if (shown !== "none" || !held?.fetched_at) return <Calm>{words}</Calm>;
  return (
    <div class="calm">
      <NothingFound
        kinds={[kind]}
        fetchedAt={held.fetched_at}
        untilMonth={props.untilMonth ?? null}
        caution={words}
      />
    </div>
  );
}

/** While the center has not answered, everything about this visit waits. */
export function stateOf(visit: Visit, kind: "drug" | "checkup"): string {
  const state = visit.medical[kind];
  const asked = visit.consent.state === "waiting" && (state === "not_linked" || state === "no_consent");
  return asked ? "waiting" : state;
}

function Calm(props: { title?: string; children?: ComponentChildren; act?: ComponentChildren }) {
  return (
    <div class="calm">
      <Note title={props.title}>{props.children}</Note>
      {props.act}
    </div>
  );
}
