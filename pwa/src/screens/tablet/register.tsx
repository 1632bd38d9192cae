/** 訪問の登録: with a thumb, in twenty seconds. Saving seals and keeps it here; sending follows by itself. */
import { useEffect, useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { clock } from "../../domain/dates";
import { isHindrance, waysOn } from "../../domain/hindrance";
import { looksLikeMyNumber } from "../../domain/my-number";
import type { Visit } from "../../domain/visit-view";
import { go } from "../../router";
import type { Entry } from "../../store/outbox";
import type { Patient } from "../../store/records";
import { t } from "../../text";
import { tb } from "../../text/bag";
import { tv } from "../../text/bedside";
import { tt, ttWord } from "../../text/tablet";
import { offerUndo } from "../../ui/frame";
import { Icon, type IconName } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Button, Chip, Empty, Note, Segments } from "../../ui/parts";
import {
  asksReason,
  type Draft,
  draftFor,
  dropDraft,
  entryData,
  keepDraft,
  missing,
  type Outcome,
  paperOnly,
  showsName,
} from "./draft";
import { More, Papers } from "./register-more";
import { houseOf } from "./round";
import { enter, isOffline, now, records } from "./start";
import { TopBar } from "./top-bar";
import "./register.css";

const METHODS: ReadonlyArray<readonly [Schemas["IdentityMethod"], IconName]> = [
  ["web_pin", "qr"],
  ["app_visual", "eye"],
  ["app_pin", "key"],
  ["reinquiry", "refresh"],
  ["certificate", "document"],
  ["none", "todo"],
];
const OUTCOMES: ReadonlyArray<readonly [Outcome, IconName]> = [
  ["completed", "check"],
  ["partial", "list"],
  ["refused", "hand"],
  ["failed", "bad"],
];
const REASONS: ReadonlyArray<readonly [string, IconName]> = [
  ["pin_locked", "lock"],
  ["pin_forgotten", "key"],
  ["no_pin_card", "eye"],
  ["no_card", "card"],
  ["card_lost", "search"],
  ["not_registered", "none"],
  ["card_expired", "calendar"],
  ["machine_trouble", "tablet"],
  ["page_unavailable", "cloud-off"],
  ["condition", "user"],
  ["other", "plus"],
];
const KINDS: ReadonlyArray<Schemas["ConsentKind"]> = [
  "drug",
  "checkup",
  "diagnosis",
  "operation",
  "limit",
  "specific_disease",
];

const ALL_GIVEN: Draft["items"] = Object.fromEntries(KINDS.map((kind) => [kind, "given"]));

export default function Register({ visitId }: { visitId: string }) {
  const visit = records.visit(visitId);
  const patient = visit && records.patients.value.get(visit.patient_id);
  return (
    <div class="tablet">
      <TopBar noLock>
        <a class="bar-button" href={`/tablet/visit/${visitId}`}>
          <Icon name="back" />
          {tt("reg.back")}
        </a>
      </TopBar>
      {visit && patient ? (
        <Form visit={visit} patient={patient} />
      ) : (
        <main>
          <Empty>{tt(records.day.value ? "patient.gone" : "today.loading")}</Empty>
        </main>
      )}
    </div>
  );
}

function Form({ visit, patient }: { visit: Visit; patient: Patient }) {
  const [draft, setDraft] = useState<Draft>(() => draftFor(visit));
  const [asked, setAsked] = useState(false);
  const [unsaved, setUnsaved] = useState(false);
  useEffect(() => {
    records.edit(visit.id);
    return () => records.edit(null);
  }, [visit.id]);
  const [left, setLeft] = useState(() => localStorage.getItem("otonai-hand") === "left");
  const set = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    keepDraft(visit.id, next);
    setDraft(next);
  };
  const lacks = missing(draft);
  const numberTyped = looksLikeMyNumber(draft.note);
  const reasonAsked = asksReason(draft);
  const byPaper = draft.identity_method === "certificate";
  const asks = draft.outcome === "completed" || draft.outcome === "partial";
  const paper = paperOnly(visit);
  const save = async () => {
    setAsked(true);
    if (lacks || numberTyped) return;
    let entry: Entry;
    try {
      entry = await enter("visit_registered", visit, entryData(draft, visit, now()));
    } catch {
      setUnsaved(true); // Whatever the storage's trouble is: nobody is told "saved" who was not (F33).
      return;
    }
    dropDraft(visit.id);
    offerUndo(tt(isOffline.value ? "saved" : "reg.saved"), () => {
      keepDraft(visit.id, draft);
      return enter("visit_registration_undone", visit, { entry_id: entry.id });
    });
    // In a house of many the next one waits; everybody else is done with this address.
    go(houseOf(visit.id) ? `/tablet/house/${visit.id}` : "/tablet");
  };
  const hand = () => {
    localStorage.setItem("otonai-hand", left ? "right" : "left");
    setLeft(!left);
  };
  const number = numbers();
  return (
    <>
      <main class="reg">
        <div class="reg-head">
          <h1 class="head">{tt("reg.title")}</h1>
          <span class="reg-name">
            <PersonName name={patient.name} kana={patient.name_kana} />
          </span>
          <span>
            {patient.sex ? ttWord("sex", patient.sex) : ""} {tt("age", { age: patient.age })}
          </span>
          <span class="sub reg-when">
            {clock(new Date(visit.planned_at))} {ttWord("type", visit.visit_type)}
          </span>
        </div>
        <Part number={number()} title={tt("reg.identity")}>
          <div class="reg-grid three">
            {METHODS.map(([value, icon]) => (
              <Chip
                key={value}
                icon={icon}
                pressed={draft.identity_method === value}
                onPress={() => set({ identity_method: value })}
                hint={ttWord(`reg.${value}`, "hint")}
              >
                {ttWord("reg", value)}
              </Chip>
            ))}
          </div>
        </Part>
        {byPaper && (
          <Part number={number()} title={tv("reg.papers")} hint={tv("reg.papersHint")}>
            <Papers visit={visit} draft={draft} set={set} />
          </Part>
        )}
        <Part number={number()} title={tt("reg.outcome")}>
          <div class="reg-grid four">
            {OUTCOMES.map(([value, icon]) => (
              <Chip
                key={value}
                icon={icon}
                pressed={draft.outcome === value}
                onPress={() => set({ outcome: value })}
              >
                {tt(`reg.${value}`)}
              </Chip>
            ))}
          </div>
        </Part>
        {asks && (
          <Part number={number()} title={tt("reg.items")} hint={tt("reg.itemsHint")}>
            <div class="reg-items">
              {KINDS.map((kind) => (
                <div key={kind}>
                  <span class="large">{tt(`kindOf.${kind}`)}</span>
                  <Segments
                    label={tt(`kindOf.${kind}`)}
                    value={draft.items[kind] ?? null}
                    options={[
                      { value: "given", text: tt("reg.yes") },
                      { value: "none", text: tt("reg.no") },
                    ]}
                    onChange={(flag) => set({ items: { ...draft.items, [kind]: flag } })}
                  />
                </div>
              ))}
              <Button icon="check" onClick={() => set({ items: ALL_GIVEN })}>
                {tv("reg.allGiven")}
              </Button>
            </div>
          </Part>
        )}
        {reasonAsked && (
          <>
            <Part number={number()} title={reasonAsked === "must" ? tt("reg.reason") : tv("reg.whyVisual")}>
              <div class="reg-grid three">
                {REASONS.map(([value, icon]) => (
                  <Chip
                    key={value}
                    icon={icon}
                    pressed={draft.reason === value}
                    onPress={() =>
                      set({ reason: reasonAsked === "may" && draft.reason === value ? null : value })
                    }
                  >
                    {ttWord("reason", value)}
                  </Chip>
                ))}
              </div>
            </Part>
            {reasonAsked === "must" && sightHelps(draft) && (
              <div class="note info">
                <Icon name="info" />
                <div class="grow">
                  <b>{tt("reg.nextTitle")}</b>
                  {tt("reg.nextText")}
                </div>
                <Button onClick={() => set({ identity_method: "app_visual", outcome: null })}>
                  {tt("reg.nextAct")}
                </Button>
              </div>
            )}
          </>
        )}
        {draft.outcome && draft.outcome !== "refused" && (
          <div class="reg-two">
            <Part number={number()} title={tt("reg.prescription")}>
              <div class="reg-grid two">
                {(["electronic", "paper", "undecided"] as const)
                  .filter((value) => !paper || value === "paper")
                  .map((value) => (
                    <Chip
                      key={value}
                      {...(value === "undecided" ? {} : { icon: value === "paper" ? "document" : "tablet" })}
                      pressed={paper || draft.prescription_form === value}
                      onPress={() => set({ prescription_form: value })}
                    >
                      {tt(`reg.${value}`)}
                    </Chip>
                  ))}
              </div>
            </Part>
            <Part number={number()} title={tt("reg.helper")}>
              <div class="reg-grid two">
                {(["nobody", "family", "caregiver", "staff"] as const).map((value) => (
                  <Chip key={value} pressed={draft.helper === value} onPress={() => set({ helper: value })}>
                    {tt(`reg.${value}`)}
                  </Chip>
                ))}
              </div>
            </Part>
          </div>
        )}
        {paper && draft.outcome && (
          <Note kind="need" title={tt("reg.paperOnly")}>
            {tt("reg.paperOnlyNext")}
          </Note>
        )}
        {showsName(draft) && (
          <label class="card reg-check">
            <input
              type="checkbox"
              checked={draft.name_confirmed}
              onChange={(event) => set({ name_confirmed: event.currentTarget.checked })}
            />
            {tv("reg.nameConfirmed")}
          </label>
        )}
        <More visit={visit} draft={draft} set={set} papersAbove={byPaper} />
        <label class="field card reg-note">
          <span>{tt("reg.note")}</span>
          <textarea
            class="input"
            rows={2}
            maxLength={500}
            value={draft.note}
            aria-invalid={numberTyped}
            onInput={(event) => set({ note: event.currentTarget.value })}
          />
          <small class="sub">{tt("reg.noteHint")}</small>
          {numberTyped && <span class="wrong">{t("my-number")}</span>}
        </label>
        {isOffline.value && <Note>{tt("reg.offline")}</Note>}
        {unsaved && (
          <Note kind="bad" alert title={tb("saveFailed.title")}>
            {tb("saveFailed.text")}
          </Note>
        )}
        {asked && lacks && (
          <Note kind="need" alert>
            {lacks === "times" ? tv("reg.missingTimes") : tt("reg.missing", { what: tt(`reg.${lacks}`) })}
          </Note>
        )}
      </main>
      <footer class={left ? "reg-foot left" : "reg-foot"}>
        <Button size="main" icon="hand" onClick={hand}>
          {tt(left ? "reg.right" : "reg.left")}
        </Button>
        <Button kind="primary" size="main" wide busyLabel={t("saving")} onClick={save}>
          {tt(isOffline.value ? "reg.saveHere" : "reg.save")}
        </Button>
      </footer>
    </>
  );
}

/** A look at the photograph needs the card; for some reasons it is the way on, for others it is none (A9). */
function sightHelps(draft: Draft): boolean {
  if (draft.identity_method === "app_visual" || draft.reason === null) return false;
  return isHindrance(draft.reason) && waysOn(draft.reason).includes("app_visual");
}

/** Sections appear as needed and are counted as they appear. */
function numbers(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}

function Part(props: { number: number; title: string; hint?: string; children: preact.ComponentChildren }) {
  return (
    <fieldset class="card reg-part">
      <legend>
        <b class="reg-number">{props.number}</b>
        {props.title}
        {props.hint && <span class="sub">{props.hint}</span>}
      </legend>
      {props.children}
    </fieldset>
  );
}
