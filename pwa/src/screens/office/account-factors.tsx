/** One's second factor and the codes for the day it is lost. */
import { useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { ta } from "../../text/account";
import { Icon } from "../../ui/icon";
import { Button, Dialog, State } from "../../ui/parts";
import type { Account } from "./account";
import { CodesToKeep, EnrolApp } from "./enrol-app";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { Trouble } from "./trouble";

export function SecondFactors(props: { account: Account; onDone: (words: string) => Promise<void> }) {
  const [enrolling, setEnrolling] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [words, setWords] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const { second_factors: factors, two_factors_wanted: wanted } = props.account;
  const has = factors.includes("one_time_code");
  const mayRemove = has && (!wanted || factors.length > 1);
  const told = (refused: Failure | null) => setFailure(refused && isUnproved(refused) ? null : refused);
  const enrol = async () => {
    // Asking for the account proves nothing; a first try tells whether a proof is wanted.
    const answer = await proving(() => ask(office.POST("/api/account/authenticator", { body: {} })));
    told(answer.ok ? null : answer.error);
    if (answer.ok) setEnrolling(true);
  };
  const remove = async () => {
    const answer = await proving(() => ask(office.DELETE("/api/account/authenticator")));
    told(answer.ok ? null : answer.error);
    if (answer.ok) await props.onDone(ta("account.removeDone"));
  };
  const renew = async () => {
    const answer = await proving(() => ask(office.POST("/api/account/recovery-codes", { body: {} })));
    told(answer.ok ? null : answer.error);
    if (answer.ok) {
      setWords("");
      setCodes(answer.value.recovery_codes);
    }
  };
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="shield" />
        <h2 class="grow">{ta("account.second")}</h2>
      </div>
      <Trouble failure={failure} />
      <dl class="rows">
        <div>
          <dt>{ta("account.one_time_code")}</dt>
          <dd>
            <State kind={has ? "done" : "none"}>{ta(has ? "account.on" : "account.off")}</State>
          </dd>
          <dd class="acts">
            <Button onClick={enrol}>{ta(has ? "account.replace" : "account.add")}</Button>
            {mayRemove && <Button onClick={remove}>{ta("account.remove")}</Button>}
          </dd>
        </div>
        {factors.length > 0 && (
          <div>
            <dt>{ta("account.codes")}</dt>
            <dd>
              {ta("account.codesLeft", { count: props.account.recovery_codes_left })}
              <small class="sub below">{ta("account.codesText")}</small>
            </dd>
            <dd class="acts">
              <Button onClick={renew}>{ta("account.codesNew")}</Button>
            </dd>
          </div>
        )}
      </dl>
      {enrolling && (
        <Dialog title={ta(has ? "account.replace" : "account.add")} onClose={() => setEnrolling(false)}>
          <EnrolApp
            onDone={(made) => {
              setEnrolling(false);
              setWords(ta("account.addDone"));
              setCodes(made.recovery_codes);
            }}
          />
        </Dialog>
      )}
      {codes && (
        <KeepCodes
          codes={codes}
          onKept={async () => {
            setCodes(null);
            await props.onDone(words);
          }}
        />
      )}
    </section>
  );
}

/** Recovery codes that were just made; closed by nothing but 「控えました」. */
export function KeepCodes(props: { codes: readonly string[]; onKept: () => unknown }) {
  return (
    <Dialog
      title={ta("codes.title")}
      onClose={() => undefined}
      acts={
        <>
          <Button onClick={() => print()}>{ta("codes.print")}</Button>
          <Button kind="primary" onClick={props.onKept}>
            {ta("codes.kept")}
          </Button>
        </>
      }
    >
      <CodesToKeep codes={props.codes} />
    </Dialog>
  );
}
