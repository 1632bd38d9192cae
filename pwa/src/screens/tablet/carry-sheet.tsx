/** Settings of carrying on this tablet: the passkey of whoever has it open, the browser's promise, what is packed. */
import { useEffect, useState } from "preact/hooks";
import type { PasskeyRow } from "../../lock/key-rows";
import { hasPasskeys, makePrfPasskey, type Unanswered } from "../../lock/passkey-prf";
import { t } from "../../text";
import { tb } from "../../text/bag";
import { tv } from "../../text/bedside";
import { Button, Dialog, Note, State } from "../../ui/parts";
import { stateWord } from "./bag-line";
import { InstallNote } from "./install-guide";
import { bag, keyring, now, persisted, tellStatus, vault } from "./start";

export function CarrySheet({ onClose }: { onClose: () => void }) {
  const stored = persisted.value;
  return (
    <Dialog
      title={tb("settings.title")}
      onClose={onClose}
      acts={
        <Button kind="primary" onClick={onClose}>
          {t("close")}
        </Button>
      }
    >
      <dl class="carry">
        <dt>{tb("settings.packed")}</dt>
        <dd>{stateWord(bag.state.value)}</dd>
        <dt>{tb("settings.storage")}</dt>
        <dd>
          {tb(
            stored === null
              ? "settings.storageUnknown"
              : stored
                ? "settings.storageYes"
                : "settings.storageNo",
          )}
        </dd>
      </dl>
      {stored === false && <Button onClick={askToKeep}>{tv("install.ask")}</Button>}
      <InstallNote />
      <Passkey />
    </Dialog>
  );
}

/** The browser decides by itself whether to promise; after the app was installed it says yes more readily. */
async function askToKeep(): Promise<void> {
  persisted.value = (await navigator.storage?.persist?.()) ?? null;
  await tellStatus();
}

function Passkey() {
  const me = vault.openedBy.value;
  const [row, setRow] = useState<PasskeyRow | null>(null);
  const [trouble, setTrouble] = useState<Exclude<Unanswered, "left"> | null>(null);
  const look = async () => {
    setRow((await keyring.passkeys()).find((one) => one.staff === me?.id) ?? null);
  };
  useEffect(() => {
    void look();
  }, []);
  if (!me) return null;
  const make = async () => {
    setTrouble(null);
    const made = await makePrfPasskey(`${me.name}（おとない）`);
    if (made.ok) {
      await keyring.enrolPasskey({ ...made.value, at: now().toISOString() });
      await tellStatus();
    } else if (made.error !== "left") setTrouble(made.error);
    await look();
  };
  const remove = async () => {
    await keyring.forgetPasskey(me.id);
    await tellStatus();
    await look();
  };
  const mayMake = hasPasskeys() && !vault.isAlone.value && keyring.has("R");
  return (
    <section class="carry-passkey">
      <h3 class="large">{tb("settings.passkey")}</h3>
      <p>{tb("settings.passkeyText", { name: me.name })}</p>
      {vault.mayReadMedical.value && (
        <p class="sub">
          {tb(keyring.keepsMedicalForPasskey() ? "settings.passkeyMedical" : "settings.passkeyStrict")}
        </p>
      )}
      <p>
        <State kind={row ? "done" : "none"}>{tb(row ? "settings.passkeyOn" : "settings.passkeyOff")}</State>
      </p>
      {trouble && (
        <Note kind="need" alert title={tb(`passkey.${trouble}`)}>
          {tb(`passkey.${trouble}Next`)}
        </Note>
      )}
      {!mayMake && <p class="sub">{tb("settings.needsServer")}</p>}
      <div class="acts">
        {row && (
          <Button size="middle" onClick={remove}>
            {tb("settings.passkeyRemove")}
          </Button>
        )}
        <Button icon="key" size="middle" disabled={!mayMake} onClick={make}>
          {tb(row ? "settings.passkeyAgain" : "settings.passkeyMake")}
        </Button>
      </div>
    </section>
  );
}
