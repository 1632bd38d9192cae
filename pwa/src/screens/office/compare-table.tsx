/** Ours left, theirs right. A difference is told by word, icon, bar and weight before its colour; equal rows fold. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import {
  becomesEmpty,
  cannotTake,
  type Difference,
  fieldName,
  foldedNames,
  type LedgerAct,
  mayTick,
  valueText,
} from "../../domain/comparison";
import { type OfficeKey, to } from "../../text/office";
import { Icon, type IconName } from "../../ui/icon";
import { MarkedName } from "./marked-name";

const GROUPS: ReadonlyArray<readonly [OfficeKey, readonly string[]]> = [
  ["group.personAddress", ["person", "address"]],
  ["group.coverage", ["coverage"]],
  ["group.limit", ["limit"]],
];

export function CompareTable(props: {
  differences: readonly Difference[];
  act: LedgerAct;
  ticks: ReadonlySet<string>;
  current: string | null;
  onToggle: (field: string) => void;
}) {
  const [unfolded, setUnfolded] = useState(false);
  const same = props.differences.filter((d) => d.kind === "same");
  const shown = props.differences.filter((d) => unfolded || d.kind !== "same");
  const withBoxes = props.act === "overwrite" || shown.some((d) => mayTick(d, props.act));
  return (
    <div class="card cmp">
      <table>
        <thead>
          <tr>
            <th class="k">{to("compare.field")}</th>
            <th>{to("compare.ours")}</th>
            {withBoxes && (
              <th class="b">
                <span class="visually-hidden">{to("kind.new")}</span>
              </th>
            )}
            <th>{to("compare.theirs")}</th>
            <th class="t">{to("compare.kind")}</th>
          </tr>
        </thead>
        <tbody>
          {GROUPS.map(([title, groups]) => {
            const rows = shown.filter((d) => groups.includes(d.group));
            return (
              rows.length > 0 && (
                <Fragment key={title}>
                  <tr class="group">
                    <th scope="rowgroup" colSpan={withBoxes ? 5 : 4}>
                      {to(title)}
                    </th>
                  </tr>
                  {rows.map((difference) => (
                    <Line key={difference.field} {...props} difference={difference} withBoxes={withBoxes} />
                  ))}
                </Fragment>
              )
            );
          })}
        </tbody>
      </table>
      {same.length > 0 && (
        <button type="button" class="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          <Icon name="down" />
          {unfolded
            ? to("same.hide", { count: same.length })
            : to("same.show", { count: same.length, names: foldedNames(same.map((d) => d.field)) })}
        </button>
      )}
    </div>
  );
}

const LOOKS = { real: "differs", format: "written", unsafe: "unsafe", same: "equal" } as const;

function Line(props: {
  difference: Difference;
  act: LedgerAct;
  ticks: ReadonlySet<string>;
  current: string | null;
  withBoxes: boolean;
  onToggle: (field: string) => void;
}) {
  const { difference } = props;
  const field = fieldName(difference.field);
  const taken = mayTick(difference, props.act);
  const emptied = becomesEmpty(difference, props.act);
  const look = emptied ? "differs" : (LOOKS[difference.kind] ?? "differs");
  const current = taken && props.current === difference.field && props.act === "overwrite";
  const why = cannotTake(difference) === "mark" ? to("mark.why") : undefined;
  return (
    <tr class={current ? `${look} current` : look}>
      <th scope="row" class="k">
        {field}
      </th>
      <td>{valueText(difference.field, difference.ours) || <span class="sub">{to("empty")}</span>}</td>
      {props.withBoxes && (
        <td class="b">
          {taken ? (
            <label class="box">
              <input
                type="checkbox"
                aria-label={to("box.take", { field })}
                checked={props.ticks.has(difference.field)}
                onChange={() => props.onToggle(difference.field)}
              />
            </label>
          ) : (
            difference.kind === "unsafe" &&
            !emptied && (
              <span class="box never" role="img" aria-label={to("box.cannot", { field })}>
                <Icon name="close" />
              </span>
            )
          )}
        </td>
      )}
      <td class="theirs" title={why}>
        {difference.theirs ? (
          <MarkedName text={valueText(difference.field, difference.theirs)} />
        ) : (
          <span>{to(emptied ? "none" : "empty")}</span>
        )}
      </td>
      <td class="t">
        <Tag difference={difference} act={props.act} />
      </td>
    </tr>
  );
}

function Tag(props: { difference: Difference; act: LedgerAct }) {
  const { difference } = props;
  const [icon, key] = becomesEmpty(difference, props.act) ? TAGS.real : tagOf(difference);
  return (
    <span class="tag">
      <Icon name={icon} />
      {to(key)}
    </span>
  );
}

const TAGS = {
  real: ["swap", "kind.real"],
  format: ["none", "kind.format"],
  same: ["tick", "kind.same"],
  mark: ["need", "kind.mark"],
  empty: ["none", "kind.empty"],
} as const satisfies Record<string, readonly [IconName, OfficeKey]>;

function tagOf(difference: Difference): readonly [IconName, OfficeKey] {
  const kind = cannotTake(difference) ?? difference.kind;
  return TAGS[kind as keyof typeof TAGS] ?? TAGS.real;
}
