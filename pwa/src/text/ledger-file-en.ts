/** The ledger as a file, in English. */
import type { LedgerFileKey } from "./ledger-file";

export const en: Record<LedgerFileKey, string> = {
  export: "Save as CSV",
  import: "Import a CSV",
  onePatient: "Save all records of this patient",
  title: "Import the ledger from a CSV",
  intro:
    "Choose a CSV whose first row has カルテ番号, 氏名 and 生年月日. Patients who are here already stay as they are. Importing twice doubles nothing.",
  choose: "CSV file",
  unreadable: "Its letters cannot be read. Save it as UTF-8 or Shift_JIS.",
  new: "New patients",
  same: "Here already, equal",
  differs: "Here already, different (left as they are)",
  differsRows: "Rows {rows}. Compare on the patient's page and correct where needed.",
  bad: "To be mended",
  badText: "The people of these rows are not imported. Mend the file and choose it again.",
  moreBad: "{count} more.",
  row: "Row {row}",
  act: "Import {count} patients",
  done: "{count} patients imported.",
  people: "{count}",
  "problem.missing": "empty",
  "problem.no_date": "not a date (such as 1937-03-03)",
  "problem.no_number": "not a number",
  "problem.unknown_word": "not one of the known words (男, 女, 本人, 家族)",
  "problem.too_long": "too long (200 letters at most)",
  "problem.my_number": "looks like a My Number, which is not accepted",
  "problem.another_person": "another person has the same chart number",
};
