/** One certificate of 公費 or 介護保険 as a form: new, renewed, corrected or ended. The server judges every field. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { CARE_LEVELS, ratioText } from "../../domain/comparison";
import { parseDate } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { shortEra } from "../../domain/office-dates";
import { t } from "../../text";
import { type OffCardKey, problemText, tc } from "../../text/off-card";
import { to } from "../../text/office";
import { Button, Dialog, Field, Input } from "../../ui/parts";
import { DateField } from "./date-field";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";

export type Kind = "public" | "care";
type Kept = Schemas["PublicExpenseOut"] | Schemas["CareInsuranceOut"];
/** What the form is for, and the certificate it starts from. */
export type Open =
  | { kind: Kind; act: "add"; kept: null }
  | { kind: Kind; act: "renew" | "correct" | "end"; kept: Kept };

const FIELDS = {
  public: ["priority", "payer_number", "recipient_number", "monthly_limit", "valid_from", "valid_until"],
  care: [
    "insurer_number",
    "insured_number",
    "care_level",
    "contribution_ratio",
    "valid_from",
    "valid_until",
    "ratio_from",
    "ratio_until",
  ],
} as const;
type FieldName = (typeof FIELDS)[Kind][number];
type Typed = Partial<Record<FieldName, string>>;

const DATES: readonly FieldName[] = ["valid_from", "valid_until", "ratio_from", "ratio_until"];
const NUMBERS: readonly FieldName[] = ["priority", "monthly_limit", "contribution_ratio"];
const CHOICES: Partial<Record<FieldName, ReadonlyArray<[string, string]>>> = {
  priority: [1, 2, 3, 4].map((place) => [String(place), String(place)]),
  care_level: Object.entries(CARE_LEVELS),
  contribution_ratio: [10, 20, 30].map((ratio) => [String(ratio), ratioText(ratio)]),
};

/** A renewed certificate has the numbers of the one before, and days of its own. */
function start({ kind, act, kept }: Open): Typed {
  const values: Record<string, unknown> = { ...kept };
  return Object.fromEntries(
    FIELDS[kind].map((field) => {
      const value = values[field] ?? (field === "priority" ? 1 : "");
      if (!DATES.includes(field)) return [field, String(value)];
      return [field, value && act !== "renew" ? shortEra(String(value)) : ""];
    }),
  );
}

const numberOf = (text: string): number | null => {
  const plain = text.normalize("NFKC").replace(/[,\s円]/g, "");
  return plain === "" ? null : Number(plain);
};

function sent(typed: Typed): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(typed).map(([field, text]) => {
      if (DATES.includes(field as FieldName)) return [field, parseDate(text)];
      if (NUMBERS.includes(field as FieldName)) return [field, numberOf(text)];
      return [field, text.trim() || null];
    }),
  );
}

export function OffCardDialog(props: {
  patient: Schemas["ChartOut"];
  open: Open;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { patient, open } = props;
  const { kind, act } = open;
  const [typed, setTyped] = useState<Typed>(() => start(open));
  const [failure, setFailure] = useState<Failure | null>(null);
  const shown: readonly FieldName[] = act === "end" ? ["valid_until"] : FIELDS[kind];
  const text = (field: FieldName) => typed[field] ?? "";
  const unread = shown.some(
    (field) => DATES.includes(field) && text(field).trim() && !parseDate(text(field)),
  );
  const odd = Number.isNaN(numberOf(text("monthly_limit")) ?? 0);
  const secret = Object.values(typed).some(looksLikeMyNumber);
  const ready = !unread && !odd && !secret && (act !== "end" || parseDate(text("valid_until")) !== null);
  const problems = failure?.kind === "problem" ? (failure.errors ?? []) : [];
  const wrong = (field: FieldName): string | undefined => {
    const found = problems.find((problem) => problem.path === field);
    return found && problemText(found.message);
  };
  const save = async () => {
    const answer = await store(patient, open, sent(typed));
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    changes.value += 1;
    props.onSaved();
  };
  return (
    <Dialog
      wide={act !== "end"}
      title={tc(`${kind}.${act}Title`)}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" size="main" disabled={!ready} busyLabel={t("saving")} onClick={save}>
            {tc("save")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        <p class="sub">{tc(act === "end" ? "endHint" : act === "correct" ? "correctHint" : "hint")}</p>
        {secret && <p class="wrong">{t("my-number")}</p>}
        <div class="typed-grid">
          {shown.map((field) => {
            const label = tc(`field.${field}` as OffCardKey);
            const set = (value: string) => setTyped({ ...typed, [field]: value });
            if (DATES.includes(field)) {
              return (
                <DateField
                  key={field}
                  label={label}
                  typed={text(field)}
                  onTyped={set}
                  wrong={wrong(field)}
                  echo
                />
              );
            }
            const choices = CHOICES[field];
            return (
              <Field key={field} label={label} wrong={wrong(field)}>
                {choices ? (
                  <select
                    class="input"
                    value={text(field)}
                    onChange={(event) => set(event.currentTarget.value)}
                  >
                    {field !== "priority" && <option value="">{to("none")}</option>}
                    {choices.map(([value, name]) => (
                      <option key={value} value={value}>
                        {name}
                      </option>
                    ))}
                  </select>
                ) : (
                  <Input
                    value={text(field)}
                    onText={set}
                    autocomplete="off"
                    aria-invalid={Boolean(wrong(field))}
                  />
                )}
              </Field>
            );
          })}
        </div>
      </div>
    </Dialog>
  );
}

/** A correction and an end write the kept one; a new and a renewed one are made. */
function store(patient: Schemas["ChartOut"], open: Open, values: Record<string, string | number | null>) {
  const body = { ...values, base_version: patient.version };
  const path = { patient_id: patient.id };
  const kept = open.act === "correct" || open.act === "end" ? open.kept.id : null;
  if (open.kind === "public") {
    return kept
      ? ask(
          office.PUT("/api/patients/{patient_id}/public-expenses/{public_expense_id}", {
            params: { path: { ...path, public_expense_id: kept } },
            body,
          }),
        )
      : ask(office.POST("/api/patients/{patient_id}/public-expenses", { params: { path }, body }));
  }
  const care: Schemas["CareInsuranceIn"] = body;
  return kept
    ? ask(
        office.PUT("/api/patients/{patient_id}/care-insurances/{care_insurance_id}", {
          params: { path: { ...path, care_insurance_id: kept } },
          body: care,
        }),
      )
    : ask(office.POST("/api/patients/{patient_id}/care-insurances", { params: { path }, body: care }));
}
