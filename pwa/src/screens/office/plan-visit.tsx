/** Planning one visit: who, when, which kind, and how the person's identity will be confirmed. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { parseDate } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { parseTime, shortEra } from "../../domain/office-dates";
import { t } from "../../text";
import { to, word } from "../../text/office";
import { PersonName } from "../../ui/name";
import { Button, Dialog, Field, Input, Segments } from "../../ui/parts";
import { DateField } from "./date-field";
import { PatientPicker } from "./patient-picker";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
const TYPES = ["home_visit", "house_call"] as const;
const CARDS = ["card", "visual", "certificate", "none_needed", "unknown"] as const;

export function PlanVisit(props: { day: string; onClose: () => void; onPlanned: (day: string) => void }) {
  const [patient, setPatient] = useState<Patient | null>(null);
  const [day, setDay] = useState(shortEra(props.day));
  const [time, setTime] = useState("");
  const [type, setType] = useState<Schemas["VisitType"]>("home_visit");
  const [card, setCard] = useState<Schemas["CardPlan"]>("card");
  const [place, setPlace] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [date, at] = [parseDate(day), parseTime(time)];
  const guard = (text: string) => (looksLikeMyNumber(text) ? t("my-number") : undefined);
  const save = async () => {
    setTried(true);
    if (!patient || !date || !at || guard(place) || guard(note)) return;
    const answer = await ask(
      office.POST("/api/visits", {
        body: {
          patient_id: patient.id,
          planned_at: `${date}T${at}:00+09:00`,
          visit_type: type,
          place_note: place.trim() || null,
          card_plan: card,
          card_note: note.trim() || null,
        },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) props.onPlanned(date);
  };
  if (!patient) {
    return (
      <Dialog
        title={to("plan.title")}
        onClose={props.onClose}
        acts={<Button onClick={props.onClose}>{t("cancel")}</Button>}
      >
        <p>{to("plan.choose")}</p>
        <PatientPicker onPick={setPatient} />
      </Dialog>
    );
  }
  return (
    <Dialog
      key="plan"
      title={to("plan.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" busyLabel={t("saving")} onClick={save}>
            {to("plan.save")}
          </Button>
        </>
      }
    >
      <div class="chosen">
        <span class="large">
          <PersonName name={patient.name} kana={patient.name_kana} />
        </span>
        <Button kind="text" onClick={() => setPatient(null)}>
          {to("plan.change")}
        </Button>
      </div>
      <div class="form">
        <div class="pair">
          <DateField
            label={to("plan.day")}
            typed={day}
            onTyped={setDay}
            echo
            wrong={tried && !date && !day.trim() ? to("period.wrong") : undefined}
          />
          <Field label={to("plan.time")} wrong={tried && !at ? to("plan.timeWrong") : undefined}>
            <Input
              value={time}
              onText={setTime}
              placeholder="13:30"
              autocomplete="off"
              aria-invalid={tried && !at}
            />
          </Field>
        </div>
        <Segments
          label={to("plan.type")}
          value={type}
          options={TYPES.map((value) => ({ value, text: word("type", value) }))}
          onChange={setType}
        />
        <Field label={to("plan.card")}>
          <select
            class="input"
            value={card}
            onChange={(event) => setCard(event.currentTarget.value as Schemas["CardPlan"])}
          >
            {CARDS.map((value) => (
              <option key={value} value={value}>
                {word("card", value)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={to("plan.cardNote")} wrong={guard(note)}>
          <Input value={note} onText={setNote} autocomplete="off" />
        </Field>
        <Field label={to("plan.place")} wrong={guard(place)}>
          <Input value={place} onText={setPlace} autocomplete="off" />
        </Field>
        <Trouble failure={failure} />
      </div>
    </Dialog>
  );
}
