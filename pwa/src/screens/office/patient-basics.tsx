/** What the office types itself. When somebody else was first, both values stand side by side and nothing is lost. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fieldName, sexText, valueText } from "../../domain/comparison";
import { looksLikeMyNumber } from "../../domain/my-number";
import { t } from "../../text";
import { to } from "../../text/office";
import { Button, Field, Input, Note } from "../../ui/parts";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
const FIELDS = ["name", "name_kana", "sex", "chart_number", "telephone", "postal_code", "address"] as const;
type EditedField = (typeof FIELDS)[number];
type Typed = Record<EditedField, string>;

const valuesOf = (patient: Patient): Typed =>
  Object.fromEntries(FIELDS.map((field) => [field, patient[field] ?? ""])) as Typed;

export function PatientBasics(props: { patient: Patient; onSaved: () => Promise<void> }) {
  const { patient } = props;
  const [typed, setTyped] = useState<Typed | null>(null);
  const [base, setBase] = useState<Patient>(patient);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [conflict, setConflict] = useState(false);
  const edit = () => {
    setTyped(valuesOf(patient));
    setBase(patient);
    setConflict(false);
    setFailure(null);
  };
  const save = async () => {
    if (!typed || Object.values(typed).some(looksLikeMyNumber)) return;
    const before = valuesOf(base);
    const changed = FIELDS.filter((field) => typed[field].trim() !== before[field]);
    if (changed.length === 0) return setTyped(null);
    const answer = await ask(
      office.PATCH("/api/patients/{patient_id}", {
        params: { path: { patient_id: patient.id } },
        body: {
          base_version: base.version,
          ...Object.fromEntries(changed.map((field) => [field, typed[field].trim() || null])),
        },
      }),
    );
    if (answer.ok) {
      setTyped(null);
      changes.value += 1;
      return props.onSaved();
    }
    const moved = answer.error.kind === "problem" && answer.error.code === "changed_meanwhile";
    setConflict(moved);
    setFailure(moved ? null : answer.error);
    if (moved) await reread();
  };
  /** The newest chart becomes the base of the next try; fields nobody typed in follow it. */
  const reread = async () => {
    const answer = await ask(
      office.GET("/api/patients/{patient_id}", { params: { path: { patient_id: patient.id } } }),
    );
    if (!answer.ok || !typed) return;
    const [before, now] = [valuesOf(base), valuesOf(answer.value)];
    setTyped(
      Object.fromEntries(
        FIELDS.map((field) => [field, typed[field] === before[field] ? now[field] : typed[field]]),
      ) as Typed,
    );
    setBase(answer.value);
  };
  const taken =
    failure?.kind === "problem" && failure.code === "chart_number_taken" ? failure.title : undefined;
  return (
    <section class="card panel">
      <div class="panel-head">
        <h2 class="grow">{to("patient.basics")}</h2>
        {!typed && <Button onClick={edit}>{to("patient.edit")}</Button>}
      </div>
      {!typed ? (
        <dl class="facts">
          {FIELDS.map((field) => (
            <div key={field}>
              <dt>{fieldName(field)}</dt>
              <dd>{valueText(field, patient[field]) || <span class="sub">{to("empty")}</span>}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {conflict && (
            <Note kind="need" alert>
              {to("patient.conflict")}
            </Note>
          )}
          <Trouble failure={taken ? null : failure} />
          {FIELDS.map((field) => {
            const refused = looksLikeMyNumber(typed[field]) ? t("my-number") : undefined;
            const now = base[field] ?? "";
            const differs = conflict && now !== typed[field].trim();
            return (
              <Field
                key={field}
                label={fieldName(field)}
                wrong={refused ?? (field === "chart_number" ? taken : undefined)}
                {...(differs ? { hint: to("patient.nowIs", { value: now || to("empty") }) } : {})}
              >
                {field === "sex" ? (
                  <select
                    class="input"
                    value={typed.sex}
                    onChange={(event) => setTyped({ ...typed, sex: event.currentTarget.value })}
                  >
                    {["", "female", "male"].map((value) => (
                      <option key={value} value={value}>
                        {sexText(value) || to("empty")}
                      </option>
                    ))}
                  </select>
                ) : (
                  <Input
                    value={typed[field]}
                    onText={(text) => setTyped({ ...typed, [field]: text })}
                    autocomplete="off"
                    aria-invalid={Boolean(refused)}
                  />
                )}
              </Field>
            );
          })}
          <div class="acts-row">
            <Button onClick={() => setTyped(null)}>{t("cancel")}</Button>
            <Button kind="primary" type="submit" busyLabel={t("saving")} onClick={save}>
              {to("patient.save")}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
