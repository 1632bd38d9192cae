/** 単件照会: choose a patient, say whether the limit may be asked for, press once, read the answer (S-069, S-070). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fullDate, shortTime } from "../../domain/dates";
import { go } from "../../router";
import { type InquiryKey, iword, ti } from "../../text/inquiry";
import { to } from "../../text/office";
import { PersonName } from "../../ui/name";
import { Busy, Button, Note, Segments } from "../../ui/parts";
import { InquirySign } from "./inquiry-words";
import { InsurerLine } from "./insurer";
import { changes } from "./lights";
import { PatientPicker } from "./patient-picker";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

type Patient = Schemas["PatientOut"];
type Options = Schemas["InquiryOptionsOut"];
type Inquiry = Schemas["InquiryOut"];
type Route = Inquiry["route"];
type Limit = Inquiry["limit_consent"];

const ROUTES: readonly Route[] = ["number", "reinquiry"];
const LIMITS: readonly Limit[] = ["unknown", "agreed", "refused", "certificate_shown"];

export function InquireOne({ patientId }: { patientId: string | null }) {
  if (patientId) return <Asking id={patientId} />;
  return (
    <section class="card panel">
      <h2 class="large">{ti("one.choose")}</h2>
      <PatientPicker onPick={(patient) => go(`/office/inquiries?patient=${patient.id}`)} />
    </section>
  );
}

function Asking({ id }: { id: string }) {
  const [patient, setPatient] = useState<Patient | null>(null);
  const [options, setOptions] = useState<Options | null>(null);
  const [made, setMade] = useState<Inquiry | null>(null);
  const [wished, setWished] = useState<Route | null>(null);
  const [limit, setLimit] = useState<Limit | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const [chart, open] = await Promise.all([
      ask(office.GET("/api/patients/{patient_id}", { params: { path: { patient_id: id } } })),
      ask(office.GET("/api/inquiries/options/{patient_id}", { params: { path: { patient_id: id } } })),
    ]);
    setFailure(!chart.ok ? chart.error : !open.ok ? open.error : null);
    if (chart.ok) setPatient(chart.value);
    if (!open.ok) return;
    setOptions(open.value);
    const followed = open.value.open ?? made;
    if (open.value.open) setMade(open.value.open);
    else if (followed) {
      const path = { inquiry_id: followed.id };
      const now = await ask(office.GET("/api/inquiries/{inquiry_id}", { params: { path } }));
      if (now.ok) setMade(now.value);
    }
  };
  const changed = changes.value;
  useEffect(() => {
    if (session.peek()) void load();
  }, [id, changed]);
  if (!patient || !options) return failure ? <Trouble failure={failure} onRetry={load} /> : <Busy />;

  const insurer = patient.coverage?.insurer_number ?? null;
  const route = wished ?? (options.reinquiry === "yes" ? "reinquiry" : "number");
  const may = options[route];
  const waits = made?.state === "asked";
  // The number asks about the limit each time; a re-inquiry brings what was consented to (S-070, S-158).
  const ready = may === "yes" && !waits && (route === "reinquiry" || limit !== null);
  const send = async () => {
    const limit_consent = limit ?? "unknown";
    const answer = await ask(
      office.POST("/api/inquiries", { body: { patient_id: id, route, limit_consent } }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setMade(answer.value);
    setLimit(null);
  };
  return (
    <>
      <section class="card chosen-one">
        <span class="large">
          <PersonName name={patient.name} kana={patient.name_kana} />
        </span>
        <span class="sub grow">
          {fullDate(patient.birth_date)}{" "}
          {patient.chart_number ? to("chart", { number: patient.chart_number }) : to("noChart")}
        </span>
        <a class="button text normal" href={`/office/patients/${id}`}>
          {ti("one.openPatient")}
        </a>
        <Button onClick={() => go("/office/inquiries")}>{ti("one.other")}</Button>
      </section>
      <Trouble failure={failure} />
      {made && <Answer inquiry={made} insurer={insurer} />}
      <form
        class="card panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void send();
        }}
      >
        <h2 class="large">{ti("one.route")}</h2>
        <Segments
          label={ti("one.route")}
          value={route}
          onChange={setWished}
          options={ROUTES.map((value) => ({ value, text: ti(`route.${value}`) }))}
        />
        <p class="sub">{ti(`route.${route}Hint`)}</p>
        {route === "number" && !made && <InsurerLine number={insurer} />}
        {may !== "yes" && may !== "already_asked" && (
          <Note kind="need" title={iword("why", may)}>
            <p>{iword("next", may)}</p>
            {may === "insurance_incomplete" && (
              <>
                <p>{ti("one.missing")}</p>
                <ul class="missing">
                  {options.problems.map((problem) => (
                    <li key={problem}>{iword("problem", problem)}</li>
                  ))}
                </ul>
                <a href={`/office/patients/${id}`}>{ti("one.mend")}</a>
              </>
            )}
          </Note>
        )}
        {route === "number" && (
          <fieldset class="limit">
            <legend>{ti("limit.title")}</legend>
            {LIMITS.map((value) => (
              <label key={value}>
                <input type="radio" name="limit" checked={limit === value} onChange={() => setLimit(value)} />
                {ti(`limit.${value}`)}
              </label>
            ))}
            <p class="sub">{ti("limit.hint")}</p>
          </fieldset>
        )}
        <div class="acts">
          <Button
            type="submit"
            kind="primary"
            size="main"
            disabled={!ready}
            busyLabel={ti("one.asking")}
            onClick={send}
          >
            {made && !waits ? ti("one.again") : ti("one.ask")}
          </Button>
        </div>
      </form>
    </>
  );
}

/** What came, what it means, and what to do: calm words first, codes for support last (S-133…S-141). */
function Answer({ inquiry, insurer }: { inquiry: Inquiry; insurer: string | null }) {
  const open = inquiry.state === "asked" || inquiry.state === "planned";
  return (
    <section class="card panel answer" role="status">
      <h2 class="large">{ti("one.result")}</h2>
      <p class="large">
        <InquirySign inquiry={inquiry} />
      </p>
      {inquiry.state === "asked" && <p>{ti("one.waits")}</p>}
      {inquiry.state === "planned" && (
        <p>{ti("one.wanted", { time: shortTime(new Date(inquiry.due_at), new Date()) })}</p>
      )}
      {!open && inquiry.outcome && <p>{ti(`next.${inquiry.outcome}` as InquiryKey)}</p>}
      {!open && <InsurerLine number={insurer} />}
      {inquiry.consented_id && (
        <p>
          <a class="button outline normal" href={`/office/list/${inquiry.consented_id}`}>
            {ti("one.openComparison")}
          </a>
        </p>
      )}
      {(inquiry.code || inquiry.message) && (
        <dl class="facts sub">
          {inquiry.message && (
            <div>
              <dt>{ti("one.words")}</dt>
              <dd>{inquiry.message}</dd>
            </div>
          )}
          {inquiry.code && (
            <div>
              <dt>{ti("one.codes")}</dt>
              <dd>{inquiry.code}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
