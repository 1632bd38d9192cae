/** One patient at one visit: 概要, お薬, 健診, 訪問の記録. Drugs and checkups are asked for when somebody opens them. */
import { useEffect } from "preact/hooks";
import { eraDate } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { go, query } from "../../router";
import type { Patient } from "../../store/records";
import { tt, ttWord } from "../../text/tablet";
import { Icon, type IconName } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, Empty, State } from "../../ui/parts";
import { Checkups } from "./checkups";
import { Drugs } from "./drugs";
import { MapLink } from "./map-link";
import { openCheckups, openMedications } from "./medical";
import { instant, records, vault } from "./start";
import { Summary } from "./summary";
import { TopBar } from "./top-bar";
import { TreatmentsTab } from "./treatments";
import { VisitRecord } from "./visit-record";
import { eligibilityWord } from "./words";
import "./patient.css";

const TABS = ["summary", "drugs", "checkups", "treatments", "records"] as const;
type Tab = (typeof TABS)[number];
const TAB_ICONS: Record<Tab, IconName> = {
  summary: "user",
  drugs: "pill",
  checkups: "chart",
  treatments: "document",
  records: "list",
};

export default function PatientScreen({ visitId }: { visitId: string }) {
  const visit = records.visit(visitId);
  const patient = visit && records.patients.value.get(visit.patient_id);
  return (
    <div class="tablet">
      <TopBar>
        <a class="bar-button" href="/tablet">
          <Icon name="back" />
          {tt("patient.back")}
        </a>
      </TopBar>
      {visit && patient ? (
        <Found visit={visit} patient={patient} />
      ) : (
        <main>
          <Empty>{tt(records.day.value ? "patient.gone" : "today.loading")}</Empty>
        </main>
      )}
    </div>
  );
}

function Found({ visit, patient }: { visit: Visit; patient: Patient }) {
  const wanted = query.value.get("tab");
  const tab: Tab = TABS.find((each) => each === wanted) ?? "summary";
  const eligibility = eligibilityWord(visit, instant.value);
  useCarried(visit);
  return (
    <>
      <header class="patient-head">
        <div class="patient-line">
          <h1>
            <PersonName name={patient.name} kana={patient.name_kana} />
          </h1>
          <span class="large">
            {patient.sex ? ttWord("sex", patient.sex) : ""} {tt("age", { age: patient.age })}
          </span>
          <span class="sub">
            {tt("born", { date: eraDate(patient.birth_date), year: patient.birth_date.slice(0, 4) })}
          </span>
          {patient.chart_number && <span class="sub">{tt("chart", { number: patient.chart_number })}</span>}
          {patient.address && <MapLink address={patient.address} />}
          <span class="patient-state">
            <State kind={eligibility.kind}>{tt("patient.eligibility", { word: eligibility.text })}</State>
          </span>
        </div>
        <nav class="patient-tabs">
          {TABS.map((each) => (
            <a
              key={each}
              href={`/tablet/visit/${visit.id}${each === "summary" ? "" : `?tab=${each}`}`}
              aria-current={each === tab ? "page" : undefined}
            >
              <Icon name={TAB_ICONS[each]} />
              {tt(`tab.${each}`)}
            </a>
          ))}
        </nav>
      </header>
      <main class="patient-body">
        {tab === "summary" && <Summary visit={visit} patient={patient} />}
        {tab === "drugs" && <Drugs visit={visit} />}
        {tab === "checkups" && <Checkups visit={visit} />}
        {tab === "treatments" && <TreatmentsTab visit={visit} />}
        {tab === "records" && <VisitRecord visit={visit} />}
      </main>
      {(tab === "summary" || tab === "records") && <Acts visit={visit} fixed={tab === "summary"} />}
    </>
  );
}

/** Where the clinic lets tablets carry medical information, opening a patient is opening both kinds. */
function useCarried(visit: Visit) {
  const carried = records.day.value?.carry_medical === true && vault.mayReadMedical.value;
  const { drug, checkup } = visit.medical;
  const held = records.medical.value.get(visit.patient_id);
  const needsDrugs = carried && drug === "available" && !held?.medications && !held?.left;
  const needsCheckups = carried && checkup === "available" && !held?.checkups && !held?.left;
  useEffect(() => {
    if (needsDrugs) void openMedications(visit.patient_id);
  }, [needsDrugs, visit.patient_id]);
  useEffect(() => {
    if (needsCheckups) void openCheckups(visit.patient_id);
  }, [needsCheckups, visit.patient_id]);
}

function Acts({ visit, fixed }: { visit: Visit; fixed: boolean }) {
  const consented = visit.consent.state === "given" || visit.consent.state === "waiting";
  const qrFirst = visit.state === "planned" && visit.consent.state === "qr_needed";
  const base = `/tablet/visit/${visit.id}`;
  return (
    <footer class="patient-acts">
      <p class="sub grow">{fixed && tt("fixed")}</p>
      <Button
        size="main"
        icon="qr"
        kind={qrFirst ? "primary" : "outline"}
        onClick={() => go(`${base}/consent`)}
      >
        {tt(consented ? "act.qr" : "consent.qr_needed")}
      </Button>
      <Button size="main" kind={qrFirst ? "outline" : "primary"} onClick={() => go(`${base}/register`)}>
        {tt(visit.registration ? "act.registerAgain" : "act.register")}
      </Button>
    </footer>
  );
}
