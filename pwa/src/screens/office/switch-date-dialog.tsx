/** 切替日 (S-110, S-111): the one thing that 更新 asks for, with the two starts beside it and help on which to take. */
import { useRef, useState } from "preact/hooks";
import { fullDate, parseDate } from "../../domain/dates";
import { shortEra } from "../../domain/office-dates";
import { t } from "../../text";
import { tac } from "../../text/accept";
import { to } from "../../text/office";
import { Button, Dialog, Note } from "../../ui/parts";
import type { ComparisonData } from "./comparison";
import { DateField } from "./date-field";

export function SwitchDateDialog(props: {
  data: ComparisonData;
  /** 保険追加 asks for the first day in other words. */
  adding: boolean;
  onClose: () => void;
  onSave: (switchDate: string) => Promise<void>;
}) {
  const { switch_date_default: first, coverage_started_on: coverage, limit_started_on: limit } = props.data;
  const [typed, setTyped] = useState(first ? shortEra(first) : "");
  const date = parseDate(typed);
  const saving = useRef(false);
  const save = async () => {
    if (!date || saving.current) return;
    saving.current = true;
    await props.onSave(date);
    saving.current = false;
  };
  return (
    <Dialog
      title={props.adding ? tac("add.title") : to("switch.title")}
      onClose={props.onClose}
      onEnter={save}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" disabled={!date} busyLabel={t("saving")} onClick={save}>
            {props.adding
              ? tac("add.act", { date: date ? shortEra(date) : "—" })
              : to("switch.act", { date: date ? shortEra(date) : "—" })}
          </Button>
        </>
      }
    >
      <DateField
        label={props.adding ? tac("add.begins") : to("switch.date")}
        typed={typed}
        onTyped={setTyped}
        echo
      />
      <dl class="facts">
        <dt>{to("do.coverageFrom", { date: "" }).trim()}</dt>
        <dd>{coverage ? fullDate(coverage) : to("empty")}</dd>
        <dt>{to("do.limitFrom", { date: "" }).trim()}</dt>
        <dd>{limit ? fullDate(limit) : to("empty")}</dd>
      </dl>
      <Note>{props.adding ? tac("add.help") : to("switch.help")}</Note>
    </Dialog>
  );
}
