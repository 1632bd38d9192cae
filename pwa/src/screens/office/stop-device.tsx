/** Stopping a device: what happens now, at its next contact, and to what it has not sent; then its name, typed. */
import { useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { t } from "../../text";
import { tl } from "../../text/lost";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Button, Field, Input, Segments } from "../../ui/parts";
import type { Device } from "./devices";
import { ask } from "./session";
import { Trouble } from "./trouble";

export function StopDevice(props: { device: Device; onClose: () => void; onStopped: () => Promise<void> }) {
  const { device } = props;
  const [typed, setTyped] = useState("");
  const [why, setWhy] = useState<"lost" | "retired">(device.kind === "tablet" ? "lost" : "retired");
  const [failure, setFailure] = useState<Failure | null>(null);
  const stop = async () => {
    const answer = await ask(
      office.POST("/api/devices/{device_id}/stop", {
        params: { path: { device_id: device.id } },
        body: { typed_name: typed, because: why },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) await props.onStopped();
  };
  const seen = device.last_seen_at
    ? shortTime(new Date(device.last_seen_at), new Date())
    : to("devices.never");
  return (
    <aside class="card stopping">
      <header>
        <h2 class="head">
          <Icon name="bad" />
          {to(device.kind === "tablet" ? "stop.title" : "stop.titleBridge", { name: device.name })}
        </h2>
        <p>{to("stop.last", { time: seen })}</p>
      </header>
      <dl class="what">
        {device.kind === "tablet" ? (
          <>
            <div>
              <Icon name="key" />
              <dt>{to("stop.now")}</dt>
              <dd>{to("stop.nowText")}</dd>
            </div>
            <div>
              <Icon name="tablet" />
              <dt>{to("stop.then")}</dt>
              <dd>{to("stop.thenText")}</dd>
            </div>
            <div>
              <Icon name="up" />
              <dt>{to("stop.unsent", { count: device.unsent ?? 0 })}</dt>
              <dd>{to("stop.unsentText")}</dd>
            </div>
          </>
        ) : (
          <div>
            <Icon name="server" />
            <dt>{to("stop.now")}</dt>
            <dd>{to("stop.bridgeText")}</dd>
          </div>
        )}
      </dl>
      {device.kind === "tablet" && (
        <Segments
          label={tl("why")}
          value={why}
          options={(["lost", "retired"] as const).map((one) => ({ value: one, text: tl(`why.${one}`) }))}
          onChange={setWhy}
        />
      )}
      <Trouble failure={failure} />
      <Field label={to("stop.type", { name: device.name })}>
        <Input value={typed} onText={setTyped} autocomplete="off" />
      </Field>
      <div class="stop-acts">
        <Button size="middle" onClick={props.onClose}>
          {t("cancel")}
        </Button>
        <Button kind="danger" size="middle" disabled={typed.trim() !== device.name} onClick={stop}>
          {to("stop.act", { name: device.name })}
        </Button>
      </div>
      <p class="sub">{to("stop.again")}</p>
    </aside>
  );
}
