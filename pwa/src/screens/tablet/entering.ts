/** What a person enters: sealed and stored before anything is shown as saved. */
import type { Look } from "../../domain/look";
import type { Visit } from "../../domain/visit-view";
import type { EntryKind } from "../../store/db";
import { isFull, isLost, lastingWithRoom } from "../../store/lasting";
import type { Entry } from "../../store/outbox";
import { exchangeNow } from "./exchange";
import { db, newId, outbox, records, sealed, vault } from "./held";

/** Save what was entered: sealed and stored first, shown at once, sent as soon as somebody answers. */
export async function enter(
  kind: EntryKind,
  visit: Pick<Visit, "id">,
  data: Record<string, unknown>,
): Promise<Entry> {
  const staff = vault.openedBy.value;
  if (!staff) throw new Error("nobody has opened this tablet");
  const id = newId();
  const what = {
    kind,
    visit_id: visit.id,
    staff_id: staff.id,
    base_version: records.baseVersion(visit.id),
    data,
  };
  const entry = await lastingWithRoom(db, () => outbox.save(what, id));
  records.enter(entry);
  // The entry is safe already; without its readable copy only a page opened later shows less until it is sent.
  await sealed.keepEntry(entry).catch(() => false);
  void exchangeNow();
  return entry;
}

/**
 * A look at what this tablet carries, noted for the clinic's evidence before anything is shown. False when it cannot
 * be noted: nobody has opened the tablet, the visit has left the day, or the storage takes nothing more.
 */
export async function noteLook(patientId: string, looks: Look[]): Promise<boolean> {
  const visit = records.visits.value.find((each) => each.patient_id === patientId);
  const staff = vault.openedBy.value;
  if (!visit || !staff) return false;
  try {
    for (const data of looks) {
      const id = newId();
      const what = {
        kind: "medical_opened",
        visit_id: visit.id,
        staff_id: staff.id,
        base_version: 0,
        data,
      } as const;
      await lastingWithRoom(db, () => outbox.save(what, id));
    }
  } catch (error) {
    if (isLost(error) || isFull(error)) return false;
    throw error;
  }
  void exchangeNow();
  return true;
}
