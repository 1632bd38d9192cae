/**
 * Drug rows as a reader wants them: what reaches into today first, then by day of dispensing, newest first; rows of a
 * lesser source folded under the visit they repeat. Arithmetic on delivered days only: no judgement of any drug.
 */
import type { Schemas } from "../api/client";

export type Drug = Schemas["DrugOut"];

export type DrugGroup = {
  key: string;
  /** Day of dispensing, else of prescribing; null when only the month is known. */
  day: string | null;
  dayKind: "dispensed" | "prescribed" | "month";
  month: string | null;
  prescriber: string | null;
  own: boolean;
  drugs: Drug[];
  superseded: Drug[];
  /** Whether one of the drugs, counted from its day, reaches today. */
  current: boolean;
};

export function groupDrugs(drugs: readonly Drug[], today: string): DrugGroup[] {
  const groups = new Map<string, DrugGroup>();
  for (const drug of drugs) {
    const day = drug.dispensed_on ?? drug.prescribed_on;
    const key = `${day ?? drug.month ?? ""}|${drug.own ? "own" : (drug.prescriber ?? drug.dispenser ?? "")}`;
    const group = groups.get(key) ?? {
      key,
      day,
      dayKind: drug.dispensed_on ? "dispensed" : day ? "prescribed" : "month",
      month: drug.month,
      prescriber: drug.prescriber ?? drug.dispenser,
      own: drug.own,
      drugs: [],
      superseded: [],
      current: false,
    };
    (drug.superseded ? group.superseded : group.drugs).push(drug);
    group.current ||= !drug.superseded && reaches(drug, today);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => (group.drugs.length > 0 ? group : { ...group, drugs: group.superseded, superseded: [] }))
    .sort((a, b) => sortKey(b).localeCompare(sortKey(a)) || a.key.localeCompare(b.key));
}

const sortKey = (group: DrugGroup): string => group.day ?? dayLess(group.month);

/** A month sorts before its own days; it is delivered as 202606 or 2026-06. */
function dayLess(month: string | null): string {
  const digits = (month ?? "").replace(/\D/g, "");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-00`;
}

/** Whether the number of times means days: oral, or of unknown class with a usage that counts by the day. */
export function isDaily(drug: Drug): boolean {
  if (drug.use_class === "oral") return true;
  const usage = drug.usage?.normalize("NFKC") ?? "";
  return drug.use_class === "unknown" && /^1日\d/.test(usage) && !/[塗貼]|点眼|吸入/.test(usage);
}

/** The newest month of which a row of this source has come, as delivered; null without one. */
export function newestMonth(drugs: readonly Drug[], source: Drug["source"]): string | null {
  const months = drugs
    .filter((drug) => drug.source === source)
    .map((drug) =>
      (drug.month ?? drug.dispensed_on ?? drug.prescribed_on ?? "").replace(/\D/g, "").slice(0, 6),
    )
    .sort();
  return months[months.length - 1] || null;
}

/** The last day of a drug taken daily; null where days say nothing (as needed, on the skin) or are not delivered. */
export function lastDay(drug: Drug): string | null {
  const start = drug.dispensed_on ?? drug.prescribed_on;
  const days = Number(drug.times);
  if (!start || !isDaily(drug) || !Number.isInteger(days) || days < 1 || days > 400) return null;
  const end = new Date(`${start}T00:00:00Z`);
  end.setUTCDate(end.getUTCDate() + days - 1);
  return end.toISOString().slice(0, 10);
}

function reaches(drug: Drug, today: string): boolean {
  const end = lastDay(drug);
  return end !== null && end >= today;
}

/** The first few drugs for a summary: those that reach today, each name once, else of the newest day. */
export function leadingDrugs(groups: readonly DrugGroup[], today: string, most = 5): Drug[] {
  const now = groups.flatMap((group) => group.drugs.filter((drug) => reaches(drug, today)));
  const from = now.length > 0 ? now : (groups[0]?.drugs ?? []);
  const seen = new Set<string>();
  return from
    .filter((drug) => {
      const name = drug.ingredient ?? drug.drug_name;
      if (seen.has(name)) return false;
      seen.add(name);
      return true;
    })
    .slice(0, most);
}
