/** 新患登録 (S-059, S-060, S-066): left blank, right as fetched; only what the card cannot give is typed. */
import { useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { cannotTake, type Difference, fieldName, foldedNames, valueText } from "../../domain/comparison";
import { looksLikeMyNumber } from "../../domain/my-number";
import { go } from "../../router";
import { t } from "../../text";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Button, Field, Input, Note } from "../../ui/parts";
import { settle } from "./compare-view";
import type { ComparisonData } from "./comparison";
import { useOfficeKeys } from "./keys";
import { MarkedName } from "./marked-name";
import { ask } from "./session";
import { Trouble } from "./trouble";

export function RegisterView(props: { data: ComparisonData; onChooseInstead: () => void }) {
  const { consented, differences } = props.data;
  const [chart, setChart] = useState("");
  const [telephone, setTelephone] = useState("");
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const refused = [chart, telephone, ...Object.values(typed)].some(looksLikeMyNumber);
  const hints = consented.match.alternatives.length > 0;

  const register = async () => {
    if (refused) return;
    const overrides = Object.fromEntries(Object.entries(typed).filter(([, text]) => text.trim()));
    const answer = await ask(
      office.POST("/api/consented-patients/{consented_id}/register", {
        params: { path: { consented_id: consented.id } },
        body: { chart_number: chart.trim() || null, telephone: telephone.trim() || null, overrides },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) settle(answer.value.consented, to("done.registered", { name: answer.value.patient.name }));
  };
  useOfficeKeys("comparison", { save: () => void register(), leave: () => go("/office/list") });
  const guard = (text: string) => (looksLikeMyNumber(text) ? t("my-number") : undefined);
  const taken =
    failure?.kind === "problem" && failure.code === "chart_number_taken" ? failure.title : undefined;

  return (
    <div class="compare">
      <NewTable
        differences={differences}
        typed={typed}
        onTyped={(field, text) => setTyped({ ...typed, [field]: text })}
      />
      <aside class="side">
        {hints ? (
          <Note kind="need" title={to("register.title")}>
            <p>{to("register.hints")}</p>
            <Button onClick={props.onChooseInstead}>{to("choose.other")}</Button>
          </Note>
        ) : (
          <Note kind="info" title={to("register.title")}>
            {to("register.text")}
          </Note>
        )}
        <div class="card panel">
          <Field label={to("register.chart")} wrong={guard(chart) ?? taken}>
            <Input
              value={chart}
              onText={setChart}
              autocomplete="off"
              aria-invalid={Boolean(guard(chart) ?? taken)}
            />
          </Field>
          <Field label={to("register.telephone")} wrong={guard(telephone)}>
            <Input type="tel" value={telephone} onText={setTelephone} autocomplete="off" />
          </Field>
          <p class="sub">{to("register.certificates")}</p>
        </div>
        <Trouble failure={taken ? null : failure} />
        <div class="side-end">
          <p class="sub undoable">
            <Icon name="undo" />
            {to("do.undoable")}
          </p>
          <Button
            kind="primary"
            size="main"
            wide
            disabled={refused}
            busyLabel={t("saving")}
            onClick={register}
          >
            {to("register.button")} <kbd>S</kbd>
          </Button>
          {!hints && (
            <Button kind="text" icon="users" onClick={props.onChooseInstead}>
              {to("choose.search")}
            </Button>
          )}
        </div>
      </aside>
    </div>
  );
}

function NewTable(props: {
  differences: readonly Difference[];
  typed: Readonly<Record<string, string>>;
  onTyped: (field: string, text: string) => void;
}) {
  const shown = props.differences.filter((d) => valueText(d.field, d.theirs));
  const empty = props.differences.filter((d) => !valueText(d.field, d.theirs)).map((d) => d.field);
  return (
    <div class="card cmp">
      <table>
        <thead>
          <tr>
            <th class="k">{to("compare.field")}</th>
            <th>{to("compare.ours")}</th>
            <th>{to("compare.theirs")}</th>
            <th class="t">{to("compare.kind")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((difference) => {
            const mark = cannotTake(difference) === "mark";
            const field = fieldName(difference.field);
            const text = props.typed[difference.field] ?? "";
            return (
              <tr key={difference.field} class={mark ? "unsafe" : "fresh"}>
                <th scope="row" class="k">
                  {field}
                </th>
                <td>
                  {mark && (
                    <Field
                      label={to("register.mark", { field })}
                      wrong={looksLikeMyNumber(text) ? t("my-number") : undefined}
                      {...(difference.field === "name" ? { hint: to("register.nameHint") } : {})}
                    >
                      <Input
                        value={text}
                        onText={(value) => props.onTyped(difference.field, value)}
                        autocomplete="off"
                      />
                    </Field>
                  )}
                </td>
                <td class="theirs">
                  <MarkedName text={valueText(difference.field, difference.theirs)} />
                </td>
                <td class="t">
                  <span class="tag">
                    <Icon name={mark ? "need" : "plus"} />
                    {to(mark ? "kind.mark" : "kind.new")}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {empty.length > 0 && (
        <p class="fold sub">
          <Icon name="none" />
          {to("register.empty", { count: empty.length, names: foldedNames(empty, 6) })}
        </p>
      )}
    </div>
  );
}
