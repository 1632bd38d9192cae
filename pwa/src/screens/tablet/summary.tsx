/** 概要: three answers without a tap. Is the insurance valid, what may be read until when, what stands out. */
import { Fragment } from "preact";
import { addOnFacts } from "../../domain/add-on";
import { changeOf } from "../../domain/chart";
import { clock, eraDate, fullDate, japanDay } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import type { Patient } from "../../store/records";
import { tv } from "../../text/bedside";
import { tm } from "../../text/medical";
import { tt, ttWord } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { Note, State, type StateKind } from "../../ui/parts";
import { factsOf } from "../medical/stand-out";
import { amountOf, institution, lineName, plain, productOf, shortDate } from "../medical/words";
import { FetchNow } from "./fetch-now";
import { stateOf } from "./medical-gate";
import { instant, records, vault } from "./start";
import { eligibilityWord, monthText, timeLeft } from "./words";

export function Summary({ visit, patient }: { visit: Visit; patient: Patient }) {
  return (
    <div class="summary">
      <div class="summary-column">
        <Eligibility visit={visit} patient={patient} />
        <ConsentClock visit={visit} patient={patient} />
      </div>
      <div class="summary-column">
        <LeadingDrugs visit={visit} />
      </div>
      <div class="summary-column">
        <LeadingValues visit={visit} />
        <ToTell visit={visit} patient={patient} />
        {vault.mayReadMedical.value && <AddOn visit={visit} patient={patient} />}
      </div>
    </div>
  );
}

function Eligibility({ visit, patient }: { visit: Visit; patient: Patient }) {
  const word = eligibilityWord(visit, instant.value);
  const { checked_at } = visit.eligibility;
  const coverage = patient.coverage;
  const asked = visit.consent.state === "waiting";
  const since = records.medical.value.get(visit.patient_id)?.medications?.since;
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="card" />
        {tt("summary.eligibility")}
      </h2>
      <p class={`summary-verdict ${word.kind}`}>
        <Icon
          name={word.kind === "done" ? "check" : word.kind === "problem" ? "bad" : asked ? "wait" : "none"}
        />
        {word.text}
      </p>
      <dl>
        {checked_at && (
          <>
            <dt>{tt("summary.checked")}</dt>
            <dd>
              {fullDate(japanDay(new Date(checked_at)))}
              <span class="summary-time">{clock(new Date(checked_at))}</span>
            </dd>
          </>
        )}
        {coverage?.insurer_name && (
          <>
            <dt>{tt("summary.insurance")}</dt>
            <dd>{coverage.insurer_name}</dd>
          </>
        )}
        {coverage?.contribution_ratio != null && (
          <>
            <dt>{tt("summary.ratio")}</dt>
            <dd>{tt("summary.ratioValue", { ratio: ratio(coverage.contribution_ratio) })}</dd>
          </>
        )}
        {coverage?.limit_category && (
          <>
            <dt>{tt("summary.limit")}</dt>
            <dd>{coverage.limit_category}</dd>
          </>
        )}
        <OnPaper patient={patient} />
        {since && (
          <>
            <dt>{tt("summary.lastVisit")}</dt>
            <dd>{fullDate(since)}</dd>
          </>
        )}
      </dl>
      <FetchNow visit={visit} />
    </section>
  );
}

/** 公費 and 介護保険 in force, as the office typed them from paper; here they are only read. */
function OnPaper({ patient }: { patient: Patient }) {
  const today = japanDay(instant.value);
  const inForce = (each: { valid_from: string | null; valid_until: string | null }) =>
    (each.valid_from ?? "") <= today && (each.valid_until ?? today) >= today;
  // A day that an earlier version packed holds neither.
  const levels = patient.care_insurances?.filter(inForce) ?? [];
  return (
    <>
      {patient.public_expenses?.filter(inForce).map((each) => (
        <Fragment key={each.id}>
          <dt>{tt("summary.publicExpense", { place: each.priority ?? "" })}</dt>
          <dd>
            {each.payer_number}
            {each.monthly_limit !== null && (
              <span class="summary-time">
                {tt("summary.monthlyLimit", { yen: each.monthly_limit.toLocaleString("ja-JP") })}
              </span>
            )}
          </dd>
        </Fragment>
      ))}
      {levels.map((each) => (
        <Fragment key={each.id}>
          <dt>{tt("summary.care")}</dt>
          <dd>
            {each.care_level && ttWord("careLevel", each.care_level)}
            {each.contribution_ratio !== null && (
              <span class="summary-time">
                {tt("summary.ratioValue", { ratio: ratio(each.contribution_ratio) })}
              </span>
            )}
          </dd>
        </Fragment>
      ))}
    </>
  );
}

/** Per cent as delivered, told in tenths as clinics say it. */
const ratio = (percent: number): number => percent / 10;

const CONSENTED = [["drug"], ["checkup"], ["diagnosis", "operation"]] as const;

function ConsentClock({ visit, patient }: { visit: Visit; patient: Patient }) {
  const until = nearestEnd(visit, patient);
  const now = instant.value;
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="eye" />
        {tt("summary.clock")}
      </h2>
      {until ? (
        <div class="summary-clock">
          <Ring until={until} now={now} />
          <p>
            <b class={until.getTime() - now.getTime() < 3_600_000 ? "soon" : ""}>
              {tt("summary.left", { time: timeLeft(until, now) })}
            </b>
            <span class="sub">{tt("summary.leaves", { time: endClock(until) })}</span>
          </p>
        </div>
      ) : (
        <p class="sub summary-clock-none">{tt("summary.noClock")}</p>
      )}
      <ul class="summary-consents">
        {CONSENTED.flatMap((kinds) => consentLines(kinds, patient, visit)).map((line) => (
          <li key={line.label}>
            {line.label}
            <State kind={line.state}>{line.text}</State>
          </li>
        ))}
      </ul>
    </section>
  );
}

type ConsentLine = { label: string; state: StateKind; text: string };

/** Kinds that stand alike share one line. */
function consentLines(
  kinds: ReadonlyArray<"drug" | "checkup" | "diagnosis" | "operation">,
  patient: Patient,
  visit: Visit,
): ConsentLine[] {
  const lines = kinds.map((kind) => {
    const [state, text] = consentState(
      patient.consents.find((each) => each.kind === kind),
      visit,
    );
    return { label: tt(`kindOf.${kind}`), state, text };
  });
  const [first] = lines;
  if (!first || lines.some((line) => line.text !== first.text)) return lines;
  return [{ ...first, label: lines.map((line) => line.label).join("・") }];
}

function consentState(consent: Patient["consents"][number] | undefined, visit: Visit): [StateKind, string] {
  if (consent?.flag === "given") {
    const continuing = consent.available_until === null && visit.visit_type === "home_visit";
    return ["done", tt(continuing ? "summary.continuing" : "summary.given")];
  }
  if (consent?.flag === "expired") return ["none", tt("summary.expired")];
  return ["none", tt("summary.noConsent")];
}

/** The nearest of: the consent's own end, the content's deadline on this tablet, the end of the day. */
function nearestEnd(visit: Visit, patient: Patient): Date | null {
  const given = patient.consents.filter(
    (c) => (c.kind === "drug" || c.kind === "checkup") && c.flag === "given",
  );
  if (given.length === 0) return null;
  const held = records.medical.value.get(visit.patient_id);
  const ends = [
    ...given.map((consent) => consent.available_until),
    held?.medications?.available_until,
    held?.checkups?.available_until,
    records.day.value?.not_after,
  ].filter((end) => end != null);
  return new Date(Math.min(...ends.map((end) => Date.parse(end))));
}

/** Midnight is told as the last minute of the day that ends. */
function endClock(until: Date): string {
  const at = clock(until);
  return at === "00:00" ? "23:59" : at;
}

function Ring({ until, now }: { until: Date; now: Date }) {
  const share = Math.min(1, Math.max(0, (until.getTime() - now.getTime()) / 86_400_000));
  const round = 2 * Math.PI * 26;
  return (
    <svg class="ring" viewBox="0 0 64 64" aria-hidden="true">
      <circle class="ring-rest" cx="32" cy="32" r="26" />
      <circle
        class="ring-left"
        cx="32"
        cy="32"
        r="26"
        stroke-dasharray={`${share * round} ${round}`}
        transform="rotate(-90 32 32)"
      />
      <path d="M32 20v13l7 5" />
    </svg>
  );
}

/** More would push the page off the screen; the tab has them all. */
const MOST_DRUGS = 7;

function LeadingDrugs({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.medications;
  const taken = held?.lines.filter((line) => line.taking !== null) ?? [];
  const drugOf = new Map(held?.drugs.map((drug) => [drug.id, drug]));
  const today = japanDay(instant.value);
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="pill" />
        {tt("tab.drugs")}
        {held && held.drugs.length > 0 && (
          <a href={`/tablet/visit/${visit.id}?tab=drugs`}>{tt("summary.all")}</a>
        )}
      </h2>
      {held && held.lines.length > 0 ? (
        <>
          <ul class="summary-facts">
            {factsOf(held, false).map((fact) => (
              <li key={fact.key}>{[fact.text, fact.hint].filter(Boolean).join("・")}</li>
            ))}
          </ul>
          {taken.length === 0 && <p class="sub">{tt("summary.noneTaken")}</p>}
          <ul class="summary-drugs">
            {taken.slice(0, MOST_DRUGS).map((line) => {
              const drug = drugOf.get(line.rows[0] ?? "");
              return (
                <li key={line.key}>
                  <b>{lineName(line)}</b>
                  <span class="summary-about">{drug && institution(drug)}</span>
                  <span class="summary-about">
                    {drug &&
                      [productOf(line, drug), amountOf(drug), plain(drug.usage ?? "")]
                        .filter(Boolean)
                        .join("・")}
                  </span>
                  <span class="summary-about">
                    {line.reaches && tt("drugs.ends", { date: shortDate(line.reaches, today) })}
                  </span>
                </li>
              );
            })}
          </ul>
          {taken.length > MOST_DRUGS && (
            <p class="sub">{tt("summary.moreDrugs", { count: taken.length - MOST_DRUGS })}</p>
          )}
          {held.data_until_month && (
            <p class="summary-asof">
              {tt("source.receipt")} <b>{tt("drugs.newest", { month: monthText(held.data_until_month) })}</b>
            </p>
          )}
        </>
      ) : (
        <Missing visit={visit} kind="drug" />
      )}
    </section>
  );
}

/** What is asked for first at a bedside, in this order. */
const LEADING_VALUES = ["HBA1C", "SBP", "DBP", "EGFR", "LDL", "WEIGHT"];

function LeadingValues({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.checkups;
  const day = held?.days[held.days.length - 1];
  const series = LEADING_VALUES.flatMap((key) => held?.series.find((one) => one.key === key) ?? []);
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="chart" />
        {tt("tab.checkups")}
        {day && <span class="summary-day">{eraDate(day).replace(/\d+日$/, "")}</span>}
        {series.length > 0 && <a href={`/tablet/visit/${visit.id}?tab=checkups`}>{tt("summary.trend")}</a>}
      </h2>
      {series.length > 0 ? (
        <ul class="summary-values">
          {series.map((one) => {
            const newest = one.points[one.points.length - 1];
            const change = changeOf(one);
            return (
              <li key={one.key}>
                {one.name}
                <b>{newest && plain(newest.text)}</b>
                <span class="sub">{change ? tm("before", { change }) : one.unit}</span>
              </li>
            );
          })}
        </ul>
      ) : (
        <Missing visit={visit} kind="checkup" />
      )}
    </section>
  );
}

/** Why nothing stands here: no right, no consent, not yet, or simply not opened. */
function Missing({ visit, kind }: { visit: Visit; kind: "drug" | "checkup" }) {
  const held = records.medical.value.get(visit.patient_id);
  const state = stateOf(visit, kind);
  if (!vault.mayReadMedical.value) return <p class="sub">{tt("med.role")}</p>;
  if (held?.left) return <p class="sub">{tt("med.left")}</p>;
  if (state === "available") {
    return (
      <p class="sub">
        {tt("summary.openToSee", { tab: tt(kind === "drug" ? "tab.drugs" : "tab.checkups") })}
      </p>
    );
  }
  return <p class="sub">{ttWord(kind, state)}</p>;
}

function ToTell({ visit, patient }: { visit: Visit; patient: Patient }) {
  const { validity, validity_code } = visit.eligibility;
  const trouble = validity && visit.consent.state !== "waiting" && validityTrouble(validity, validity_code);
  const end = patient.coverage?.valid_until;
  const before = visit.previous;
  const soon = end && Date.parse(end) - instant.value.getTime() < 31 * 86_400_000;
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="document" />
        {tt("summary.tell")}
      </h2>
      {trouble && <Note kind="need">{trouble}</Note>}
      {soon && (
        <Note title={tt("summary.validUntil", { date: fullDate(end) })}>{tt("summary.validUntilHint")}</Note>
      )}
      {before?.note && (
        <Note title={tv("summary.before", { date: fullDate(japanDay(new Date(before.registered_at))) })}>
          {before.note}
        </Note>
      )}
      {!trouble && !soon && !before?.note && <p class="sub">{tt("summary.nothing")}</p>}
    </section>
  );
}

/** The facts an add-on asks for; the clinic decides. */
function AddOn({ visit, patient }: { visit: Visit; patient: Patient }) {
  const facts = addOnFacts(patient.consents, records.medical.value.get(visit.patient_id));
  return (
    <section class="card summary-card">
      <h2>
        <Icon name="list" />
        {tt("addOn.title")}
      </h2>
      <ul class="summary-consents">
        {(["consented", "looked"] as const).map((fact) => (
          <li key={fact}>
            {tt(`addOn.${fact}`)}
            <State kind={facts[fact] ? "done" : "none"}>
              {tt(facts[fact] ? "addOn.yes" : "addOn.notYet")}
            </State>
          </li>
        ))}
      </ul>
      <p class="sub">{tt("addOn.hint")}</p>
    </section>
  );
}

function validityTrouble(validity: string, code: string | null): string | null {
  if (validity === "valid" || validity === "valid_unregistered") return null;
  const key = `trouble.${validity}`;
  const sentence = ttWord("trouble", validity);
  return sentence === validity ? key : sentence.replace("{code}", code ?? "—");
}
