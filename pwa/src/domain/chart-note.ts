/**
 * 診療録の記載例: information was asked for on a day and there was none. A pure text, always Japanese: it goes into a
 * Japanese chart, whatever language the screen speaks. Says what was asked and answered, concludes nothing (S-028).
 */
import { clock, eraDate, japanDay } from "./dates";

export type AskedKind = "drug" | "checkup" | "diagnosis" | "operation";

const NAMES: Record<AskedKind, string> = {
  drug: "薬剤情報",
  checkup: "特定健診等情報",
  diagnosis: "診療情報",
  operation: "手術情報",
};
/** Receipts arrive one to two months late; checkups do not come by receipt. */
const LATE: Record<AskedKind, string> = {
  drug: "直近1〜2か月の受診分は未反映の可能性あり",
  checkup: "健診を受けていないことを示すものではない",
  diagnosis: "直近1〜2か月の受診分は未反映の可能性あり",
  operation: "直近1〜2か月の受診分は未反映の可能性あり",
};

/** One line for each chart; `fetchedAt` is when the answer came, `untilMonth` ("2026-10") how far the data reach. */
export function nothingFoundNote(
  kinds: readonly AskedKind[],
  fetchedAt: string,
  untilMonth: string | null = null,
): string {
  const at = new Date(fetchedAt);
  const what = kinds.map((kind) => NAMES[kind]).join("・");
  const until = untilMonth
    ? `（${Number(untilMonth.slice(0, 4))}年${Number(untilMonth.slice(5))}月診療分まで）`
    : "";
  const late = [...new Set(kinds.map((kind) => LATE[kind]))].join("。");
  return `${eraDate(japanDay(at))} ${clock(at)} 本人の同意のもと、オンライン資格確認等システムで${what}を照会した。該当する情報なし${until}。${late}。`;
}
