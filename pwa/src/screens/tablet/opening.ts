/** Opening the tablet with the server or alone, and locking it. */
import { type Failure, type Schemas, settle } from "../../api/client";
import { AutoLock } from "../../lock/auto-lock";
import { LOCAL_SPENT } from "../../lock/pin";
import type { OpenedBy } from "../../lock/vault";
import { pause } from "../../pause";
import { failed, ok, type Result } from "../../result";
import { bag } from "./carrying";
import { closeScreen, leaveToOther } from "./closing";
import { recallDrafts } from "./draft";
import { exchangeNow, waitingIds } from "./exchange";
import { drafts, keyring, records, vault } from "./held";
import { listenNow } from "./live-channel";
import { refreshDevice } from "./membership";
import { sweep } from "./sweeping";
import { blank, pulled } from "./told";
import { client, isOffline } from "./wire";

/** With a page at hand that can answer by itself, nobody waits longer than this for the server. */
const LONGEST_ASKING_MS = 6_000;
const LONGEST_FLUSH_MS = 1_500;

export const autoLock = new AutoLock({
  now: () => performance.now(),
  wall: () => Date.now(),
  isOpen: () => vault.isOpen.value,
  lock: () => void lock(),
  blank: (hidden) => {
    blank.value = hidden;
    void (hidden ? drafts.flush() : sweep());
  },
});

/** By the server; without it, by what this living page still holds. */
export async function unlock(body: Schemas["UnlockIn"]): Promise<Result<OpenedBy, Failure>> {
  const held = body.staff_id && body.pin && keyring.knowsPinOf(body.staff_id) ? body : null;
  if (held && isOffline.value) return reopen(held);
  const signal = held ? AbortSignal.timeout(LONGEST_ASKING_MS) : null;
  const opened = await settle(client.POST("/api/devices/me/unlock", { body, signal }));
  if (!opened.ok) return held && opened.error.kind === "offline" ? reopen(held) : opened;
  const { staff, unlock_token } = opened.value;
  if (!keyring.isHeldBy(staff.id)) leaveToOther();
  autoLock.restart();
  records.openedBy(staff.name);
  pulled.value = null;
  vault.open(unlock_token, staff);
  listenNow();
  void refreshDevice();
  void openBag(staff, body.pin ?? body.new_pin ?? null);
  return ok(staff);
}

async function openBag(staff: OpenedBy, pin: string | null): Promise<void> {
  await bag.openWithServer(staff, pin);
  await recallDrafts();
  await exchangeNow();
}

/** The living page, without the server: the PIN opens the screen again, and five wrong tries end it. */
async function reopen(body: Schemas["UnlockIn"]): Promise<Result<OpenedBy, Failure>> {
  const verdict = await keyring.reopen(body.staff_id ?? "", body.pin ?? "");
  if (verdict.kind === "right") {
    const staff = await showAlone();
    if (staff) return ok(staff);
  }
  if (verdict.kind === "wrong") {
    const { remaining } = verdict;
    return failed({ kind: "problem", status: 401, code: "pin_wrong", title: "", remaining });
  }
  if (verdict.kind === "spent") {
    leaveToOther();
    return failed({ kind: "problem", status: 401, code: LOCAL_SPENT, title: "" });
  }
  return failed({ kind: "offline" });
}

/** The keyring is open: show the sealed day. Null when no whole day lies here. */
export async function showAlone(): Promise<OpenedBy | null> {
  const staff = await bag.openAlone();
  if (!staff) {
    keyring.drop();
    return null;
  }
  const opened: OpenedBy = { id: staff.id, name: staff.name, role: staff.role as OpenedBy["role"] };
  await recallDrafts();
  records.markSent(await waitingIds());
  autoLock.restart();
  vault.openAlone(opened);
  return opened;
}

/** Lock now; the server is told when it can be reached. Keys stay in this page's memory and answer to nobody. */
export async function lock(): Promise<void> {
  const token = vault.unlockToken();
  blank.value = true; // What was on the screen goes at once, also when the storage takes its time.
  await Promise.race([drafts.flush(), pause(LONGEST_FLUSH_MS)]);
  closeScreen();
  blank.value = false;
  if (token) {
    await settle(client.DELETE("/api/devices/me/unlock", { headers: { "Otonai-Unlock": token } }));
  }
  await refreshDevice();
}
