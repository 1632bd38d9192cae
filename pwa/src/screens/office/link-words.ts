/** 照会番号 in one word for buttons and lines. */
import type { Schemas } from "../../api/client";
import { to } from "../../text/office";

/** The number itself; linked without one yet; or not linked (S-122). */
export function linkWords(patient: Schemas["PatientOut"] | null): string {
  if (patient?.reference_number) return patient.reference_number;
  return to(patient?.link === "linked" ? "link.state" : "notRegistered");
}
