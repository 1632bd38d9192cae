/** What is kept of a visit besides identity and consent: times, company, papers, the next visit. Nothing here must be told. */
import type { Schemas } from "../../api/client";
import { fullDate, japanDay } from "../../domain/dates";
import { instantAt, timeOf, toggled, weeksLater } from "../../domain/visit-times";
import type { Visit } from "../../domain/visit-view";
import { tv } from "../../text/bedside";
import { Button, Chip } from "../../ui/parts";
import { paperWord, presentWord } from "../visit/told";
import type { Draft } from "./draft";
import { now } from "./start";

const PRESENT: ReadonlyArray<Schemas["Present"]> = [
  "family",
  "caregiver",
  "visiting_nurse",
  "care_manager",
  "other",
];
const PAPERS: ReadonlyArray<Schemas["PaperKind"]> = [
  "certificate",
  "notice_with_card",
  "portal_screen",
  "statement",
  "limit",
  "public_support",
  "care_insurance",
];
/** Papers that say until when they are valid. */
const HAS_DAY = new Set<Schemas["PaperKind"]>(["certificate", "limit", "public_support", "care_insurance"]);
const WEEKS = [1, 2, 4] as const;

type Parts = { visit: Visit; draft: Draft; set: (change: Partial<Draft>) => void };

export function More(props: Parts & { papersAbove: boolean }) {
  const { draft } = props;
  const told = [
    draft.started_at && `${timeOf(draft.started_at)}〜${timeOf(draft.ended_at)}`,
    ...draft.present.map(presentWord),
    ...(props.papersAbove ? [] : draft.papers.map((paper) => paperWord(paper.kind))),
    draft.next_visit_on && `${tv("reg.next")} ${fullDate(draft.next_visit_on)}`,
  ].filter(Boolean);
  return (
    <details class="card reg-more">
      <summary>
        <span class="grow">
          <b>{tv("reg.more")}</b>
          {told.length > 0 && <span class="sub">{told.join("・")}</span>}
        </span>
      </summary>
      <Times {...props} />
      <fieldset>
        <legend>{tv("reg.present")}</legend>
        <div class="chips">
          {PRESENT.map((one) => (
            <Chip
              key={one}
              pressed={draft.present.includes(one)}
              onPress={() => props.set({ present: toggled(draft.present, one) })}
            >
              {presentWord(one)}
            </Chip>
          ))}
        </div>
      </fieldset>
      {!props.papersAbove && (
        <fieldset>
          <legend>
            {tv("reg.papers")} <span class="sub">{tv("reg.papersHint")}</span>
          </legend>
          <Papers {...props} />
        </fieldset>
      )}
      <NextVisit {...props} />
    </details>
  );
}

/** Kind by tap, and the day it says; the number is asked for nowhere. */
export function Papers({ draft, set }: Parts) {
  const tap = (kind: Schemas["PaperKind"]) =>
    set({
      papers: draft.papers.some((paper) => paper.kind === kind)
        ? draft.papers.filter((paper) => paper.kind !== kind)
        : [...draft.papers, { kind, until: null }],
    });
  const say = (kind: Schemas["PaperKind"], until: string) =>
    set({
      papers: draft.papers.map((paper) =>
        paper.kind === kind ? { kind, until: until === "" ? null : until } : paper,
      ),
    });
  return (
    <>
      <div class="chips">
        {PAPERS.map((kind) => (
          <Chip
            key={kind}
            pressed={draft.papers.some((paper) => paper.kind === kind)}
            onPress={() => tap(kind)}
          >
            {paperWord(kind)}
          </Chip>
        ))}
      </div>
      {draft.papers
        .filter((paper) => HAS_DAY.has(paper.kind))
        .map((paper) => (
          <label key={paper.kind} class="reg-until">
            <span>{tv("reg.until", { paper: paperWord(paper.kind) })}</span>
            <input
              class="input"
              type="date"
              value={paper.until ?? ""}
              onInput={(event) => say(paper.kind, event.currentTarget.value)}
            />
            {paper.until && <span class="sub">{fullDate(paper.until)}</span>}
          </label>
        ))}
    </>
  );
}

function Times({ visit, draft, set }: Parts) {
  const day = japanDay(new Date(visit.planned_at));
  return (
    <fieldset>
      <legend>{tv("reg.times")}</legend>
      <div class="reg-times">
        {(["started_at", "ended_at"] as const).map((which) => (
          <label key={which}>
            <span>{tv(which === "started_at" ? "reg.started" : "reg.ended")}</span>
            <input
              class="input"
              type="time"
              value={timeOf(draft[which])}
              onInput={(event) => set({ [which]: instantAt(day, event.currentTarget.value) })}
            />
            <Button
              label={`${tv(which === "started_at" ? "reg.started" : "reg.ended")} ${tv("reg.now")}`}
              onClick={() => set({ [which]: now().toISOString() })}
            >
              {tv("reg.now")}
            </Button>
            {!draft[which] && (
              <span class="sub">
                {tv(which === "ended_at" && draft.started_at ? "reg.endsAtSaving" : "reg.notTold")}
              </span>
            )}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function NextVisit({ visit, draft, set }: Parts) {
  const day = japanDay(new Date(visit.planned_at));
  return (
    <fieldset>
      <legend>{tv("reg.next")}</legend>
      <div class="chips">
        {WEEKS.map((weeks) => {
          const then = weeksLater(day, weeks);
          const chosen = draft.next_visit_on === then;
          return (
            <Chip
              key={weeks}
              pressed={chosen}
              onPress={() => set({ next_visit_on: chosen ? null : then })}
              hint={fullDate(then)}
            >
              {tv("reg.nextWeeks", { weeks })}
            </Chip>
          );
        })}
        <label class="reg-until">
          <span>{tv("reg.nextDate")}</span>
          <input
            class="input"
            type="date"
            min={day}
            value={draft.next_visit_on ?? ""}
            onInput={(event) => set({ next_visit_on: event.currentTarget.value || null })}
          />
        </label>
      </div>
    </fieldset>
  );
}
