/** The clinic's own list of drugs to be pointed at: a label, class digits, parts of ingredient names (S-164). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office } from "../../api/client";
import { t } from "../../text";
import { tm } from "../../text/medical";
import { Busy, Button, Dialog, Field, Input, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Typed = { label: string; classes: string; words: string };

export function NoticeDialog({ onClose }: { onClose: () => void }) {
  const [rows, setRows] = useState<Typed[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    void ask(office.GET("/api/settings/notices")).then((answer) => {
      if (!answer.ok) setFailure(answer.error);
      else
        setRows(
          answer.value.rules.map((rule) => ({
            label: rule.label,
            classes: (rule.classes ?? []).join(" "),
            words: (rule.words ?? []).join(" "),
          })),
        );
    });
  }, []);
  const change = (at: number, part: Partial<Typed>) =>
    setRows((rows ?? []).map((row, n) => (n === at ? { ...row, ...part } : row)));
  const save = async () => {
    const rules = (rows ?? [])
      .filter((row) => row.label || row.classes || row.words)
      .map((row) => ({
        label: row.label,
        classes: parts(row.classes),
        words: parts(row.words),
        use_classes: [],
      }));
    const answer = await ask(office.PUT("/api/settings/notices", { body: { rules } }));
    if (answer.ok) onClose();
    else setFailure(answer.error);
  };
  return (
    <Dialog
      wide
      title={tm("notice.title")}
      onClose={onClose}
      acts={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" onClick={save} disabled={rows === null}>
            {t("save")}
          </Button>
        </>
      }
    >
      <Note>{tm("notice.hint")}</Note>
      <Trouble failure={failure} />
      {rows === null && !failure && <Busy />}
      {rows?.map((row, n) => (
        <fieldset class="notice-row" key={n}>
          <Field label={tm("notice.label")}>
            <Input value={row.label} onText={(label) => change(n, { label })} />
          </Field>
          <Field label={tm("notice.classes")}>
            <Input value={row.classes} inputMode="numeric" onText={(classes) => change(n, { classes })} />
          </Field>
          <Field label={tm("notice.words")}>
            <Input value={row.words} onText={(words) => change(n, { words })} />
          </Field>
          <Button
            icon="close"
            label={tm("notice.remove")}
            onClick={() => setRows(rows.filter((_, each) => each !== n))}
          >
            {tm("notice.remove")}
          </Button>
        </fieldset>
      ))}
      {rows && (
        <Button icon="plus" onClick={() => setRows([...rows, { label: "", classes: "", words: "" }])}>
          {tm("notice.add")}
        </Button>
      )}
    </Dialog>
  );
}

/** Words apart by spaces or commas, figures of any width. */
const parts = (text: string): string[] =>
  text
    .normalize("NFKC")
    .split(/[\s,、]+/)
    .filter(Boolean);
