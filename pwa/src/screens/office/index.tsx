/** The office's face: sign-in, the frame, and one lazy screen at a time. */
import { useEffect, useRef } from "preact/hooks";
import { go, match, path } from "../../router";
import { Busy, UndoBar } from "../../ui/frame";
import { late } from "../../ui/late";
import { followDeviceTheme } from "../../ui/theme";
import { ForRoles } from "./for-roles";
import { OfficeFrame } from "./frame";
import { keepFresh } from "./lights";
import { isArrival } from "./own-provider";
import { ProofDialog } from "./prove";
import { loadSession, newCodes, type Session, session, unreachable, watchIdle } from "./session";
import { SignIn } from "./sign-in";
import "./style.css";

const waiting = () => <Busy />;
const List = late(() => import("./list"), waiting);
const Comparison = late(() => import("./comparison"), waiting);
const Today = late(() => import("./today"), waiting);
const House = late(() => import("./house"), waiting);
const Patients = late(() => import("./patients"), waiting);
const MonthBoard = late(() => import("./month"), waiting);
const Inquiries = late(() => import("./inquiries"), waiting);
const Patient = late(() => import("./patient"), waiting);
const Devices = late(() => import("./devices"), waiting);
const DevicePage = late(() => import("./device"), waiting);
const LossReport = late(() => import("./loss-report"), waiting);
const Settings = late(() => import("./settings"), waiting);
const Audit = late(() => import("./audit"), waiting);
const Evidence = late(() => import("./evidence"), waiting);
const Connection = late(() => import("./connection"), waiting);
const Account = late(() => import("./account"), waiting);

export default function Office() {
  const kept = useRef<Session | null>(null);
  useEffect(() => {
    void loadSession();
    return watchIdle();
  }, []);
  useEffect(keepFresh, []);
  useEffect(followDeviceTheme, []);
  useEffect(() => {
    if (path.value === "/office" || path.value === "/office/") go("/office/list", { replace: true });
  }, [path.value]);
  const now = session.value;
  if (now === undefined && !unreachable.value) return <Busy />;
  // Another person starts with a fresh screen; the same one finds everything as it was.
  if (now) kept.current = now;
  const who = kept.current;
  // Codes that are shown once, and a sign-up link, come before the office.
  const covered = !now || newCodes.value !== null || path.value === "/office/join" || isArrival(path.value);
  return (
    <div class="office">
      {who && (
        <div class="under" hidden={covered} key={who.staff.id}>
          <OfficeFrame session={who}>
            <Screen at={path.value} />
          </OfficeFrame>
          <UndoBar />
          <ProofDialog />
        </div>
      )}
      {covered && <SignIn />}
    </div>
  );
}

function Screen({ at }: { at: string }) {
  const comparison = match("/office/list/:id", at);
  const patient = match("/office/patients/:id", at);
  if (comparison?.id) return <Comparison key={comparison.id} id={comparison.id} />;
  if (patient?.id) return <Patient key={patient.id} id={patient.id} />;
  if (match("/office/today", at)) return <Today />;
  if (match("/office/house", at)) return <House />;
  if (match("/office/patients", at)) return <Patients />;
  if (match("/office/month", at)) return <MonthBoard />;
  if (match("/office/inquiries", at)) return <Inquiries />;
  const device = match("/office/devices/:id", at);
  const report = match("/office/devices/:id/report", at);
  if (report?.id) return <LossReport key={report.id} id={report.id} />;
  if (device?.id) return <DevicePage key={device.id} id={device.id} />;
  if (match("/office/devices", at)) return <Devices />;
  if (match("/office/audit", at))
    return (
      <ForRoles roles={["admin"]} title="nav.audit">
        <Audit />
      </ForRoles>
    );
  if (match("/office/evidence", at))
    return (
      <ForRoles roles={["admin", "doctor"]} title="nav.evidence">
        <Evidence />
      </ForRoles>
    );
  if (match("/office/settings", at)) return <Settings />;
  if (match("/office/connection", at)) return <Connection />;
  if (match("/office/account", at)) return <Account />;
  return <List />;
}
