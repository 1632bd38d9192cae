/** タブレットと職員: which devices hold our data, how a lost one is stopped, and who works here (S-175, S-187). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { query } from "../../router";
import { td } from "../../text/devices";
import { to, word } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Busy, Button, Note, State, type StateKind } from "../../ui/parts";
import { EnrolDevice } from "./enrol-device";
import { changes } from "./lights";
import { ask, session } from "./session";
import { StaffPanel } from "./staff-panel";
import { StopDevice } from "./stop-device";
import { Trouble } from "./trouble";
import "./devices.css";

export type Device = Schemas["DeviceOut"];

/** A tablet in use that has not been heard for an hour asks for attention; a bridge is heard every minute. */
const QUIET_MS: Record<string, number> = { bridge: 90_000, tablet: 60 * 60_000 };

export default function Devices() {
  const [devices, setDevices] = useState<readonly Device[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [enrolling, setEnrolling] = useState(query.value.get("code") !== null);
  const [said, setSaid] = useState("");
  const load = async () => {
    const answer = await ask(office.GET("/api/devices"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setDevices(answer.value.items);
  };
  const changed = changes.value;
  useEffect(() => {
    const role = session.peek()?.staff.role;
    if (role === "admin" || role === "office") void load();
  }, [changed]);
  const role = session.value?.staff.role;
  if (role !== "admin" && role !== "office") {
    return (
      <section class="devices">
        <h1 class="title">{to("devices.title")}</h1>
        <Note>{to("devices.refused")}</Note>
      </section>
    );
  }
  const device = devices?.find((one) => one.id === chosen) ?? null;
  return (
    <section class="devices">
      <header class="page-head">
        <h1 class="title grow">{to("devices.title")}</h1>
        <span role="status">{said}</span>
        <Button icon="qr" onClick={() => setEnrolling(true)}>
          {to("devices.enrol")}
        </Button>
      </header>
      <Trouble failure={failure} onRetry={load} />
      <div class={device ? "with-side" : "without-side"}>
        <div class="half">
          <section class="card">
            <h2 class="large panel-title">
              <Icon name="tablet" />
              {to("devices.count", { count: devices?.filter((one) => one.state === "active").length ?? 0 })}
            </h2>
            {devices === null ? (
              !failure && <Busy />
            ) : devices.length === 0 ? (
              <p class="empty-board">{to("devices.empty")}</p>
            ) : (
              <DeviceTable devices={devices} chosen={chosen} onStop={setChosen} />
            )}
          </section>
          <StaffPanel />
        </div>
        {device && (
          <StopDevice
            key={device.id}
            device={device}
            onClose={() => setChosen(null)}
            onStopped={async () => {
              setChosen(null);
              setSaid(to("stop.done", { name: device.name }));
              await load();
            }}
          />
        )}
      </div>
      {enrolling && (
        <EnrolDevice
          code={query.value.get("code") ?? ""}
          onClose={() => setEnrolling(false)}
          onEnrolled={async (name) => {
            setEnrolling(false);
            setSaid(to("enrol.done", { name }));
            await load();
          }}
        />
      )}
    </section>
  );
}

function DeviceTable(props: {
  devices: readonly Device[];
  chosen: string | null;
  onStop: (id: string) => void;
}) {
  const now = new Date();
  return (
    <div class="scroll">
      <table class="plain">
        <thead>
          <tr>
            <th>{to("devices.name")}</th>
            <th>{to("devices.kind")}</th>
            <th>{to("devices.seen")}</th>
            <th>{to("devices.state")}</th>
            <th>{to("devices.unsent")}</th>
            <th>
              <span class="visually-hidden">{to("devices.stop")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.devices.map((device) => (
            <tr key={device.id} aria-selected={device.id === props.chosen}>
              <td>
                <a href={`/office/devices/${device.id}`}>
                  <b>{device.name}</b>
                </a>
              </td>
              <td>
                {word("devices.kind", device.kind)}
                {device.kind === "tablet" && (
                  <span class="sub below">{word("devices.ownership", device.ownership)}</span>
                )}
              </td>
              <td class="nowrap">
                {device.last_seen_at ? shortTime(new Date(device.last_seen_at), now) : to("devices.never")}
              </td>
              <td>
                <DeviceState device={device} />
              </td>
              <td>{device.unsent === null ? "—" : to("cases", { count: device.unsent })}</td>
              <td class="end">
                {device.state === "active" && (
                  <Button
                    label={`${device.name} ${to("devices.stop")}`}
                    onClick={() => props.onStop(device.id)}
                  >
                    {to("devices.stop")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeviceState({ device }: { device: Device }) {
  const seen = device.last_seen_at ? Date.parse(device.last_seen_at) : 0;
  const quiet = Date.now() - seen > (QUIET_MS[device.kind] ?? QUIET_MS.tablet ?? 0);
  const [kind, words]: readonly [StateKind, string] =
    device.state !== "active"
      ? ["none", to("devices.stopped")]
      : device.enrol_again
        ? ["need", td("again.state")]
        : device.update_needed
          ? ["need", to("devices.updateNeeded")]
          : quiet && (device.unsent ?? 0) > 0
            ? ["need", to("devices.silent")]
            : quiet && device.kind === "bridge"
              ? ["problem", to("devices.silent")]
              : ["done", to("devices.active")];
  return <State kind={kind}>{words}</State>;
}
