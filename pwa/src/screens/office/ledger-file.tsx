/** Ledger and insurers from a file: looked at first, taken in by one press; what is here already is never changed. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { decodeTable } from "../../domain/table-text";
import { ok, type Result } from "../../result";
import { t } from "../../text";
import { type LedgerFileKey, tlf } from "../../text/ledger-file";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";
import "./ledger-file.css";

/** What a file brings: the words that are its own, and what is counted in it. */
const KINDS = {
  ledger: {
    words: { title: "title", intro: "intro", act: "act", done: "done", count: "people", badText: "badText" },
    counts: ["new", "same", "differs"],
    word: (count: string) => count,
  },
  insurers: {
    words: {
      title: "insurers.title",
      intro: "insurers.intro",
      act: "insurers.act",
      done: "insurers.done",
      count: "insurers.count",
      badText: "insurers.badText",
    },
    counts: ["new", "changed", "same", "kept"],
    word: (count: string) => `insurers.${count}`,
  },
} as const;
type Kind = keyof typeof KINDS;
type Report = Pick<Schemas["LedgerFileOut"], "bad" | "more_bad" | "taken"> & {
  counts: Record<string, number>;
  /** Rows that are here with other values. */
  differs: readonly number[];
};

async function sendFile(kind: Kind, body: Schemas["LedgerFileIn"]): Promise<Result<Report, Failure>> {
  if (kind === "ledger") {
    const answer = await ask(office.POST("/api/ledger/import", { body }));
    if (!answer.ok) return answer;
    const { new: fresh, same, differs } = answer.value;
    return ok({ ...answer.value, counts: { new: fresh, same, differs: differs.length } });
  }
  const answer = await ask(office.POST("/api/insurers/import", { body }));
  if (!answer.ok) return answer;
  const { new: fresh, changed, same, kept } = answer.value;
  return ok({ ...answer.value, differs: [], counts: { new: fresh, changed, same, kept } });
}

/** The administrator's ways at the head of the ledger. */
export function LedgerFileActs({ onTaken }: { onTaken: () => unknown }) {
  const [open, setOpen] = useState<Kind | null>(null);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen("ledger")}>
        {tlf("import")}
      </Button>
      <Button icon="plus" onClick={() => setOpen("insurers")}>
        {tlf("insurers.import")}
      </Button>
      <a class="button outline normal" href="/api/ledger/export" download>
        <Icon name="document" />
        {tlf("export")}
      </a>
      {open && <ImportDialog kind={open} onTaken={onTaken} onClose={() => setOpen(null)} />}
    </>
  );
}

function ImportDialog(props: { kind: Kind; onTaken: () => unknown; onClose: () => void }) {
  const [content, setContent] = useState<string | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async (text: string, take: boolean) => {
    const answer = await sendFile(props.kind, { content: text, take });
    setFailure(answer.ok ? null : answer.error);
    setReport(answer.ok ? answer.value : null);
    if (answer.ok && take) await props.onTaken();
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setReport(null);
    const text = decodeTable(new Uint8Array(await file.arrayBuffer()));
    setContent(text);
    setUnreadable(text === null);
    if (text !== null) await send(text, false);
  };
  const taken = report !== null && report.taken > 0;
  const fresh = taken ? 0 : (report?.counts.new ?? 0) + (report?.counts.changed ?? 0);
  const { words } = KINDS[props.kind];
  return (
    <Dialog
      wide
      title={tlf(words.title)}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{taken ? t("close") : t("cancel")}</Button>
          {fresh > 0 && content !== null && (
            <Button kind="primary" size="main" busyLabel={t("saving")} onClick={() => send(content, true)}>
              {tlf(words.act, { count: fresh })}
            </Button>
          )}
        </>
      }
    >
      <p>{tlf(words.intro)}</p>
      <label class="field">
        <span>{tlf("choose")}</span>
        <input
          class="input"
          type="file"
          accept=".csv,text/csv"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </label>
      {unreadable && (
        <Note kind="need" alert>
          {tlf("unreadable")}
        </Note>
      )}
      <Trouble failure={failure} onRetry={() => content !== null && send(content, false)} />
      {taken && <Note title={tlf(words.done, { count: report.taken })} />}
      {report && <Found kind={props.kind} report={report} />}
    </Dialog>
  );
}

function Found({ kind, report }: { kind: Kind; report: Report }) {
  const { words, counts, word } = KINDS[kind];
  return (
    <>
      <dl class="found-in-file" aria-live="polite">
        {counts.map((count) => (
          <div key={count}>
            <dt>{tlf(word(count) as LedgerFileKey)}</dt>
            <dd>{tlf(words.count, { count: report.counts[count] ?? 0 })}</dd>
          </div>
        ))}
      </dl>
      {report.differs.length > 0 && (
        <p class="sub">{tlf("differsRows", { rows: report.differs.slice(0, 30).join("・") })}</p>
      )}
      {report.bad.length > 0 && (
        <Note kind="need" title={tlf("bad")}>
          <p>{tlf(words.badText)}</p>
          <ul class="bad-cells">
            {report.bad.map((cell) => (
              <li key={`${cell.row}${cell.column}`}>
                {tlf("row", { row: cell.row })} {cell.column}:{" "}
                {tlf(`problem.${cell.problem}` as LedgerFileKey)}
              </li>
            ))}
          </ul>
          {report.more_bad > 0 && <p>{tlf("moreBad", { count: report.more_bad })}</p>}
        </Note>
      )}
    </>
  );
}
