/**
 * Medical information of one person, when somebody opens it. While the server answers it is asked, because each look is
 * recorded there; when nothing answers, what lies sealed on this tablet is opened (design 8, A5), and the look is an entry
 * like any other: stored before anything is shown, sent as soon as somebody answers.
 */
import type { Answer, Failure, Schemas } from "../../api/client";
import { settle } from "../../api/client";
import { looksAt } from "../../domain/look";
import type { Medical } from "../../store/records";
import { client, isOffline, keyring, noteLook, records, sealed, vault } from "./start";

export type Unopened =
  | Failure
  | { kind: "clock" }
  | { kind: "strict" }
  | { kind: "not_noted" }
  | { kind: "not_carried"; reason: string | null };
type Kind = "medications" | "checkups";
type Withheld = "drug" | "checkup" | "diagnosis";

const one = (patientId: string) => ({ params: { path: { patient_id: patientId } } });

export const openMedications = (patientId: string): Promise<Unopened | null> =>
  openPart(patientId, "drug", async () => {
    const found = await settle(client.GET("/api/patients/{patient_id}/medications", one(patientId)));
    return found.ok ? { ok: true, value: { medications: found.value } } : found;
  });

export const openCheckups = (patientId: string): Promise<Unopened | null> =>
  openPart(patientId, "checkup", async () => {
    const found = await settle(client.GET("/api/patients/{patient_id}/checkups", one(patientId)));
    return found.ok ? { ok: true, value: { checkups: found.value } } : found;
  });

/** Both kinds together: a closed one answers with its reason and nothing else. */
export const openTreatments = (patientId: string): Promise<Unopened | null> =>
  openPart(patientId, "diagnosis", async () => {
    const diagnosis = await settle(client.GET("/api/patients/{patient_id}/procedures", one(patientId)));
    if (!diagnosis.ok) return diagnosis;
    const operation = await settle(client.GET("/api/patients/{patient_id}/surgeries", one(patientId)));
    if (!operation.ok) return operation;
    return { ok: true, value: { diagnosis: diagnosis.value, operation: operation.value } };
  });

/** Opened twice at the same time (the page and its part) is one look. */
const opening = new Map<string, Promise<Unopened | null>>();

function openPart(patientId: string, kind: Withheld, ask: () => Answer<Medical>): Promise<Unopened | null> {
  const key = `${patientId}/${kind}`;
  const begun = opening.get(key) ?? openOnce(patientId, kind, ask).finally(() => opening.delete(key));
  opening.set(key, begun);
  return begun;
}

async function openOnce(
  patientId: string,
  kind: Withheld,
  ask: () => Answer<Medical>,
): Promise<Unopened | null> {
  const turn = vault.turn();
  if (!vault.isAlone.value && !isOffline.value) {
    const found = await ask();
    if (turn !== vault.turn()) return null;
    if (found.ok) {
      records.takeMedical(patientId, found.value);
      return null;
    }
    if (found.error.kind !== "offline") return found.error;
  }
  return openSealed(patientId, kind, turn);
}

async function openSealed(patientId: string, kind: Withheld, turn: number): Promise<Unopened | null> {
  const found = await sealed.readMedical(patientId);
  if (turn !== vault.turn()) return null; // Locked meanwhile: nobody is here to whom it may be shown.
  if ("reason" in found) {
    if (found.reason === "clock") return { kind: "clock" };
    // A passkey opened this page, and the clinic's setting gives it no key for medical information.
    return vault.isAlone.value && !keyring.has("M") ? { kind: "strict" } : { kind: "offline" };
  }
  const parts = partsOf(found.document, kind);
  if (!parts) {
    const withheld = found.document.withheld.find((part) => part.kind === kind);
    return { kind: "not_carried", reason: withheld?.reason ?? null };
  }
  const noted = await noteLook(patientId, looksAt(parts));
  if (turn !== vault.turn()) return null;
  if (!noted) return { kind: "not_noted" };
  records.takeMedical(patientId, parts);
  return null;
}

/** Of what is carried, only what was asked for. */
function partsOf(carried: Schemas["CarriedOut"], kind: Withheld): Medical | null {
  const { medications, checkups, diagnosis, operation } = carried;
  if (kind === "drug") return medications && { medications };
  if (kind === "checkup") return checkups && { checkups };
  return diagnosis || operation
    ? { diagnosis: diagnosis ?? undefined, operation: operation ?? undefined }
    : null;
}

/** The PDF that came in place of rows; it is not kept on this tablet. */
export function readDocument(patientId: string, kind: Kind) {
  return kind === "medications"
    ? settle(client.GET("/api/patients/{patient_id}/medications/document", one(patientId)))
    : settle(client.GET("/api/patients/{patient_id}/checkups/document", one(patientId)));
}
