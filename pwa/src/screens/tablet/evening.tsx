/** The evening's reminder, on the board and on the lock screen: counts only, no name. Needs neither Push nor the network. */
import { eveningReminder } from "../../domain/packing";
import { tv } from "../../text/bedside";
import { Button, Note } from "../../ui/parts";
import { exchangeNow, instant, isOffline, outbox, records } from "./start";

export function Evening() {
  const found = eveningReminder(instant.value, outbox.waiting.value, records.visits.value);
  if (!found) return null;
  const texts = [
    found.unsent > 0 && tv("evening.unsent", { count: found.unsent }),
    found.unregistered > 0 && tv("evening.unregistered", { count: found.unregistered }),
  ].filter(Boolean);
  return (
    <Note kind="need" title={texts.join(" ")}>
      {found.unsent > 0 && <p>{tv(isOffline.value ? "evening.offline" : "evening.online")}</p>}
      {found.unsent > 0 && !isOffline.value && (
        <Button icon="up" onClick={exchangeNow}>
          {tv("evening.act")}
        </Button>
      )}
    </Note>
  );
}
