/** 公費・介護保険: what stands on paper only, with what has ended (過1, 過2 …). No check touches it (S-062, S-079). */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { ratioText, valueText } from "../../domain/comparison";
import { fullDate } from "../../domain/dates";
import { tc } from "../../text/off-card";
import { Button } from "../../ui/parts";
import { type Kind, OffCardDialog, type Open } from "./off-card-dialog";

type Public = Schemas["PublicExpenseOut"];
type Care = Schemas["CareInsuranceOut"];

export function OffCard(props: { patient: Schemas["ChartOut"]; onSaved: () => Promise<void> }) {
  const { patient } = props;
  const [open, setOpen] = useState<Open | null>(null);
  const acts = (kind: Kind, kept: Public | Care) => (
    <div class="acts-row">
      <Button onClick={() => setOpen({ kind, act: "correct", kept })}>{tc("correct")}</Button>
      {!kept.past_label && <Button onClick={() => setOpen({ kind, act: "end", kept })}>{tc("end")}</Button>}
      <Button onClick={() => setOpen({ kind, act: "renew", kept })}>{tc("renew")}</Button>
    </div>
  );
  return (
    <section class="card panel off-card">
      <h2 class="large">{tc("title")}</h2>
      <p class="sub">{tc("text")}</p>
      <List
        kind="public"
        kept={patient.public_expenses}
        name={(kept) => tc("place", { number: kept.priority ?? "" })}
        facts={publicFacts}
        acts={acts}
        onAdd={() => setOpen({ kind: "public", act: "add", kept: null })}
      />
      <List
        kind="care"
        kept={patient.care_insurances}
        name={(kept) => valueText("care_level", kept.care_level)}
        facts={careFacts}
        acts={acts}
        onAdd={() => setOpen({ kind: "care", act: "add", kept: null })}
      />
      {open && (
        <OffCardDialog
          patient={patient}
          open={open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            void props.onSaved();
          }}
        />
      )}
    </section>
  );
}

function List<T extends Public | Care>(props: {
  kind: Kind;
  kept: readonly T[];
  name: (kept: T) => string;
  facts: (kept: T) => Array<[string, string]>;
  acts: (kind: Kind, kept: T) => ComponentChildren;
  onAdd: () => void;
}) {
  const { kind, kept, facts } = props;
  const running = kept.filter((each) => !each.past_label);
  const past = kept
    .filter((each) => each.past_label)
    .sort((one, other) => (other.valid_until ?? "").localeCompare(one.valid_until ?? ""));
  return (
    <div class="off-card-kind">
      <div class="panel-head">
        <h3 class="grow">{tc(`${kind}.title`)}</h3>
        <Button icon="plus" onClick={props.onAdd}>
          {tc(`${kind}.add`)}
        </Button>
      </div>
      {running.length === 0 && <p class="sub">{tc(`${kind}.none`)}</p>}
      {running.map((each) => (
        <article key={each.id} aria-label={props.name(each)}>
          <b>{props.name(each)}</b>
          <Facts facts={facts(each)} />
          {props.acts(kind, each)}
        </article>
      ))}
      {past.map((each) => (
        <details key={each.id}>
          <summary>{tc("past", { label: each.past_label ?? "", what: props.name(each) })}</summary>
          <Facts facts={facts(each)} />
          {props.acts(kind, each)}
        </details>
      ))}
    </div>
  );
}

function Facts({ facts }: { facts: Array<[string, string]> }) {
  return (
    <dl class="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function publicFacts(kept: Public): Array<[string, string]> {
  return withValues([
    [tc("show.payer_number"), kept.payer_number],
    [tc("show.recipient_number"), kept.recipient_number],
    [tc("show.period"), period(kept.valid_from, kept.valid_until)],
    [
      tc("show.monthly_limit"),
      kept.monthly_limit === null ? null : valueText("monthly_limit", String(kept.monthly_limit)),
    ],
  ]);
}

function careFacts(kept: Care): Array<[string, string]> {
  return withValues([
    [tc("show.insurer_number"), kept.insurer_number],
    [tc("show.insured_number"), kept.insured_number],
    [tc("show.certified"), period(kept.valid_from, kept.valid_until)],
    [tc("show.ratio"), kept.contribution_ratio === null ? null : ratioText(kept.contribution_ratio)],
    [tc("show.ratioPeriod"), kept.ratio_from ? period(kept.ratio_from, kept.ratio_until) : null],
  ]);
}

const withValues = (facts: Array<[string, string | null]>): Array<[string, string]> =>
  facts.filter((fact): fact is [string, string] => fact[1] !== null);

const period = (from: string | null, until: string | null): string =>
  until
    ? tc("period", { from: from ? fullDate(from) : "", until: fullDate(until) })
    : tc("open", { from: from ? fullDate(from) : "" });
