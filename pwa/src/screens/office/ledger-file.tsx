/** The ledger from a file: looked at first, taken in by one press; what is here already is never changed. */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { decodeTable } from "../../domain/table-text";
import { t } from "../../text";
import { type LedgerFileKey, tlf } from "../../text/ledger-file";
import { Icon } from "../../ui/icon";
import { Button, Dialog, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";
import "./ledger-file.css";

type Report = Schemas["LedgerFileOut"];

/** The administrator's two ways at the head of the ledger. */
export function LedgerFileActs({ onTaken }: { onTaken: () => unknown }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {tlf("import")}
      </Button>
      <a class="button outline normal" href="/api/ledger/export" download>
        <Icon name="document" />
        {tlf("export")}
      </a>
      {open && <ImportDialog onTaken={onTaken} onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportDialog(props: { onTaken: () => unknown; onClose: () => void }) {
  const [content, setContent] = useState<string | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async (text: string, take: boolean) => {
    const answer = await ask(office.POST("/api/ledger/import", { body: { content: text, take } }));
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
  const fresh = taken ? 0 : (report?.new ?? 0);
  return (
    <Dialog
      wide
      title={tlf("title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{taken ? t("close") : t("cancel")}</Button>
          {fresh > 0 && content !== null && (
            <Button kind="primary" size="main" busyLabel={t("saving")} onClick={() => send(content, true)}>
              {tlf("act", { count: fresh })}
            </Button>
          )}
        </>
      }
    >
      <p>{tlf("intro")}</p>
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
      {taken && <Note title={tlf("done", { count: report.taken })} />}
      {report && <Found report={report} />}
    </Dialog>
  );
}

function Found({ report }: { report: Report }) {
  return (
    <>
      <dl class="found-in-file" aria-live="polite">
        <Count name="new" of={report.new} />
        <Count name="same" of={report.same} />
        <Count name="differs" of={report.differs.length} />
      </dl>
      {report.differs.length > 0 && (
        <p class="sub">{tlf("differsRows", { rows: report.differs.slice(0, 30).join("・") })}</p>
      )}
      {report.bad.length > 0 && (
        <Note kind="need" title={tlf("bad")}>
          <p>{tlf("badText")}</p>
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

function Count(props: { name: "new" | "same" | "differs"; of: number }) {
  return (
    <div>
      <dt>{tlf(props.name)}</dt>
      <dd>{tlf("people", { count: props.of })}</dd>
    </div>
  );
}
