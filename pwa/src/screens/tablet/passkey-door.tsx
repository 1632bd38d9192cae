/** The lock screen without a network: a passkey opens today, or calm words say what is needed and what is safe. */
import { useEffect, useState } from "preact/hooks";
import type { PasskeyRow } from "../../lock/key-rows";
import { askPrf, hasPasskeys, type Unanswered } from "../../lock/passkey-prf";
import { tb } from "../../text/bag";
import { tt } from "../../text/tablet";
import { Button, Note } from "../../ui/parts";
import { keyring, outbox, refreshDevice, showAlone } from "./start";

type Trouble = Exclude<Unanswered, "left"> | "wrong_passkey" | "nothing_kept";

/** `told`: the person has just read why a signal is needed. */
export function PasskeyDoor({ told = false }: { told?: boolean }) {
  const [rows, setRows] = useState<PasskeyRow[] | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    void keyring.passkeys().then(setRows);
  }, []);
  if (rows === null) return null;
  const waiting = outbox.waiting.value;
  const open = async () => {
    setTrouble(null);
    setTrouble(await openByPasskey(rows));
  };
  const offered = rows.length > 0 && hasPasskeys();
  return (
    <div class="lock-box">
      {!offered && !told && (
        <Note kind="need" title={tb("lock.signal")}>
          {tb("lock.signalText")}
        </Note>
      )}
      {trouble && (
        <Note kind="need" alert title={tb(`passkey.${trouble}`)}>
          {tb(`passkey.${trouble}Next`)}
        </Note>
      )}
      {offered && (
        <>
          <Button kind="primary" size="main" icon="key" wide onClick={open}>
            {tb("lock.passkey")}
          </Button>
          <p class="sub">{tb("lock.passkeyHint")}</p>
        </>
      )}
      {waiting > 0 && <Note kind="quiet">{tb("lock.safe", { count: waiting })}</Note>}
      {!offered && !told && <p class="sub">{tb("lock.advice")}</p>}
      <Button size="middle" icon="refresh" onClick={refreshDevice}>
        {tt("lock.retry")}
      </Button>
    </div>
  );
}

/** Null when it opened, or when the person chose not to. */
async function openByPasskey(rows: readonly PasskeyRow[]): Promise<Trouble | null> {
  const answered = await askPrf(rows);
  if (!answered.ok) return answered.error === "left" ? null : answered.error;
  const found = await keyring.openByPasskey(answered.value.credential, answered.value.output);
  if (found.state !== "open") return found.state;
  return (await showAlone()) ? null : "nothing_kept";
}
