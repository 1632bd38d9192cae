/** The emergency account as the administrator keeps it: a sealed code, its use, its end. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { t } from "../../text";
import { ta } from "../../text/account";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Note, State, type StateKind } from "../../ui/parts";
import { changes } from "./lights";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Seal = Schemas["SealOut"];
const KINDS: Record<Seal["state"], StateKind> = {
  sealed: "done",
  open: "problem",
  ended: "none",
  replaced: "none",
};
/** Older ones are in the audit trail. */
const SHOWN = 5;

export function EmergencyPanel() {
  const [seals, setSeals] = useState<readonly Seal[]>([]);
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState("");
  const changed = changes.value;
  const load = async () => {
    const answer = await ask(office.GET("/api/emergency"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setSeals(answer.value.items);
  };
  useEffect(() => void load(), [changed]);
  const make = async () => {
    const answer = await proving(() => ask(office.POST("/api/emergency", { body: {} })));
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return;
    setCode(answer.value.code);
    await load();
  };
  const end = async () => {
    const answer = await proving(() => ask(office.DELETE("/api/emergency")));
    setFailure(answer.ok || isUnproved(answer.error) ? null : answer.error);
    if (!answer.ok) return;
    setSaid(ta("seal.endDone"));
    await load();
  };
  const sealed = seals.some((seal) => seal.state === "sealed");
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="lock" />
        <h2 class="grow">{ta("seal.title")}</h2>
        <span role="status">{said}</span>
        {seals.some((seal) => seal.state === "open") && (
          <Button kind="danger" onClick={end}>
            {ta("seal.end")}
          </Button>
        )}
        <Button onClick={make}>{ta(sealed ? "seal.makeAgain" : "seal.make")}</Button>
      </div>
      <p class="sub">{ta("seal.text")}</p>
      <Trouble failure={failure} onRetry={load} />
      {seals.length === 0 ? (
        <p>{ta("seal.none")}</p>
      ) : (
        <dl class="rows">
          {seals.slice(0, SHOWN).map((seal) => (
            <SealRow key={seal.id} seal={seal} />
          ))}
        </dl>
      )}
      {code && <SealedCode code={code} onClose={() => setCode(null)} />}
    </section>
  );
}

function SealRow({ seal }: { seal: Seal }) {
  const time = (at: string) => shortTime(new Date(at), new Date());
  return (
    <div>
      <dt>
        <State kind={KINDS[seal.state]}>{ta(`seal.${seal.state}`)}</State>
      </dt>
      <dd>
        {ta("seal.madeAt", { time: time(seal.made_at) })}
        {seal.opened_at && seal.reason && (
          <span class="below">
            {ta("seal.opened", {
              time: time(seal.opened_at),
              name: seal.opened_by ?? "",
              reason: ta(`emergency.${seal.reason}`),
            })}
          </span>
        )}
      </dd>
      <dd>{seal.state === "open" && seal.ends_at && ta("seal.until", { time: time(seal.ends_at) })}</dd>
    </div>
  );
}

function SealedCode(props: { code: string; onClose: () => void }) {
  return (
    <Dialog
      title={ta("seal.paperTitle")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={() => print()}>{ta("codes.print")}</Button>
          <Button kind="primary" onClick={props.onClose}>
            {t("close")}
          </Button>
        </>
      }
    >
      <div class="form paper">
        <code class="secret">{props.code}</code>
        <p>{ta("seal.paperUse")}</p>
        <Note kind="need">{ta("seal.paperText")}</Note>
      </div>
    </Dialog>
  );
}
