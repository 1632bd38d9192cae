/** Where a value stands, by shape and words: ■ 受診勧奨, ▲ 保健指導, ○ 判定値未満. Never normal, never ill. */
import type { Point, Series } from "../../domain/chart";
import { tm } from "../../text/medical";

export function flagWord(series: Series, flag: Point["flag"]): string {
  const limit = flag === "referral" ? series.referral : series.guidance;
  if (!series.guidance && !series.referral) return tm("noLimits");
  return tm(`flag.${flag}.${limit?.upward === false ? "down" : "up"}`);
}

export function flagShape(flag: Point["flag"]) {
  return flag === "none" ? null : <i class={`flag ${flag}`} aria-hidden="true" />;
}

export function Flag({ series, point }: { series: Series; point: Point }) {
  if (!series.guidance && !series.referral) return <span class="sub">{tm("noLimits")}</span>;
  return (
    <span>
      <i class={`flag ${point.flag}`} aria-hidden="true" />
      {flagWord(series, point.flag)}
      {series.likely && <small class="sub below">{tm("likely")}</small>}
    </span>
  );
}
