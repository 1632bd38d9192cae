/** 保険の手入力: from a certificate or the terminal's history, pasted or typed, checked by field (S-069, S-116, S-127). */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fieldName, relationText } from "../../domain/comparison";
import { parseDate } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { shortEra } from "../../domain/office-dates";
import { pastedInsurance, TYPED_FIELDS, type TypedField } from "../../domain/pasted-insurance";
import { t } from "../../text";
import { iword, ti } from "../../text/inquiry";
import { to } from "../../text/office";
import { Button, Dialog, Field, Input, Segments } from "../../ui/parts";
import { DateField } from "./date-field";
import { InsurerLine } from "./insurer";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
type Typed = Record<TypedField, string>;

const DATES: readonly TypedField[] = ["qualified_on", "valid_from", "valid_until"];
const NOTHING = Object.fromEntries(TYPED_FIELDS.map((field) => [field, ""])) as Typed;

function valuesOf(patient: Patient): Typed {
  const own = patient.coverage;
  if (!own) return NOTHING;
  const text = (field: TypedField) => {
    const value = own[field];
    return value === null ? "" : DATES.includes(field) ? shortEra(String(value)) : String(value);
  };
  return Object.fromEntries(TYPED_FIELDS.map((field) => [field, text(field)])) as Typed;
}

/** What is sent: dates as dates, the share as a number, an emptied field as none. */
function sent(typed: Typed): Schemas["CoverageIn"] {
  const words = Object.entries(typed).map(([field, text]) => {
    if (DATES.includes(field as TypedField)) return [field, parseDate(text)];
    if (field === "contribution_ratio") return [field, text.trim() ? Number(text.normalize("NFKC")) : null];
    return [field, text.trim() || null];
  });
  return Object.fromEntries(words) as Schemas["CoverageIn"];
}

export function TypeInsurance(props: { patient: Patient; onClose: () => void; onSaved: () => void }) {
  const { patient } = props;
  const [how, setHow] = useState<"correct" | "begin">("correct");
  const [typed, setTyped] = useState<Typed>(() => valuesOf(patient));
  const [failure, setFailure] = useState<Failure | null>(null);
  const choose = (next: "correct" | "begin") => {
    setHow(next);
    setTyped(next === "correct" ? valuesOf(patient) : NOTHING);
  };
  const unread = DATES.some((field) => typed[field].trim() !== "" && !parseDate(typed[field]));
  const share = typed.contribution_ratio.normalize("NFKC").trim();
  const oddShare = share !== "" && !/^(\d{1,2}|100)$/.test(share);
  const secret = Object.values(typed).some(looksLikeMyNumber);
  const begins = parseDate(typed.valid_from);
  const ready = !unread && !oddShare && !secret && (how === "correct" || begins !== null);
  const problems = failure?.kind === "problem" ? (failure.errors ?? []) : [];
  const wrong = (field: TypedField): string | undefined => {
    const found = problems.find((problem) => problem.path === field);
    return found && iword("problem", found.message);
  };
  const save = async () => {
    const answer = await ask(
      office.PUT("/api/patients/{patient_id}/insurance", {
        params: { path: { patient_id: patient.id } },
        body: {
          base_version: patient.version,
          begins: how === "begin" ? begins : null,
          coverage: sent(typed),
        },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    changes.value += 1;
    props.onSaved();
  };
  return (
    <Dialog
      wide
      title={ti("typed.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" size="main" disabled={!ready} busyLabel={t("saving")} onClick={save}>
            {ti("typed.save")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        {patient.coverage && (
          <Segments
            label={ti("typed.how")}
            value={how}
            onChange={choose}
            options={(["correct", "begin"] as const).map((value) => ({ value, text: ti(`typed.${value}`) }))}
          />
        )}
        <p class="sub">{ti(how === "begin" ? "typed.beginHint" : "typed.correctHint")}</p>
        <Field label={ti("typed.paste")} hint={ti("typed.pasteHint")}>
          <textarea
            class="input"
            rows={2}
            autocomplete="off"
            onInput={(event) => setTyped({ ...typed, ...pastedInsurance(event.currentTarget.value) })}
          />
        </Field>
        {secret && <p class="wrong">{t("my-number")}</p>}
        <div class="typed-grid">
          {TYPED_FIELDS.map((field) =>
            DATES.includes(field) ? (
              <DateField
                key={field}
                label={fieldName(field)}
                typed={typed[field]}
                onTyped={(text) => setTyped({ ...typed, [field]: text })}
                wrong={wrong(field)}
                echo
              />
            ) : field === "relation" ? (
              <Field key={field} label={fieldName(field)}>
                <select
                  class="input"
                  value={typed[field]}
                  onChange={(event) => setTyped({ ...typed, [field]: event.currentTarget.value })}
                >
                  <option value="">{to("none")}</option>
                  {["insured", "family"].map((each) => (
                    <option key={each} value={each}>
                      {relationText(each)}
                    </option>
                  ))}
                </select>
              </Field>
            ) : (
              <div key={field}>
                <Field label={fieldName(field)} wrong={wrong(field)}>
                  <Input
                    value={typed[field]}
                    onText={(text) => setTyped({ ...typed, [field]: text })}
                    autocomplete="off"
                    aria-invalid={Boolean(wrong(field))}
                  />
                </Field>
                {field === "insurer_number" && <InsurerLine number={typed.insurer_number} />}
              </div>
            ),
          )}
        </div>
      </div>
    </Dialog>
  );
}
