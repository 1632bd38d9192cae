/** まとめて確認: one look at what would be written for each person, one yes, and by name whoever was left out. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { fieldName, valueText } from "../../domain/comparison";
import { t } from "../../text";
import { type AcceptKey, tac } from "../../text/accept";
import { to } from "../../text/office";
import { offerUndo } from "../../ui/frame";
import { PersonName } from "../../ui/name";
import { Busy, Button, Dialog, Note } from "../../ui/parts";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";
import { undoAct } from "./undo-act";
import "./accept-safe.css";

type SafeRow = Schemas["SafeRowOut"];
type Left = { row: SafeRow; outcome: Schemas["AcceptedRowOut"]["outcome"] };

export function AcceptSafe(props: { onClose: () => void }) {
  const [rows, setRows] = useState<readonly SafeRow[] | null>(null);
  const [total, setTotal] = useState(0);
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [left, setLeft] = useState<readonly Left[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/consented-patients/safe"));
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setRows(answer.value.items);
    setTotal(answer.value.total);
  };
  useEffect(() => {
    void load();
  }, []);
  const chosen = (rows ?? []).filter((row) => !out.has(row.consented_id));
  const toggle = (id: string) => {
    const next = new Set(out);
    if (!next.delete(id)) next.add(id);
    setOut(next);
  };
  const accept = async () => {
    const items = chosen.map(({ consented_id, version, base_version }) => ({
      consented_id,
      version,
      base_version,
    }));
    const answer = await ask(office.POST("/api/consented-patients/accept", { body: { items } }));
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    changes.value += 1;
    const accepted = answer.value.items.filter((one) => one.outcome === "accepted");
    if (accepted.length > 0) {
      offerUndo(tac("done", { count: accepted.length }), async () => {
        for (const one of accepted) await undoAct(one.consented_id);
      });
    }
    const byId = new Map(chosen.map((row) => [row.consented_id, row]));
    const others = answer.value.items.flatMap((one) => {
      const row = byId.get(one.consented_id);
      return row && one.outcome !== "accepted" ? [{ row, outcome: one.outcome }] : [];
    });
    if (others.length === 0) return props.onClose();
    setLeft(others);
    await load();
  };
  return (
    <Dialog
      wide
      title={tac("title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{chosen.length > 0 ? t("cancel") : t("close")}</Button>
          {chosen.length > 0 && (
            <Button kind="primary" size="main" busyLabel={t("saving")} onClick={accept}>
              {tac("act", { count: chosen.length })}
            </Button>
          )}
        </>
      }
    >
      <Trouble failure={failure} onRetry={load} />
      {left.length > 0 && (
        <Note kind="need" alert title={tac("moved", { count: left.length })}>
          <ul class="left-out">
            {left.map((one) => (
              <li key={one.row.consented_id}>
                {one.row.patient_name}: {tac(`outcome.${one.outcome}` as AcceptKey)}
              </li>
            ))}
          </ul>
        </Note>
      )}
      {rows === null ? (
        !failure && <Busy />
      ) : rows.length === 0 ? (
        <Note title={tac("none")}>{tac("noneText")}</Note>
      ) : (
        <>
          <p>{tac("intro")}</p>
          {total > rows.length && <p class="sub">{tac("more", { total, count: rows.length })}</p>}
          <table class="safe-rows">
            <thead>
              <tr>
                <th class="b" />
                <th>{tac("person")}</th>
                <th>{tac("writes")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.consented_id} class={out.has(row.consented_id) ? "out" : undefined}>
                  <td class="b">
                    <label class="box">
                      <input
                        type="checkbox"
                        checked={!out.has(row.consented_id)}
                        onChange={() => toggle(row.consented_id)}
                        aria-label={tac("leaveOut", { name: row.patient_name })}
                      />
                    </label>
                  </td>
                  <td>
                    <PersonName name={row.patient_name} kana={row.patient_name_kana} />
                    <span class="sub chart-line">
                      {row.chart_number ? to("chart", { number: row.chart_number }) : to("noChart")}
                    </span>
                  </td>
                  <td>
                    {row.writes.length === 0 && <span class="sub">{tac("onlyCheck")}</span>}
                    {row.writes.map((one) => (
                      <div key={one.field}>
                        <span class="sub">{fieldName(one.field)}</span> {valueText(one.field, one.theirs)}
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Dialog>
  );
}
