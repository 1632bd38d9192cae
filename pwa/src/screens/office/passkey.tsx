/** Showing a passkey: to sign in, as the second factor, or before a sensitive act. */
import { useEffect, useState } from "preact/hooks";
import { type Answer, type Failure, office, type Schemas, settle } from "../../api/client";
import { type Answered, hasPasskeys, offersInField, showPasskey, type Unmade } from "../../api/passkeys";
import { failed, type Result } from "../../result";
import { tp } from "../../text/passkeys";
import { Button, Note } from "../../ui/parts";
import { step } from "./session";
import { Trouble } from "./trouble";

/** What may stand in the way: the server's word, or the browser's. */
export type PasskeyFailure = Failure | { kind: "browser"; why: Unmade };

export const ofBrowser = (why: Unmade): PasskeyFailure | null =>
  why === "left" ? null : { kind: "browser", why };

/** The quiet offer in the log-in field; one question at a time is open in a browser. */
let quiet: AbortController | null = null;

/** Ask the server for a question and the device for its answer. */
async function answered(signal?: AbortSignal): Promise<Result<Answered, PasskeyFailure | null>> {
  const asked = await settle(office.POST("/api/passkeys/sign-in/question", { body: {} }));
  if (!asked.ok) return asked;
  const shown = await showPasskey(asked.value, signal);
  return shown.ok ? shown : failed(ofBrowser(shown.error));
}

/** Sign in, or go on signing in; null when it went well or the person chose not to. */
export async function signInByPasskey(signal?: AbortSignal): Promise<PasskeyFailure | null> {
  if (!signal) stopOffer();
  const shown = await answered(signal);
  if (!shown.ok) return shown.error;
  return step(office.POST("/api/passkeys/sign-in", { body: shown.value }));
}

/** Prove once more who one is; an answer of the server, or what stood in the way. */
export async function proveByPasskey(
  tell: (body: Answered) => Answer<Schemas["SessionOut"]>,
): Promise<Result<Schemas["SessionOut"], PasskeyFailure | null>> {
  const shown = await answered();
  return shown.ok ? tell(shown.value) : shown;
}

/** As long as a question lives, less a moment. */
const OFFER_MS = 4.5 * 60_000;

/** Offer passkeys in the field for the log-in name for as long as it is on the screen. */
export function useOffer(onDone: (failure: PasskeyFailure | null) => void): void {
  useEffect(() => {
    let here = true;
    const offer = async () => {
      if (!(await offersInField()) || !here) return;
      stopOffer();
      const own = new AbortController();
      quiet = own;
      const failure = await signInByPasskey(own.signal);
      if (here && !own.signal.aborted && failure?.kind !== "offline") onDone(failure);
    };
    void offer();
    const again = setInterval(offer, OFFER_MS);
    return () => {
      here = false;
      clearInterval(again);
      stopOffer();
    };
  }, []);
}

function stopOffer(): void {
  quiet?.abort();
  quiet = null;
}

export function PasskeyButton(props: {
  label: string;
  primary?: boolean;
  onDone: (failure: PasskeyFailure | null) => void;
}) {
  const [failure, setFailure] = useState<PasskeyFailure | null>(null);
  if (!hasPasskeys()) return null;
  const act = async () => {
    const refused = await signInByPasskey();
    setFailure(refused);
    props.onDone(refused);
  };
  return (
    <>
      <PasskeyTrouble failure={failure} />
      <Button
        kind={props.primary ? "primary" : "outline"}
        size="middle"
        wide
        icon="key"
        busyLabel={tp("signIn.busy")}
        onClick={act}
      >
        {props.label}
      </Button>
    </>
  );
}

export function PasskeyTrouble(props: { failure: PasskeyFailure | null }) {
  const { failure } = props;
  if (failure?.kind !== "browser") return <Trouble failure={failure} />;
  if (failure.why === "left") return null;
  return (
    <Note kind="bad" alert title={tp(`no.${failure.why}`)}>
      <p>{tp(`no.${failure.why}Next`)}</p>
    </Note>
  );
}
