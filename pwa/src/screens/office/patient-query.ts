/** What is searched for among the patients. A signal, not an address: names stay out of the browser's history. */
import { signal } from "@preact/signals";

export const patientQuery = signal("");
