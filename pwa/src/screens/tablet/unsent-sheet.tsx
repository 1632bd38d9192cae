/** Behind the badge: what waits to be sent, and what a person has to look at. Names nobody: the boxes are sealed. */
import { useEffect, useState } from "preact/hooks";
import { shortTime } from "../../domain/dates";
import { t } from "../../text";
import { tt } from "../../text/tablet";
import { Button, Dialog, State } from "../../ui/parts";
import { db, exchangeNow, instant, isOffline, type OutboxRow, outbox } from "./start";

export function UnsentSheet({ onClose }: { onClose: () => void }) {
  const [rows, setRows] = useState<OutboxRow[] | null>(null);
  const [deviceId, setDeviceId] = useState<string | null>(null);
  const counts = `${outbox.waiting.value}/${outbox.attention.value}`;
  useEffect(() => {
    void outbox.all().then(setRows);
    void db.read("enrolment").then((self) => setDeviceId(self?.device_id ?? null));
  }, [counts]);
  return (
    <Dialog
      title={tt("sheet.title")}
      onClose={onClose}
      acts={
        <>
          {outbox.waiting.value > 0 && !isOffline.value && (
            <Button icon="up" onClick={exchangeNow}>
              {tt("sheet.now")}
            </Button>
          )}
          <Button kind="primary" onClick={onClose}>
            {t("close")}
          </Button>
        </>
      }
    >
      {rows?.length === 0 && <p>{tt("sheet.none")}</p>}
      <ul class="unsent">
        {rows?.map((row) => (
          <li key={row.id}>
            <p>
              <State
                kind={row.state === "waiting" && row.device_id === deviceId ? "waiting" : "need"}
                icon="up"
              >
                {tt(`kind.${row.kind}`)}
              </State>{" "}
              <span class="sub">{shortTime(new Date(row.saved_at), instant.value)}</span>
            </p>
            <p class="sub">{sentence(row, deviceId)}</p>
            {row.state !== "waiting" && (
              <Button onClick={() => outbox.dismiss(row.id)}>{tt("sheet.seen")}</Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function sentence(row: OutboxRow, deviceId: string | null): string {
  if (row.state === "conflict") return tt("sheet.conflict");
  if (row.state === "rejected") return tt("sheet.rejected", { code: row.code ?? "—" });
  return row.device_id === deviceId ? tt("sheet.waiting") : tt("sheet.stale");
}
