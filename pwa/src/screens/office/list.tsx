/** 訪問オン資同意済一覧: the office's inbox. Only the rows that need a person ask for one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { office } from "../../api/client";
import { clock, shortTime } from "../../domain/dates";
import { dayRange } from "../../domain/office-dates";
import { go } from "../../router";
import { tac } from "../../text/accept";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Busy, Button, Input, Note, Segments } from "../../ui/parts";
import { AcceptSafe } from "./accept-safe";
import { useOfficeKeys } from "./keys";
import { changes, listStatus } from "./lights";
import {
  choose,
  counts,
  FILTERS,
  failure,
  filter,
  followChanges,
  includeImported,
  justSettled,
  lastSettled,
  loadedAt,
  loadList,
  moveSelection,
  nextNeeding,
  rows,
  selected,
  selectedId,
  showEverybody,
  total,
  type,
  typed,
  waitingRows,
} from "./list-state";
import { Steps } from "./list-steps";
import { ListTable } from "./list-table";
import { MissingHelp } from "./missing-help";
import { PeriodRequest } from "./period-request";
import { ask } from "./session";
import { Trouble } from "./trouble";
import { undoAct } from "./undo-act";
import "./list.css";

export default function List() {
  const [helping, setHelping] = useState(false);
  const [accepting, setAccepting] = useState(false);
  const [asked, setAsked] = useState(false);
  const filters = useRef<HTMLDivElement>(null);
  useEffect(followChanges, []);

  const fetchNow = async () => {
    const answer = await ask(office.POST("/api/home-visit/requests/fetch", { body: {} }));
    failure.value = answer.ok ? null : answer.error;
    setAsked(answer.ok);
    changes.value += 1;
  };
  const next = () => {
    const row = nextNeeding(selectedId.value);
    if (row) selectedId.value = row.id;
  };
  const openNext = () => {
    const row = nextNeeding(justSettled.value);
    if (row) go(`/office/list/${row.id}`);
  };
  const open = () => selected.value && go(`/office/list/${selected.value.id}`);
  useOfficeKeys("list", {
    up: () => moveSelection(-1),
    down: () => moveSelection(1),
    first: () => moveSelection(-Infinity),
    last: () => moveSelection(Infinity),
    open,
    next,
    filters: () => filters.current?.querySelector<HTMLElement>("[aria-pressed=true]")?.focus(),
    "filter-1": () => choose("all"),
    "filter-2": () => choose("needs_check"),
    "filter-3": () => choose("unconfirmed"),
    "filter-4": () => choose("confirmed"),
    fetch: () => void fetchNow(),
    period: () => document.querySelector<HTMLElement>(".period input")?.focus(),
    undo: () => {
      const row = lastSettled.value ?? selected.value;
      if (row?.can_undo) void undoAct(row.id);
    },
  });

  const told = counts.value;
  const period = listStatus.value;
  return (
    <section class="list">
      <header class="page-head">
        <h1 class="title">{to("list.title")}</h1>
        <p class="large sub grow">
          {period?.period_from && period.period_to
            ? to("list.period", { range: dayRange(period.period_from, period.period_to) })
            : to("list.noPeriod")}
        </p>
        <Button icon="refresh" busyLabel={to("list.fetching")} onClick={fetchNow}>
          {to("list.fetchNow")}
        </Button>
      </header>
      <div class="two">
        <Steps />
        <PeriodRequest />
      </div>
      {failure.value && <Trouble failure={failure.value} onRetry={() => loadList(false)} />}
      {failure.value && rows.value && loadedAt.value && (
        <Note>{to("list.stale", { time: clock(loadedAt.value) })}</Note>
      )}
      <div class="filters" ref={filters}>
        <Segments
          label={to("filter.label")}
          value={filter.value}
          options={FILTERS.map((value) => ({
            value,
            text: to(`filter.${value}`, { count: told?.[value] ?? "" }),
            ...(value === "needs_check" ? { icon: "need" as const } : {}),
          }))}
          onChange={(value) => choose(value)}
        />
        <label class="tick">
          <input
            type="checkbox"
            checked={includeImported.value}
            onChange={(event) => choose(filter.value, event.currentTarget.checked)}
          />
          {to("filter.imported")}
        </label>
        <span class="search">
          <Input
            type="search"
            value={typed.value}
            aria-label={to("list.search")}
            placeholder={to("list.search")}
            autocomplete="off"
            onText={type}
            onKeyDown={leaveSearch}
          />
        </span>
        <span class="grow" role="status">
          {waitingRows.value > 0 ? (
            <Button icon="down" onClick={() => loadList(false)}>
              {to("list.waiting", { count: waitingRows.value })}
            </Button>
          ) : (
            asked && <span class="sub">{to("list.fetchAsked")}</span>
          )}
        </span>
        {justSettled.value && nextNeeding(justSettled.value) && (
          <Button icon="next" onClick={openNext}>
            {to("settled.next")}
          </Button>
        )}
        <Button icon="check" onClick={() => setAccepting(true)}>
          {tac("open")}
        </Button>
        <Button kind="text" icon="help" onClick={() => setHelping(true)}>
          {to("list.help")}
        </Button>
      </div>
      {rows.value === null ? (
        !failure.value && <Busy />
      ) : rows.value.length > 0 ? (
        <ListTable />
      ) : (
        <NobodyHere />
      )}
      <footer class="key-row sub">
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd> {to("list.move")}
        </span>
        <span>
          <kbd>Enter</kbd> {to("list.open")}
        </span>
        <button type="button" class="key-button" onClick={next} disabled={!told?.needs_check}>
          <kbd>N</kbd> {to("keys.next")}
        </button>
        <span>
          <kbd>F</kbd> {to("list.filters")}
        </span>
        <span>
          <kbd>?</kbd> {to("list.keys")}
        </span>
        <span class="grow" />
        <span>
          {total.value > (rows.value?.length ?? 0)
            ? to("list.someShown", { total: total.value, count: rows.value?.length ?? 0 })
            : to("list.allShown", { count: total.value })}
        </span>
      </footer>
      {accepting && <AcceptSafe onClose={() => setAccepting(false)} />}
      {helping && <MissingHelp onClose={() => setHelping(false)} onFetch={fetchNow} />}
    </section>
  );
}

/** With the keys out of the field again: down to the people, or back to all of them. */
function leaveSearch(event: KeyboardEvent): void {
  if (event.isComposing || !["Escape", "Enter", "ArrowDown"].includes(event.key)) return;
  if (event.key === "Escape") type("");
  (event.currentTarget as HTMLElement).blur();
  event.preventDefault();
  event.stopPropagation();
}

function NobodyHere() {
  const next = listStatus.value?.next_automatic_at;
  const filtered = filter.value !== "all" || !includeImported.value || typed.value !== "";
  return (
    <div class="card nobody">
      <Icon name={filtered ? "search" : "check"} />
      <p class="large">
        {filtered && filter.value !== "needs_check" ? to("list.emptyFilter") : to("list.empty")}{" "}
        {next && to("list.emptyNext", { time: shortTime(new Date(next), new Date()) })}
      </p>
      {filtered && <Button onClick={showEverybody}>{to("list.showAll")}</Button>}
    </div>
  );
}
