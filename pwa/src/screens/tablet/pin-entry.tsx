/** One person's PIN. It is sent as soon as six digits stand, and forgotten here at once. */
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { isComplete, minutesLeft, type PinKey, type PinTrouble, press, troubleOf } from "../../lock/pin";
import { t } from "../../text";
import { tb } from "../../text/bag";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { Button, Note } from "../../ui/parts";
import { PasskeyDoor } from "./passkey-door";
import { PinDots, PinPad } from "./pin-pad";
import { instant, isOffline, keyring, unlock } from "./start";

export function PinEntry(props: {
  person: Schemas["TabletPersonOut"];
  onOther: () => void;
  onForgot: () => void;
  onUnknown: () => void;
}) {
  const { person, onUnknown } = props;
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<PinTrouble | null>(null);
  const onKey = useCallback((key: PinKey) => setTyped((before) => press(before, key)), []);
  useEffect(() => {
    if (!isComplete(typed) || busy) return;
    setBusy(true);
    void unlock({ staff_id: person.staff_id, pin: typed }).then((opened) => {
      if (opened.ok) return;
      const found = troubleOf(opened.error);
      setTyped("");
      setBusy(false);
      setTrouble(found);
      if (found.kind === "unknown_person") onUnknown();
    });
  }, [typed, busy, person.staff_id, onUnknown]);
  const locked =
    trouble?.kind === "locked" && trouble.until !== null && minutesLeft(trouble.until, instant.value) > 0;
  // After five wrong tries here there is nothing left to try, until the server answers again.
  const closed = locked || (trouble?.kind === "spent" && isOffline.value);
  const offersPasskey = isOffline.value && !keyring.knowsPinOf(person.staff_id);
  return (
    <div class="lock-box">
      <div class="who">
        <span class="avatar">
          <Icon name="user" />
        </span>
        <span>
          <b class="name">{person.name}</b>
          <span class="sub">{t(`role.${person.role}`)}</span>
        </span>
        <Button onClick={props.onOther}>{tt("lock.other")}</Button>
      </div>
      <p class="or">{tt("lock.pin")}</p>
      {!closed && <PinDots typed={typed} />}
      {trouble && <Trouble trouble={trouble} />}
      {!closed && <PinPad onKey={onKey} onForgot={props.onForgot} disabled={busy} />}
      {offersPasskey && <PasskeyDoor told={trouble?.kind === "spent"} />}
    </div>
  );
}

export function Trouble({ trouble }: { trouble: PinTrouble }) {
  switch (trouble.kind) {
    case "wrong":
      return (
        <Note kind="need" alert title={tt("lock.wrong")}>
          {trouble.remaining !== null && tt("lock.wrongNext", { count: trouble.remaining })}
        </Note>
      );
    case "locked":
      return (
        <div class="locked" role="alert">
          <Icon name="lock" />
          <span>{tt("lock.locked")}</span>
          {trouble.until && (
            <b>{tt("lock.lockedLeft", { minutes: minutesLeft(trouble.until, instant.value) })}</b>
          )}
          <span>{tt("lock.lockedNext")}</span>
        </div>
      );
    case "weak":
      return (
        <Note kind="need" alert>
          {tt("first.weak")}
        </Note>
      );
    case "sign_in_failed":
      return (
        <Note kind="need" alert title={tt("first.failed")}>
          {tt("first.failedNext")}
        </Note>
      );
    case "spent":
      return (
        <Note kind="need" alert title={tb("lock.spent")}>
          {tb("lock.spentNext")}
        </Note>
      );
    case "offline":
      return (
        <Note kind="need" alert title={tt("lock.offline")}>
          {tt("lock.offlineNext")}
        </Note>
      );
    case "other":
      return (
        <Note kind="need" alert title={trouble.title}>
          {trouble.next_step}
        </Note>
      );
    default:
      return null;
  }
}
