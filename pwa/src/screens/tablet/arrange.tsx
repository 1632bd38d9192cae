/** 回る順を決める: by a grip that follows the finger, or by arrows. One entry when somebody says so. */
import { useEffect, useState } from "preact/hooks";
import { clock } from "../../domain/dates";
import { moved, placedAt } from "../../domain/round";
import { shortAddress } from "../../domain/visit-view";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button } from "../../ui/parts";
import { round, setRoute } from "./round";
import { records } from "./start";

export function Arrange({ onClose }: { onClose: () => void }) {
  const [ids, setIds] = useState(() =>
    round.value.filter((visit) => visit.state === "planned").map((visit) => visit.id),
  );
  const [held, setHeld] = useState<string | null>(null);
  useEffect(() => {
    if (held === null) return;
    // The row under the finger moves in the page while it is dragged; only the window hears the finger all the way.
    const drag = (event: PointerEvent) => {
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const target = under?.closest<HTMLElement>("[data-visit]")?.dataset.visit;
      if (target) setIds((before) => placedAt(before, held, target));
    };
    const leave = () => setHeld(null);
    addEventListener("pointermove", drag);
    addEventListener("pointerup", leave);
    addEventListener("pointercancel", leave);
    return () => {
      removeEventListener("pointermove", drag);
      removeEventListener("pointerup", leave);
      removeEventListener("pointercancel", leave);
    };
  }, [held]);
  const save = (order: readonly string[]) => async () => {
    await setRoute(order);
    onClose();
  };
  return (
    <section class="arrange">
      <div class="today-head">
        <h1 class="title grow">{tv("order.title")}</h1>
        <Button onClick={onClose}>{t("cancel")}</Button>
      </div>
      <p class="sub">{tv("order.hint")}</p>
      <ol>
        {ids.map((id, index) => (
          <Row
            key={id}
            id={id}
            first={index === 0}
            last={index === ids.length - 1}
            held={held === id}
            onMove={(by) => setIds(moved(ids, id, by))}
            onHold={() => setHeld(id)}
          />
        ))}
      </ol>
      <footer class="house-foot">
        <Button size="main" onClick={save([])}>
          {tv("order.clear")}
        </Button>
        <Button kind="primary" size="main" wide icon="check" onClick={save(ids)}>
          {tv("order.save")}
        </Button>
      </footer>
    </section>
  );
}

function Row(props: {
  id: string;
  first: boolean;
  last: boolean;
  held: boolean;
  onMove: (by: -1 | 1) => void;
  onHold: () => void;
}) {
  const visit = records.visit(props.id);
  const patient = visit && records.patients.value.get(visit.patient_id);
  if (!visit || !patient) return null;
  const name = patient.name.replace(/\u3000/g, " ");
  return (
    <li class={props.held ? "card held" : "card"} data-visit={props.id}>
      <span class="grip" aria-hidden="true" onPointerDown={props.onHold}>
        <Icon name="list" />
      </span>
      <time>{clock(new Date(visit.planned_at))}</time>
      <span class="grow">
        <PersonName name={patient.name} kana={patient.name_kana} />{" "}
        <span class="sub">{visit.place_note ?? (patient.address ? shortAddress(patient.address) : "")}</span>
      </span>
      <Button
        size="middle"
        disabled={props.first}
        label={tv("order.up", { name })}
        onClick={() => props.onMove(-1)}
      >
        <span class="turned">
          <Icon name="down" />
        </span>
      </Button>
      <Button
        size="middle"
        icon="down"
        disabled={props.last}
        label={tv("order.down", { name })}
        onClick={() => props.onMove(1)}
      >
        {null}
      </Button>
    </li>
  );
}
