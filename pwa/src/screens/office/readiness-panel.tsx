/** カードの準備: what is known of card, registration, PIN, certificate and papers, and the next thing to do (S-001). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fullDate, parseDate } from "../../domain/dates";
import { shortEra } from "../../domain/office-dates";
import { t } from "../../text";
import { iword, ti } from "../../text/inquiry";
import { Button, Dialog, Field, Input, State } from "../../ui/parts";
import { DateField } from "./date-field";
import { changes } from "./lights";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Readiness = Schemas["ReadinessOut"];

const CHOICES = {
  card: ["unknown", "card", "pinless_card", "no_card", "lost"],
  use: ["unknown", "registered", "not_registered"],
  pin: ["unknown", "known", "forgotten", "locked"],
  paper: ["unknown", "certificate", "notice", "none"],
} as const;
const KINDS = ["card", "use", "pin", "paper"] as const;
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;

export function ReadinessPanel({ patientId }: { patientId: string }) {
  const [known, setKnown] = useState<Readiness | null>(null);
  const [editing, setEditing] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const path = { patient_id: patientId };
  const load = async () => {
    const answer = await ask(office.GET("/api/patients/{patient_id}/readiness", { params: { path } }));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setKnown(answer.value);
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [patientId, changed]);
  return (
    <section class="card panel">
      <h2 class="large">{ti("ready.title")}</h2>
      <Trouble failure={failure} onRetry={load} />
      {known && (
        <>
          <p>
            <State kind={known.action === "ready" ? "done" : "need"}>{iword("action", known.action)}</State>
          </p>
          {known.version === 0 ? (
            <p class="sub">{ti("ready.unknownYet")}</p>
          ) : (
            <dl class="facts">
              {KINDS.map((kind) => (
                <div key={kind}>
                  <dt>{ti(`ready.${kind}`)}</dt>
                  <dd>{iword(kind, known[kind])}</dd>
                </div>
              ))}
              {known.certificate_until && (
                <div>
                  <dt>{ti("ready.certificate")}</dt>
                  <dd>{known.certificate_until.slice(0, 7)}</dd>
                </div>
              )}
              {known.paper_until && (
                <div>
                  <dt>{ti("ready.paperUntil")}</dt>
                  <dd>{fullDate(known.paper_until)}</dd>
                </div>
              )}
              {known.note && (
                <div>
                  <dt>{ti("ready.note")}</dt>
                  <dd>{known.note}</dd>
                </div>
              )}
            </dl>
          )}
          <p>
            <Button icon="card" onClick={() => setEditing(true)}>
              {ti("ready.edit")}
            </Button>
          </p>
          {editing && (
            <Edit
              known={known}
              onClose={() => setEditing(false)}
              onSaved={(saved) => {
                setKnown(saved);
                setEditing(false);
              }}
            />
          )}
        </>
      )}
    </section>
  );
}

function Edit(props: { known: Readiness; onClose: () => void; onSaved: (saved: Readiness) => void }) {
  const { known } = props;
  const [values, setValues] = useState({
    card: known.card,
    use: known.use,
    pin: known.pin,
    paper: known.paper,
  });
  const [month, setMonth] = useState(known.certificate_until?.slice(0, 7) ?? "");
  const [paperUntil, setPaperUntil] = useState(known.paper_until ? shortEra(known.paper_until) : "");
  const [note, setNote] = useState(known.note ?? "");
  const [failure, setFailure] = useState<Failure | null>(null);
  const typed = month.normalize("NFKC").trim().replace("/", "-");
  const wrong = typed !== "" && !MONTH.test(typed);
  const unread = paperUntil.trim() !== "" && !parseDate(paperUntil);
  const save = async () => {
    const answer = await ask(
      office.PUT("/api/patients/{patient_id}/readiness", {
        params: { path: { patient_id: known.patient_id } },
        body: {
          ...values,
          base_version: known.version,
          certificate_until: typed ? `${typed}-01` : null,
          paper_until: parseDate(paperUntil),
          note: note.trim() || null,
        },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) props.onSaved(answer.value);
  };
  return (
    <Dialog
      title={ti("ready.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button
            kind="primary"
            size="main"
            disabled={wrong || unread}
            busyLabel={t("saving")}
            onClick={save}
          >
            {ti("ready.save")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        {KINDS.map((kind) => (
          <Field
            key={kind}
            label={ti(`ready.${kind}`)}
            {...(kind === "pin" ? { hint: ti("ready.pinHint") } : {})}
          >
            <select
              class="input"
              value={values[kind]}
              onChange={(event) => setValues({ ...values, [kind]: event.currentTarget.value })}
            >
              {CHOICES[kind].map((choice) => (
                <option key={choice} value={choice}>
                  {iword(kind, choice)}
                </option>
              ))}
            </select>
          </Field>
        ))}
        <Field
          label={ti("ready.certificate")}
          hint={ti("ready.certificateHint")}
          wrong={wrong ? ti("ready.monthWrong") : undefined}
        >
          <Input value={month} onText={setMonth} placeholder={ti("ready.month")} inputMode="numeric" />
        </Field>
        {values.paper === "certificate" && (
          <DateField label={ti("ready.paperUntil")} typed={paperUntil} onTyped={setPaperUntil} echo />
        )}
        <Field label={ti("ready.note")}>
          <Input value={note} onText={setNote} maxLength={2000} autocomplete="off" />
        </Field>
      </div>
    </Dialog>
  );
}
