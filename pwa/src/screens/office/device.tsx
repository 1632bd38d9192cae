/** One device: what it says about itself, what the iPad should be set to, and the two ways on when it is gone. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { fullDate, shortTime } from "../../domain/dates";
import { packedOf, skewOf, storageOf } from "../../domain/device-facts";
import { go } from "../../router";
import { lostWord, tl } from "../../text/lost";
import { to, word } from "../../text/office";
import { Busy, Button, State } from "../../ui/parts";
import type { Device } from "./devices";
import { changes } from "./lights";
import { ask } from "./session";
import { StopDevice } from "./stop-device";
import { Trouble } from "./trouble";
import "./devices.css";

const CHECKS = ["passcode", "erase", "lock", "inspector", "backup", "home", "find"] as const;

export default function DevicePage({ id }: { id: string }) {
  const [device, setDevice] = useState<Device | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [stopping, setStopping] = useState(false);
  const load = async () => {
    const answer = await ask(office.GET("/api/devices"));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setDevice(answer.value.items.find((one) => one.id === id) ?? null);
  };
  const changed = changes.value;
  useEffect(() => {
    void load();
  }, [id, changed]);
  if (device === null) return failure ? <Trouble failure={failure} onRetry={load} /> : <Busy />;
  const tablet = device.kind === "tablet";
  return (
    <section class="devices">
      <header class="page-head">
        <Button kind="text" icon="back" onClick={() => go("/office/devices")}>
          {tl("back")}
        </Button>
        <h1 class="title grow">{device.name}</h1>
        {tablet && (
          <Button icon="list" onClick={() => go(`/office/devices/${device.id}/report`)}>
            {tl("acts.report")}
          </Button>
        )}
        {device.state === "active" && (
          <Button kind="danger" onClick={() => setStopping(true)}>
            {tl("acts.stop")}
          </Button>
        )}
      </header>
      <Trouble failure={failure} onRetry={load} />
      <div class={stopping ? "with-side" : "without-side"}>
        <div class="half">
          <section class="card padded">
            <h2 class="large">{tl("facts.title")}</h2>
            <DeviceFacts device={device} />
          </section>
          {tablet && device.state === "active" && (
            <section class="card padded">
              <h2 class="large">{tl("check.title")}</h2>
              <ul class="checks">
                {CHECKS.map((one) => (
                  <li key={one}>
                    <label>
                      <input type="checkbox" />
                      <span>{tl(`check.${one}`)}</span>
                    </label>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        {stopping && (
          <StopDevice
            device={device}
            onClose={() => setStopping(false)}
            onStopped={async () => {
              setStopping(false);
              await load();
            }}
          />
        )}
      </div>
    </section>
  );
}

function DeviceFacts({ device }: { device: Device }) {
  const now = new Date();
  const time = (iso: string | null) => (iso ? shortTime(new Date(iso), now) : to("devices.never"));
  const [storage, skew, packed] = [
    storageOf(device.storage_persisted),
    skewOf(device.skew_seconds),
    packedOf(device.packed),
  ];
  const tablet = device.kind === "tablet";
  return (
    <dl class="device-facts">
      <dt>{tl("facts.seen")}</dt>
      <dd>{time(device.last_seen_at)}</dd>
      <dt>{to("devices.kind")}</dt>
      <dd>
        {word("devices.kind", device.kind)}
        {tablet && `・${word("devices.ownership", device.ownership)}`}
      </dd>
      <dt>{tl("facts.version")}</dt>
      <dd>{device.version ?? "—"}</dd>
      {tablet && (
        <>
          <dt>{tl("facts.key")}</dt>
          <dd>{lostWord("key", device.key_mode ?? "none")}</dd>
          <dt>{tl("facts.storage")}</dt>
          <dd>
            <State kind={storage === "kept" ? "done" : storage === "atRisk" ? "need" : "none"}>
              {tl(`storage.${storage}`)}
            </State>
          </dd>
          <dt>{tl("facts.skew")}</dt>
          <dd>
            {skew.kind === "none" ? (
              tl("skew.none")
            ) : (
              <>
                <State kind="need">{tl(`skew.${skew.kind}`, { minutes: skew.minutes })}</State>
                <span class="sub below">{tl("skew.hint")}</span>
              </>
            )}
          </dd>
          <dt>{tl("facts.packed")}</dt>
          <dd>
            {packed === null ? (
              tl("packed.none")
            ) : (
              <>
                {tl("packed.some", { ...packed, day: fullDate(packed.day), verified: "" })}
                <span class="sub below">{tl(packed.verified ? "packed.verified" : "packed.unverified")}</span>
              </>
            )}
          </dd>
        </>
      )}
      <dt>{tl("facts.unsent")}</dt>
      <dd>{device.unsent === null ? "—" : to("cases", { count: device.unsent })}</dd>
      {device.stopped_at && (
        <>
          <dt>{tl("facts.stopped")}</dt>
          <dd>
            {time(device.stopped_at)}
            {device.stopped_because && `（${lostWord("because", device.stopped_because)}）`}
          </dd>
          {tablet && (
            <>
              <dt>{tl("facts.wiped")}</dt>
              <dd>
                {device.wiped_at ? tl("wiped.at", { time: time(device.wiped_at) }) : tl("wiped.waiting")}
              </dd>
            </>
          )}
        </>
      )}
    </dl>
  );
}
