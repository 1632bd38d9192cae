/** What a doctor asks first, each a fact with a number; a tap shows only these rows, another all of them again. */
import { fullDate } from "../../domain/dates";
import type { Medications, Wish } from "../../domain/medication";
import { tm } from "../../text/medical";
import { Chip } from "../../ui/parts";
import { lineName } from "./words";

/** More names than this are found faster by a tap on the fact. */
const MOST_NAMES = 2;

type Fact = { key: string; text: string; hint?: string; lines: readonly string[] };

export function factsOf(held: Medications, asNeededPairs: boolean): Fact[] {
  const keys = (wanted: (line: Medications["lines"][number]) => boolean): string[] =>
    held.lines.filter(wanted).map((line) => line.key);
  const lineOf = new Map(held.drugs.map((drug) => [drug.id, drug.line]));
  const pairs = held.pairs.filter((pair) => asNeededPairs || !pair.as_needed);
  const paired = pairs.flatMap((pair) => [lineOf.get(pair.newer) ?? "", lineOf.get(pair.older) ?? ""]);
  const started = keys((line) => line.change === "started");
  const stopped = keys((line) => line.change === "stopped");
  const gaps = keys((line) => line.taking !== null && line.gaps.length > 0);
  const regular = keys((line) => line.taking !== null && line.regular);
  const sameClass = held.same_class.flatMap((one) => one.lines);
  const nameOf = new Map(held.lines.map((line) => [line.key, line]));
  /** Which drugs a fact is about, where it is about few: `{ hint }`, else nothing. */
  const named = (found: readonly string[]): { hint?: string } => {
    const names = [...new Set(found)].flatMap((key) => nameOf.get(key) ?? []).map(lineName);
    return names.length > 0 && names.length <= MOST_NAMES ? { hint: names.join("・") } : {};
  };
  const facts: Fact[] = [
    {
      key: "regular",
      text: tm("facts.regular", { count: held.regular_count }),
      lines: regular,
      ...(held.many ? { hint: tm("facts.many") } : {}),
    },
    { key: "same", text: tm("facts.same", { count: pairs.length }), lines: paired, ...named(paired) },
    {
      key: "started",
      text: tm("facts.started", { count: started.length }),
      lines: started,
      ...named(started),
    },
    {
      key: "stopped",
      text: tm("facts.stopped", { count: stopped.length }),
      lines: stopped,
      ...named(stopped),
    },
    { key: "class", text: tm("facts.class", { count: held.same_class.length }), lines: sameClass },
    { key: "gap", text: tm("facts.gap", { count: gaps.length }), lines: gaps },
    ...held.notices.map((notice) => ({
      key: `notice:${notice.label}`,
      text: tm("facts.notice", { label: notice.label, count: notice.lines.length }),
      lines: notice.lines,
      ...named(notice.lines),
    })),
  ];
  return facts.filter((fact) => fact.lines.length > 0);
}

export function StandOut(props: {
  held: Medications;
  wish: Wish;
  today: string;
  onLines: (lines: ReadonlySet<string> | null) => void;
  onPair: (keys: readonly string[]) => void;
}) {
  const facts = factsOf(props.held, props.wish.asNeededPairs);
  if (facts.length === 0) return null;
  const chosen = props.wish.lines;
  return (
    <section class="stand-out" aria-label={tm("facts.label")}>
      {facts.map((fact) => {
        const on =
          chosen !== null &&
          chosen.size === new Set(fact.lines).size &&
          fact.lines.every((key) => chosen.has(key));
        return (
          <Chip
            key={fact.key}
            pressed={on}
            hint={fact.hint}
            onPress={() => props.onLines(on ? null : new Set(fact.lines))}
          >
            {fact.text}
          </Chip>
        );
      })}
      <span class="sub">
        {props.held.since ? tm("facts.hint", { date: fullDate(props.held.since) }) : tm("facts.hintFirst")}
      </span>
    </section>
  );
}
