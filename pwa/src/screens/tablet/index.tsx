/** The tablet's face: enrolment, lock, and behind the lock today, a patient, the hand-over, the registration. */
import { useEffect } from "preact/hooks";
import { match, path } from "../../router";
import { tt } from "../../text/tablet";
import { UndoBar } from "../../ui/frame";
import { Icon } from "../../ui/icon";
import { late } from "../../ui/late";
import { Busy, Button } from "../../ui/parts";
import { followDeviceTheme } from "../../ui/theme";
import Enrol from "./enrol";
import EnrolAgain from "./enrol-again";
import Lock from "./lock";
import { blank, cover, device, instant, stage, start, vault } from "./start";
import Stopped from "./stopped";
import "./frame.css";

/** Behind the board; stored with the app, so they come without a network too. */
const behind = {
  today: () => import("./today"),
  patient: () => import("./patient"),
  register: () => import("./register"),
  handover: () => import("./handover"),
  house: () => import("./house"),
  packing: () => import("./packing"),
};
const waiting = () => <Busy />;
const Today = late(behind.today, waiting);
const Patient = late(behind.patient, waiting);
const Register = late(behind.register, waiting);
const Handover = late(behind.handover, waiting);
const House = late(behind.house, waiting);
const Packing = late(behind.packing, waiting);

/** When the browser has nothing better to do; WebKit does not say, and gets a moment. */
const atLeisure = (): Promise<void> =>
  new Promise((done) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => done(), { timeout: 2_000 });
    else setTimeout(done, 500);
  });

export default function Tablet() {
  useEffect(() => {
    const leave = followDeviceTheme();
    // Nobody waits for a screen at the bedside: they come while the lock is looked at, and not before it is seen.
    // One that does not come is asked for again when it is opened, and says so there.
    void start()
      .then(atLeisure)
      .then(() => Promise.allSettled(Object.values(behind).map((screen) => screen())));
    return leave;
  }, []);
  if (blank.value) return <div class="blank" aria-hidden="true" />;
  if (stage.value === "starting") return <Busy />;
  if (stage.value === "enrol") return <Enrol />;
  if (stage.value === "again") return <EnrolAgain />;
  if (stage.value === "stopped") return <Stopped />;
  if (!vault.isOpen.value)
    return (
      <>
        <Loud />
        <Lock />
      </>
    );
  if (cover.value) return <Cover />;
  return (
    <>
      <Loud />
      <Open at={path.value} />
      <UndoBar />
    </>
  );
}

function Open({ at }: { at: string }) {
  const consent = match("/tablet/visit/:id/consent", at);
  if (consent?.id) return <Handover key={consent.id} visitId={consent.id} />;
  const register = match("/tablet/visit/:id/register", at);
  if (register?.id) return <Register key={register.id} visitId={register.id} />;
  if (at === "/tablet/packing") return <Packing />;
  const house = match("/tablet/house/:id", at);
  if (house?.id) return <House visitId={house.id} />;
  const patient = match("/tablet/visit/:id", at);
  if (patient?.id) return <Patient key={patient.id} visitId={patient.id} />;
  return <Today />;
}

/** What nobody may overlook, at the desk and at the bedside alike: somebody has opened the emergency account. */
function Loud() {
  const until = device.value?.emergency_until;
  if (!until || new Date(until) <= instant.value) return null;
  return (
    <div class="tablet-loud" role="alert">
      <Icon name="bad" />
      {tt("bar.emergency")}
    </div>
  );
}

/** One tap hides, one tap brings back; the five idle minutes go on. */
function Cover() {
  return (
    <main class="cover">
      <span class="mark" aria-hidden="true" />
      <p>{tt("bar.hidden")}</p>
      <Button size="main" icon="eye" onClick={() => (cover.value = false)}>
        {tt("bar.show")}
      </Button>
    </main>
  );
}
