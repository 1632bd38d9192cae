/** The office in English, for staff who read it better; words of the field keep their Japanese names. */
import type { OfficeKey } from "./office";

export const officeEn: Partial<Record<OfficeKey, string>> = {};
