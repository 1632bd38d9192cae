/** One quantity: its newest value large, its place by shape and word, and the years as points with their values. */
import { type Chart, changeOf, chartOf, type Dot, eraYear, type Series } from "../../domain/chart";
import { fullDate } from "../../domain/dates";
import { tm } from "../../text/medical";
import { Flag, flagWord } from "./flag";
import { plain } from "./words";

/** The box of `chartOf` in pixels of the drawing: room for figures above and years below. */
const BOX = { left: 6, top: 18, width: 328, height: 110 };
/** Left of the points there is room for the limits' figures. */
const GUTTER = 30;
const px = (x: number): number => BOX.left + GUTTER + (x / 100) * (BOX.width - GUTTER);
const py = (y: number): number => BOX.top + (Math.min(100, Math.max(0, y)) / 100) * BOX.height;

export function SmallChart(props: {
  series: Series;
  second: Series | null;
  stage: string | null;
  today: string;
}) {
  const { series, second, stage } = props;
  const newest = series.points[series.points.length - 1];
  const other = second?.points[second.points.length - 1];
  if (!newest) return null;
  const chart = chartOf(series, second, props.today);
  const [change, changed] = [changeOf(series), second && changeOf(second)];
  return (
    <figure class="card small-chart">
      <figcaption>
        <span>
          <b>{second ? tm("pressure") : series.name}</b>{" "}
          <span class="sub">{newest.computed ? tm("computed") : series.unit}</span>
        </span>
        <b class="chart-value">
          {[newest.text, other?.text]
            .filter(Boolean)
            .map((text) => plain(text ?? ""))
            .join("/")}
        </b>
        {stage ? <span>{tm("gfr.stage", { stage })}</span> : <Flag series={series} point={newest} />}
        <span class="sub">
          {change && tm("before", { change: [change, changed].filter(Boolean).join("/") })}
        </span>
      </figcaption>
      <svg viewBox="0 0 340 156" role="img" aria-label={spoken(series, second)}>
        {chart.bands.map((band) => (
          <rect
            key={band.kind}
            class={`band ${band.kind}`}
            x={BOX.left}
            y={py(band.from)}
            width={BOX.width}
            height={Math.max(0, py(band.to) - py(band.from))}
          />
        ))}
        {chart.limits.map((limit) => (
          <g key={limit.kind}>
            <line
              class={`limit ${limit.kind}`}
              x1={BOX.left}
              x2={BOX.left + BOX.width}
              y1={py(limit.y)}
              y2={py(limit.y)}
            />
            <text class="limit-text" x={BOX.left + 3} y={py(limit.y) + figureShift(chart, limit)}>
              {limit.at}
            </text>
          </g>
        ))}
        <line
          class="axis"
          x1={BOX.left}
          x2={BOX.left + BOX.width}
          y1={BOX.top + BOX.height}
          y2={BOX.top + BOX.height}
        />
        <Years chart={chart} />
        {chart.lines.map(({ from, to, second: dotted }) => (
          <line
            key={`${from.point.on}${dotted ? "b" : "a"}`}
            class={dotted ? "join second" : "join"}
            x1={px(from.x)}
            y1={py(from.y)}
            x2={px(to.x)}
            y2={py(to.y)}
          />
        ))}
        <Dots dots={chart.dots} />
        <Dots dots={chart.second} hollow />
      </svg>
    </figure>
  );
}

/** A limit's figure stands above its line; of two lines close together, the lower one's figure stands below. */
function figureShift(chart: Chart, limit: Chart["limits"][number]): number {
  const close = chart.limits.some(
    (other) => other !== limit && other.y < limit.y && py(limit.y) - py(other.y) < 18,
  );
  return close ? 15 : -4;
}

function Years({ chart }: { chart: Chart }) {
  return (
    <g class="years">
      {chart.years.map(({ year, x, missing }) => (
        <text key={year} x={px(x)} y="148" class={missing ? "missing" : undefined}>
          {missing ? tm("yearMissing", { year: eraYear(year) }) : eraYear(year)}
        </text>
      ))}
    </g>
  );
}

function Dots({ dots, hollow }: { dots: readonly Dot[]; hollow?: boolean }) {
  return (
    <g class={hollow ? "dots second" : "dots"}>
      {dots.map((dot) => (
        <g key={dot.point.on} class={dot.newest ? "newest" : undefined}>
          {dot.point.method_changed ? (
            <rect
              class="diamond"
              x="-6"
              y="-6"
              width="12"
              height="12"
              transform={`translate(${px(dot.x)} ${py(dot.y)}) rotate(45)`}
            />
          ) : (
            <circle cx={px(dot.x)} cy={py(dot.y)} r={dot.newest ? 5.5 : 4.5} />
          )}
          <text x={px(dot.x)} y={hollow ? py(dot.y) + 20 : Math.max(14, py(dot.y) - 10)}>
            {plain(dot.point.text)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The whole chart as one sentence for each point. */
function spoken(series: Series, second: Series | null): string {
  return [series, second]
    .filter((one) => one !== null)
    .map((one) =>
      [
        one.name,
        ...one.points.map((point) =>
          tm("point", {
            date: fullDate(point.on),
            value: plain(point.text),
            unit: one.unit ?? "",
            flag: flagWord(one, point.flag),
          }),
        ),
      ].join("、"),
    )
    .join("。");
}
