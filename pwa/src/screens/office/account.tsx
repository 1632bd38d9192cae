/** アカウント: one's own password, second factor, recovery codes, and the browsers one is signed in at. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { eraDate, japanDay } from "../../domain/dates";
import { ta } from "../../text/account";
import { Busy, State } from "../../ui/parts";
import { KeepCodes, SecondFactors } from "./account-factors";
import { Passkeys } from "./account-passkeys";
import { ChangePassword } from "./account-password";
import { OwnProvider } from "./account-provider";
import { OwnSessions } from "./account-sessions";
import { ask, notice } from "./session";
import { Trouble } from "./trouble";
import "./account.css";

export type Account = Schemas["AccountOut"];

export default function AccountScreen() {
  const [account, setAccount] = useState<Account | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/account"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setAccount(answer.value);
  };
  useEffect(() => void load(), []);
  useEffect(() => {
    if (notice.value) setSaid(notice.value);
    notice.value = null;
  }, [notice.value]);
  const done = async (words: string) => {
    setSaid(words);
    await load();
  };
  return (
    <section class="account">
      <header class="page-head">
        <h1 class="title grow">{ta("account.title")}</h1>
        <span role="status">{said && <State kind="done">{said}</State>}</span>
      </header>
      <Trouble failure={failure} onRetry={load} />
      {!account && !failure && <Busy />}
      {account && (
        <>
          <ChangePassword account={account} onDone={done} />
          <Passkeys onDone={done} onCodes={setCodes} />
          <OwnProvider onDone={done} />
          <SecondFactors account={account} onDone={done} />
          <OwnSessions onDone={setSaid} />
          {codes && <KeepCodes codes={codes} onKept={() => setCodes(null)} />}
        </>
      )}
    </section>
  );
}

/** A day as the office writes it. */
export const dayOf = (instant: string): string => eraDate(japanDay(new Date(instant)));
