/** To the clinic's own OpenID provider and back: the button, the clinic it is for, and the page one comes back to. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas, settle } from "../../api/client";
import { profile } from "../../api/profile";
import { go, match, path, query } from "../../router";
import { tv } from "../../text/provider";
import { Busy, Button, Field, Input } from "../../ui/parts";
import { arrived, session } from "./session";
import { Trouble } from "./trouble";

type Going = Promise<{ data?: Schemas["ProviderAddressOut"]; error?: unknown; response: Response }>;

const CLINIC_KEY = "otonai-clinic";
const RETURN_KEY = "otonai-return";

/** The clinic's sign-in link is remembered by this browser: which clinic, and nothing of anybody. */
const inLink = match("/office", path.peek()) ? query.peek().get("clinic") : null;
if (inLink) localStorage.setItem(CLINIC_KEY, inLink);
const knownClinic = (): string => localStorage.getItem(CLINIC_KEY) ?? "";

/** What stands behind the @ of a log-in name. */
export const clinicIn = (typed: string): string =>
  typed.includes("@") ? (typed.trim().toLowerCase().split("@").pop() ?? "") : "";

/** Go there. The page is left, so only a refusal comes back. */
export async function leaveFor(call: Going): Promise<Failure | null> {
  const told = await settle(call);
  if (!told.ok) return told.error;
  location.assign(told.value.address);
  // Until the other page stands, the button stays busy.
  return new Promise(() => undefined);
}

/** Whether this page is the one that providers send people back to. */
export const isArrival = (at: string): boolean => match("/office/provider/:clinic", at) !== null;

/** Prove once more who one is, and come back to where one was. */
export function leaveToProve(): Promise<Failure | null> {
  sessionStorage.setItem(RETURN_KEY, path.peek());
  return leaveFor(office.POST("/api/provider/proof", { body: {} }));
}

/** `typed`: the log-in name as far as somebody has typed it; it tells the clinic, and nobody is looked up by it. */
export function ProviderButton(props: { typed: string; onAsk: () => void }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  if (!profile.value?.own_provider) return null;
  const act = async () => {
    const clinic = clinicIn(props.typed) || knownClinic();
    if (!clinic) return props.onAsk();
    setFailure(await leaveFor(office.POST("/api/provider/sign-in", { body: { clinic } })));
  };
  return (
    <>
      <Trouble failure={failure} />
      <Button size="middle" wide icon="office" busyLabel={tv("signIn.busy")} onClick={act}>
        {tv("signIn.act")}
      </Button>
    </>
  );
}

/** Which clinic's provider, for whoever did not come by its link. */
export function ProviderStep() {
  const [clinic, setClinic] = useState(knownClinic());
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async () => {
    const code = clinicIn(`@${clinic}`);
    if (!code) return;
    localStorage.setItem(CLINIC_KEY, code);
    const refused = await leaveFor(office.POST("/api/provider/sign-in", { body: { clinic: code } }));
    setFailure(refused);
  };
  return (
    <form
      class="stages"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 class="title">{tv("signIn.act")}</h1>
      <p>{tv("signIn.text")}</p>
      <Trouble failure={failure} />
      <Field label={tv("signIn.clinic")} hint={tv("signIn.clinicHint")}>
        <Input
          name="organization"
          autocomplete="organization"
          autocapitalize="none"
          spellcheck={false}
          autoFocus
          value={clinic}
          onText={setClinic}
        />
      </Field>
      <Button kind="primary" size="middle" wide type="submit" busyLabel={tv("signIn.busy")} onClick={send}>
        {tv("signIn.go")}
      </Button>
    </form>
  );
}

/** Instead of a first password. */
export function ProviderInstead() {
  const [failure, setFailure] = useState<Failure | null>(null);
  const act = async () => setFailure(await leaveFor(office.POST("/api/provider/link", { body: {} })));
  return (
    <div class="ways">
      <p class="sub">{tv("join.text")}</p>
      <Trouble failure={failure} />
      <Button icon="office" wide busyLabel={tv("signIn.busy")} onClick={act}>
        {tv("join.act")}
      </Button>
    </div>
  );
}

/** What the address carried when this page was opened; taken out of it at once, so that it stays in no history. */
let given: Schemas["ProviderArrivalIn"] | null = null;

function take(): Schemas["ProviderArrivalIn"] | null {
  const clinic = match("/office/provider/:clinic", path.peek())?.clinic;
  const told = query.peek();
  const state = told.get("state");
  if (clinic && state !== null) {
    given = { clinic, state, code: told.get("code"), iss: told.get("iss"), error: told.get("error") };
    go(path.peek(), { replace: true });
  }
  const taken = given;
  given = null;
  return taken;
}

/** Back from the provider. */
export function ProviderArrival(props: { onDone: (words: string | null) => void }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const answer = take();
    if (answer) void arrive(answer);
    else props.onDone(null);
  }, []);
  const arrive = async (body: Schemas["ProviderArrivalIn"]) => {
    const told = await settle(office.POST("/api/provider/arrival", { body }));
    if (!told.ok) return setFailure(told.error);
    localStorage.setItem(CLINIC_KEY, body.clinic);
    if (told.value.session) session.value = told.value.session;
    if (told.value.sign_in) arrived(told.value.sign_in);
    const { done, sign_in: signedIn } = told.value;
    const back = sessionStorage.getItem(RETURN_KEY);
    sessionStorage.removeItem(RETURN_KEY);
    go(done === "proved" ? (back ?? "/office/account") : signedIn ? "/office/list" : "/office/account", {
      replace: true,
    });
    props.onDone(
      done === "linked" && !signedIn ? tv("linkDone") : done === "proved" ? tv("proof.done") : null,
    );
  };
  if (!failure) return <Busy label={tv("arrival.busy")} />;
  const leave = () => {
    go(session.value ? "/office/account" : "/office/list", { replace: true });
    props.onDone(null);
  };
  return (
    <div class="stages">
      <h1 class="title">{tv("arrival.failed")}</h1>
      <Trouble failure={failure} />
      <Button kind="primary" size="middle" wide onClick={leave}>
        {tv(session.value ? "arrival.account" : "arrival.signIn")}
      </Button>
    </div>
  );
}
