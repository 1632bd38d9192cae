/** お薬: what, from whom, until when; the source of every row in words, and up to which month receipts have come. */
import { eraDate, japanDay, shortTime } from "../../domain/dates";
import { type Drug, type DrugGroup, groupDrugs, isDaily, lastDay, newestMonth } from "../../domain/drugs";
import type { Visit } from "../../domain/visit-view";
import { tt, ttWord } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { MedicalGate } from "./medical-gate";
import { instant, openMedications, records } from "./start";
import { amount, monthText, plain, timeLeft } from "./words";

const SOURCES = ["receipt", "dispensing", "prescription"] as const;

export function Drugs({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.medications;
  return (
    <MedicalGate
      visit={visit}
      kind="drug"
      held={held}
      untilMonth={held?.data_until_month ?? null}
      open={() => openMedications(visit.patient_id)}
    >
      {() => held && <DrugList held={held} />}
    </MedicalGate>
  );
}

type Held = NonNullable<
  ReturnType<typeof records.medical.peek> extends ReadonlyMap<string, infer M> ? M : never
>;

function DrugList({ held }: { held: NonNullable<Held["medications"]> }) {
  const now = instant.value;
  const today = japanDay(now);
  const groups = groupDrugs(held.drugs, today);
  const current = groups.filter((group) => group.current);
  const earlier = groups.filter((group) => !group.current);
  return (
    <>
      <p class="drug-sources">
        {SOURCES.filter((source) => held.drugs.some((drug) => drug.source === source)).map((source) => (
          <span key={source}>
            <i class={`source-bar ${source}`} />
            {tt(`source.${source}`)}
            <Newest drugs={held.drugs} source={source} />
          </span>
        ))}
        <span class="drug-facts sub">
          {held.fetched_at && (
            <span>{tt("drugs.fetched", { time: shortTime(new Date(held.fetched_at), now) })}</span>
          )}
          {held.available_until && (
            <span>
              <Icon name="wait" />
              {tt("summary.left", { time: timeLeft(new Date(held.available_until), now) })}
            </span>
          )}
        </span>
      </p>
      {current.length > 0 && (
        <Section title={tt("drugs.current")} hint={tt("drugs.currentHint")} groups={current} />
      )}
      {earlier.length > 0 && <Section title={tt("drugs.earlier")} groups={earlier} />}
    </>
  );
}

function Section(props: { title: string; hint?: string; groups: DrugGroup[] }) {
  return (
    <section class="drug-section">
      <h2 class="large">{props.title}</h2>
      {props.hint && <p class="sub">{props.hint}</p>}
      {props.groups.map((group) => (
        <Group key={group.key} group={group} />
      ))}
    </section>
  );
}

function Group({ group }: { group: DrugGroup }) {
  return (
    <div class="card drug-group">
      <h3>
        <b>{groupDay(group)}</b>
        <span>{group.own ? tt("drugs.own") : (group.prescriber ?? tt("drugs.nameless"))}</span>
      </h3>
      <ul>
        {group.drugs.map((drug) => (
          <Row key={drug.id} drug={drug} />
        ))}
      </ul>
      {group.superseded.length > 0 && (
        <details>
          <summary>{tt("drugs.superseded", { count: group.superseded.length })}</summary>
          <ul>
            {group.superseded.map((drug) => (
              <Row key={drug.id} drug={drug} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function groupDay(group: DrugGroup): string {
  if (!group.day) return group.month ? tt("drugs.monthOnly", { month: monthText(group.month) }) : "";
  const date = `${eraDate(group.day)}（${group.day.slice(0, 4)}）`;
  return tt(group.dayKind === "dispensed" ? "drugs.dispensed" : "drugs.prescribed", { date });
}

function Row({ drug }: { drug: Drug }) {
  const end = lastDay(drug);
  return (
    <li class="drug">
      <span>
        <b class="large">{plain(drug.drug_name)}</b>
        {drug.ingredient && !drug.drug_name.includes(drug.ingredient) && (
          <span class="sub">{tt("drugs.ingredient", { name: drug.ingredient })}</span>
        )}
      </span>
      <span>
        {[amount(drug), plain(drug.usage ?? "")].filter(Boolean).join("・")}
        {drug.use_class !== "unknown" && <span class="sub">{ttWord("use", drug.use_class)}</span>}
      </span>
      <span>
        {drug.times && tt(isDaily(drug) ? "drugs.days" : "drugs.times", { times: drug.times })}
        {end && (
          <span class="sub">
            {tt("drugs.ends", { date: `${Number(end.slice(5, 7))}/${Number(end.slice(8))}` })}
          </span>
        )}
      </span>
      <span class="drug-source">
        <i class={`source-bar ${drug.source}`} />
        {ttWord("source", drug.source)}
      </span>
    </li>
  );
}

/** Up to when rows of one source have come; facts of the rows, not a promise of the center. */
export function Newest({ drugs, source }: { drugs: readonly Drug[]; source: Drug["source"] }) {
  const month = newestMonth(drugs, source);
  return month ? <b>{tt("drugs.newest", { month: monthText(month) })}</b> : null;
}
