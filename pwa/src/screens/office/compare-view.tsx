/** Choosing between the three acts and carrying the chosen one out. What was chosen survives a change by others. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { adviceFor, allRealTicks, type LedgerAct, mayTick, tickedFor } from "../../domain/comparison";
import { shortEra } from "../../domain/office-dates";
import { go } from "../../router";
import { tac } from "../../text/accept";
import { type OfficeKey, to, word } from "../../text/office";
import { offerUndo } from "../../ui/frame";
import { Icon } from "../../ui/icon";
import { Button, Note } from "../../ui/parts";
import { CompareTable } from "./compare-table";
import { type ComparisonData, ticksOf } from "./comparison";
import { useOfficeKeys } from "./keys";
import { changes } from "./lights";
import { justSettled, loadList, nextNeeding, replaceRow, selectedId } from "./list-state";
import { ask } from "./session";
import { SwitchDateDialog } from "./switch-date-dialog";
import { Trouble } from "./trouble";
import { undoAct } from "./undo-act";

const ACTS: readonly LedgerAct[] = ["update", "overwrite", "add", "cancel"];
const WORDS: Record<Exclude<LedgerAct, "add">, readonly [OfficeKey, OfficeKey]> = {
  update: ["do.update", "do.updateHint"],
  overwrite: ["do.overwrite", "do.overwriteHint"],
  cancel: ["do.cancel", "do.cancelHint"],
};
const DONE: Record<Exclude<LedgerAct, "add">, OfficeKey> = {
  update: "done.updated",
  overwrite: "done.overwritten",
  cancel: "done.cancelled",
};

export function CompareView(props: { data: ComparisonData; reload: () => Promise<ComparisonData | null> }) {
  const { data } = props;
  const { consented, patient } = data;
  const [act, setAct] = useState<LedgerAct>(data.suggested === "register" ? "cancel" : data.suggested);
  const [ticks, setTicks] = useState<ReadonlySet<string>>(() => ticksOf(data));
  const [cursor, setCursor] = useState(-1);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [changed, setChanged] = useState(false);
  // Another chart: its own suggestion. The same one read again keeps what was chosen.
  useEffect(() => {
    setAct(data.suggested === "register" ? "cancel" : data.suggested);
    setTicks(ticksOf(data));
  }, [patient?.id]);
  const settled = consented.state === "confirmed";
  const rewritable = !settled || consented.result === null || consented.result === "unchanged";
  const fields = tickedFor(data.differences, ticks, act);
  const advice = adviceFor(data.differences, data.suggested, act, fields.length);
  const boxes = data.differences.filter((difference) => mayTick(difference, act));

  const write = async (switchDate: string | null) => {
    if (!patient) return;
    const answer = await ask(
      office.POST("/api/consented-patients/{consented_id}/apply", {
        params: { path: { consented_id: consented.id } },
        body: {
          mode: act,
          patient_id: patient.id,
          fields: act === "cancel" ? [] : fields,
          switch_date: switchDate,
          base_version: data.base_version,
        },
      }),
    );
    setAsking(false);
    if (!answer.ok) {
      const moved = answer.error.kind === "problem" && answer.error.code === "changed_meanwhile";
      setChanged(moved);
      setFailure(moved ? null : answer.error);
      if (moved) await props.reload();
      return;
    }
    const { name } = answer.value.patient;
    settle(answer.value.consented, act === "add" ? tac("add.done", { name }) : to(DONE[act], { name }));
  };
  const save = () => {
    if (!rewritable || (act === "overwrite" && fields.length === 0)) return;
    return act === "update" || act === "add" ? setAsking(true) : write(null);
  };
  const toggle = (field: string) => {
    const next = new Set(ticks);
    if (!next.delete(field)) next.add(field);
    setTicks(next);
  };
  const takeBack = async () => {
    if (await undoAct(consented.id)) await props.reload();
  };
  const move = (step: number) => setCursor(Math.min(Math.max(cursor + step, 0), boxes.length - 1));
  useOfficeKeys("comparison", {
    up: () => move(-1),
    down: () => move(1),
    tick: () => {
      const box = boxes[Math.max(cursor, 0)];
      if (box) toggle(box.field);
    },
    "tick-all": () => setTicks(allRealTicks(data.differences, act)),
    update: () => rewritable && setAct("update"),
    overwrite: () => rewritable && setAct("overwrite"),
    add: () => rewritable && setAct("add"),
    save,
    chart: () => patient && go(`/office/patients/${patient.id}`),
    undo: () => consented.can_undo && void takeBack(),
    next: goNext,
    leave: () => go("/office/list"),
  });

  return (
    <div class="compare">
      <CompareTable
        differences={data.differences}
        act={rewritable ? act : "cancel"}
        ticks={ticks}
        current={boxes[cursor]?.field ?? null}
        onToggle={toggle}
      />
      <aside class="side">
        {changed && (
          <Note kind="need" alert title={to("changed.title")}>
            {to("changed.text")}
          </Note>
        )}
        <Trouble failure={failure} />
        {settled && (
          <Note
            kind="quiet"
            title={to("settled.title", {
              result: word("result", consented.result ?? "unchanged").replace(
                "{count}",
                String(consented.result_count ?? 0),
              ),
            })}
          >
            {!rewritable && to("settled.text")}
          </Note>
        )}
        {rewritable && !changed && !failure && (
          <Note
            kind={advice.kind}
            title={advice.advice === "added_beside" ? tac("advice.title") : to(`advice.${advice.advice}`)}
          >
            {advice.advice === "added_beside" ? tac("advice.text") : to(`advice.${advice.advice}.text`)}
          </Note>
        )}
        {rewritable && (
          <fieldset class="acts-list">
            <legend class="visually-hidden">{to("do.label")}</legend>
            {ACTS.map((option) => (
              <label key={option} class={option === act ? "option on" : "option"}>
                <input type="radio" name="act" checked={option === act} onChange={() => setAct(option)} />
                <b>{option === "add" ? tac("add.title") : to(WORDS[option][0])}</b>
                <span class="hint">{option === "add" ? tac("add.hint") : to(WORDS[option][1])}</span>
                {option === act && (option === "update" || option === "add") && (
                  <Starts data={data} persons={fields.length} />
                )}
              </label>
            ))}
          </fieldset>
        )}
        <div class="side-end">
          {settled && consented.can_undo && (
            <Button icon="undo" wide onClick={takeBack}>
              {to("history.undo")} <kbd>Z</kbd>
            </Button>
          )}
          {rewritable ? (
            <>
              <p class="sub undoable">
                <Icon name="undo" />
                {to("do.undoable")}
              </p>
              <Button
                kind="primary"
                size="main"
                wide
                disabled={act === "overwrite" && fields.length === 0}
                onClick={save}
              >
                {primaryWords(act, fields.length, data.switch_date_default)} <kbd>S</kbd>
              </Button>
            </>
          ) : (
            <Button kind="primary" size="main" wide onClick={goNext}>
              {to("settled.next")} <kbd>N</kbd>
            </Button>
          )}
        </div>
      </aside>
      {asking && (
        <SwitchDateDialog
          adding={act === "add"}
          data={data}
          onClose={() => setAsking(false)}
          onSave={write}
        />
      )}
    </div>
  );
}

function Starts(props: { data: ComparisonData; persons: number }) {
  const { coverage_started_on: coverage, limit_started_on: limit } = props.data;
  return (
    <span class="starts">
      <span>{to("do.coverageFrom", { date: coverage ? shortEra(coverage) : to("empty") })}</span>
      <span>{to("do.limitFrom", { date: limit ? shortEra(limit) : to("empty") })}</span>
      {props.persons > 0 && <span>{to("do.personToo", { count: props.persons })}</span>}
    </span>
  );
}

function primaryWords(act: LedgerAct, count: number, switchDate: string | null): string {
  if (act === "overwrite") return to("do.overwriteButton", { count });
  if (act === "cancel") return to("do.cancelButton");
  if (act === "add") {
    return switchDate ? tac("add.button", { date: shortEra(switchDate) }) : tac("add.buttonNoDate");
  }
  return switchDate ? to("do.updateButton", { date: shortEra(switchDate) }) : to("do.updateButtonNoDate");
}

/** Back to the list, on the next one who needs a person, with the way back for ten seconds. */
export function settle(row: ComparisonData["consented"], words: string): void {
  replaceRow(row);
  justSettled.value = row.id;
  selectedId.value = nextNeeding(row.id)?.id ?? row.id;
  changes.value += 1;
  offerUndo(words, () => undoAct(row.id));
  go("/office/list");
}

async function goNext(): Promise<void> {
  if (!nextNeeding(null)) await loadList(false);
  const row = nextNeeding(null);
  go(row ? `/office/list/${row.id}` : "/office/list");
}
