/**
 * The rows. A table laid out as a grid, so that a long name makes its row taller and a narrow window folds columns together
 * but never hides a person (S-048). All of them are in memory; those in sight are drawn.
 */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { sexText } from "../../domain/comparison";
import { clock, eraDate, shortDay } from "../../domain/dates";
import { ti } from "../../text/inquiry";
import { to, word } from "../../text/office";
import { Icon } from "../../ui/icon";
import { State } from "../../ui/parts";
import { type Consented, handOnList, rows, selectedId } from "./list-state";
import { MarkedName } from "./marked-name";
import { useRowWindow } from "./row-window";

const COLUMNS = ["state", "at", "name", "sex", "birth", "insurer", "reference", "proposal"] as const;
const NOBODY: readonly Consented[] = [];

export function ListTable() {
  const all = rows.value ?? NOBODY;
  const { box, body, first, last, before, after } = useRowWindow(all, selectedId.value);

  // One place listens for all rows: a click selects, and while a hand is on the list nothing moves in it.
  useEffect(() => {
    const list = box.current;
    if (!list) return;
    const select = (event: Event) => {
      const id = (event.target as Element | null)?.closest<HTMLElement>("tr[data-id]")?.dataset.id;
      if (id) selectedId.value = id;
    };
    const on = () => {
      handOnList.value = true;
    };
    const off = () => {
      handOnList.value = false;
    };
    list.addEventListener("click", select);
    list.addEventListener("focusin", select);
    for (const kind of ["pointerenter", "focusin"]) list.addEventListener(kind, on);
    for (const kind of ["pointerleave", "focusout"]) list.addEventListener(kind, off);
    return off;
  }, []);
  return (
    <div class="card rows" ref={box}>
      <table aria-label={to("list.title")} aria-rowcount={all.length + 1}>
        <thead>
          <tr class="row heads" aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" class={`c-${column}`}>
                {to(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Room height={before} />
          {all.slice(first, last).map((row, index) => (
            <ListRow
              // By place: another person's words in the same row are written in half the time of a new row.
              key={first + index}
              row={row}
              selected={row.id === selectedId.value}
              place={first + index + 2}
            />
          ))}
          <Room height={after} />
        </tbody>
      </table>
    </div>
  );
}

/** Where rows are that are not drawn. */
function Room({ height }: { height: number }) {
  const row = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    if (row.current) row.current.style.height = `${height}px`;
  }, [height]);
  return <tr ref={row} class="room" />;
}

/** What is not valid is told in the row: it asks for a document, whatever the names say. */
const VALID: ReadonlySet<string> = new Set(["valid", "valid_unregistered"]);
const STATES = { needs_check: "need", unconfirmed: "to-do", confirmed: "done" } as const;

/** Drawn again only when it has changed. */
function ListRow(props: { row: Consented; selected: boolean; place: number }) {
  const { row, selected, place } = props;
  return useMemo(() => drawn(row, selected, place), [row, selected, place]);
}

function drawn(row: Consented, selected: boolean, place: number) {
  const at = new Date(row.confirmed_at);
  const now = new Date();
  return (
    <tr
      class={selected ? "row selected" : "row"}
      aria-current={selected ? "true" : undefined}
      aria-rowindex={place}
      data-id={row.id}
    >
      <td class="c-state">
        <State kind={STATES[row.state]}>{word("state", row.state)}</State>
        {row.validity && !VALID.has(row.validity) && (
          <span class="not-valid">
            <Icon name="bad" />
            {word("validity", row.validity)}
          </span>
        )}
      </td>
      <td class="c-at nowrap">
        {shortDay(at, now)} {clock(at)}
        {row.route !== "home_visit" && <span class="sub below">{ti(`route.${row.route}`)}</span>}
      </td>
      <td class="c-name">
        {row.name_kana && <span class="kana">{row.name_kana}</span>}
        <b class="person-name">
          <MarkedName text={row.name ?? row.name_kana ?? to("unknown")} />
        </b>
      </td>
      <td class="c-sex">{sexText(row.sex)}</td>
      <td class="c-birth nowrap">
        {row.birth_date ? (
          <>
            {eraDate(row.birth_date)}
            <span class="sub below">{row.birth_date.slice(0, 4)}</span>
          </>
        ) : (
          <span class="sub">{to("unknown")}</span>
        )}
      </td>
      <td class="c-insurer">{row.insurer_number ?? <span class="sub">{to("empty")}</span>}</td>
      <td class="c-reference">{row.reference_number ?? to("notRegistered")}</td>
      <td class="c-proposal">
        <Proposal row={row} />
        <RowAct row={row} selected={selected} />
      </td>
    </tr>
  );
}

function Proposal({ row }: { row: Consented }) {
  const found = row.match;
  const chart = found.chart_number ?? to("noChart");
  const name = found.patient_name ?? "";
  if (row.state === "confirmed") {
    const result = row.result === "overwritten" && !row.result_count ? "cancelled" : row.result;
    const words = result
      ? word("result", result).replace("{count}", String(row.result_count ?? 0))
      : word("result", "unchanged");
    return (
      <State kind="none" icon="check">
        <span>
          {found.chart_number} {words}
        </span>
      </State>
    );
  }
  switch (found.outcome) {
    case "linked":
    case "matched":
      return (
        <State kind="done" icon="link">
          <span>{to(`match.${found.outcome}`, { chart })}</span>
        </State>
      );
    case "proposed":
      return (
        <State kind="none" icon="link">
          <span>
            <span class="nowrap">{to("match.proposed", { chart })}</span> <span class="nowrap">{name}</span>
          </span>
        </State>
      );
    case "ambiguous":
      return (
        <State kind="need" icon="users">
          {to("match.ambiguous", { count: found.candidates })}
        </State>
      );
    case "conflicting":
      return <State kind="problem">{to("match.conflicting")}</State>;
    case "new":
      return (
        <State kind="none" icon="plus">
          {to("match.new")}
        </State>
      );
    default:
      return <span>{String(found.outcome)}</span>;
  }
}

function RowAct({ row, selected }: { row: Consented; selected: boolean }) {
  const words =
    row.state === "confirmed"
      ? "act.see"
      : row.match.outcome === "new"
        ? "act.register"
        : row.match.outcome === "ambiguous" || row.match.outcome === "conflicting"
          ? "act.choose"
          : "act.compare";
  if (row.state === "confirmed") {
    return (
      <a class="button text" href={`/office/list/${row.id}`} aria-label={`${row.name ?? ""} ${to(words)}`}>
        {to(words)}
      </a>
    );
  }
  const kind = selected ? "primary" : "outline";
  return (
    <a
      class={`button ${kind}`}
      href={`/office/list/${row.id}`}
      aria-label={`${row.name ?? ""} ${to(words)}`}
      onClick={() => {
        selectedId.value = row.id;
      }}
    >
      {to(words)}
      {selected && <kbd>Enter</kbd>}
    </a>
  );
}
