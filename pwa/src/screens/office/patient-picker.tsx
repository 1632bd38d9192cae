/** Find one patient by kana, kanji, birthday or chart number and take them. */
import { useRef, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fullDate } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { ledgerQuery } from "../../domain/office-dates";
import { t } from "../../text";
import { to } from "../../text/office";
import { PersonName } from "../../ui/name";
import { Button, Field, Input } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
const SHOWN = 20;
const TYPING_MS = 250;

export function PatientPicker(props: { onPick: (patient: Patient) => unknown }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Schemas["PatientListOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const wrong = looksLikeMyNumber(typed);
  const newest = useRef("");
  const search = async (query: string) => {
    newest.current = query;
    if (!query.trim() || looksLikeMyNumber(query)) return setFound(null);
    const answer = await ask(
      office.GET("/api/patients", { params: { query: { query: ledgerQuery(query), limit: SHOWN } } }),
    );
    if (newest.current !== query) return; // Somebody has typed on; this is the answer to the beginning of it.
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setFound(answer.value);
  };
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void search(text), TYPING_MS);
  };
  return (
    <div class="picker">
      <Field label={to("picker.label")} wrong={wrong ? t("my-number") : undefined}>
        <Input type="search" value={typed} onText={type} autocomplete="off" aria-invalid={wrong} />
      </Field>
      <Trouble failure={failure} onRetry={() => search(typed)} />
      <ul aria-live="polite">
        {found?.items.map((patient) => (
          <li key={patient.id}>
            <span>
              <PersonName name={patient.name} kana={patient.name_kana} />
              <span class="sub below">
                {fullDate(patient.birth_date)}{" "}
                {patient.chart_number ? to("chart", { number: patient.chart_number }) : to("noChart")}
              </span>
            </span>
            <Button label={`${patient.name} ${to("picker.choose")}`} onClick={() => props.onPick(patient)}>
              {to("picker.choose")}
            </Button>
          </li>
        ))}
      </ul>
      {found && found.total === 0 && <p>{to("picker.none")}</p>}
      {found && found.total > found.items.length && (
        <p class="sub">{to("picker.first", { total: found.total, count: found.items.length })}</p>
      )}
    </div>
  );
}
