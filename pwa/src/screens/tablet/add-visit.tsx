/** 往診を追加: a person of this tablet, or with a network one of the ledger. Two taps, and the visit is open. */
import { useRef, useState } from "preact/hooks";
import { type Schemas, settle } from "../../api/client";
import { fullDate } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { go } from "../../router";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { tt } from "../../text/tablet";
import { offerUndo } from "../../ui/frame";
import { PersonName } from "../../ui/name";
import { Button, Dialog, Field, Input, Note } from "../../ui/parts";
import { beginVisit } from "./draft";
import { addVisit, takeOff } from "./round";
import { client, isOffline, now, records } from "./start";

type Patient = Schemas["PatientOut"];

const TYPING_MS = 250;

export function AddVisit({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<readonly Patient[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const newest = useRef("");
  const wrong = looksLikeMyNumber(typed);
  const here = [...records.patients.value.values()].filter((patient) => fits(patient, typed));
  const known = new Set(here.map((patient) => patient.id));
  const others = found.filter((patient) => !known.has(patient.id));
  const search = async (query: string) => {
    if (query.trim().length < 2 || looksLikeMyNumber(query)) return setFound([]);
    const answer = await settle(
      client.GET("/api/visits/people", { params: { query: { query: query.trim() } } }),
    );
    if (newest.current === query) setFound(answer.ok ? answer.value.items : []);
  };
  const type = (text: string) => {
    setTyped(text);
    newest.current = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void search(text), TYPING_MS);
  };
  const pick = async (patient: Patient) => {
    const visit = records.visit((await addVisit(patient)).visit_id);
    onClose();
    if (!visit) return;
    beginVisit(visit, now());
    const name = patient.name.replace(/\u3000/g, " ");
    offerUndo(tv("added.done", { name }), async () => {
      await takeOff(visit);
      go("/tablet");
    });
    go(`/tablet/visit/${visit.id}`);
  };
  return (
    <Dialog
      title={tv("added.title")}
      onClose={onClose}
      acts={<Button onClick={onClose}>{t("cancel")}</Button>}
    >
      <Field label={tv("added.search")} wrong={wrong ? t("my-number") : undefined}>
        <Input type="search" value={typed} onText={type} autoComplete="off" aria-invalid={wrong} />
      </Field>
      {isOffline.value && <Note>{tv("added.offline")}</Note>}
      <div class="added-people" aria-live="polite">
        {here.length > 0 && <People title={tv("added.here")} people={here} onPick={pick} />}
        {others.length > 0 && <People title={tv("added.found")} people={others} onPick={pick} />}
        {here.length + others.length === 0 && <p>{tv("added.none")}</p>}
      </div>
    </Dialog>
  );
}

/** By name, kana in either script, or chart number; everybody while nothing is typed. */
function fits(patient: Patient, typed: string): boolean {
  const wanted = plain(typed);
  const told = [patient.name, patient.name_kana ?? "", patient.chart_number ?? ""].map(plain);
  return told.some((each) => each.includes(wanted));
}

const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/\s+/g, "")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));

function People(props: { title: string; people: readonly Patient[]; onPick: (patient: Patient) => unknown }) {
  return (
    <section>
      <h3 class="sub">{props.title}</h3>
      <ul>
        {props.people.map((patient) => (
          <li key={patient.id}>
            <Button
              wide
              size="middle"
              label={tv("added.choose", { name: patient.name })}
              onClick={() => props.onPick(patient)}
            >
              <PersonName name={patient.name} kana={patient.name_kana} />
              <span class="sub">
                {fullDate(patient.birth_date)}{" "}
                {patient.chart_number && tt("chart", { number: patient.chart_number })}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
