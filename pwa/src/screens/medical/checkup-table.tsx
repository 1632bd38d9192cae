/** The numbers of the charts as a table, newest year first, and every other item of the newest checkup below it. */
import type { Series } from "../../domain/chart";
import { eraDate } from "../../domain/dates";
import { tm } from "../../text/medical";
import type { Checkups } from "./checkup-view";
import { flagShape, flagWord } from "./flag";
import { plain } from "./words";

export function CheckupTable({ held }: { held: Checkups }) {
  const days = [...held.days].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls sideways must be reached by keyboard
    <section class="card checkup-card" tabIndex={0} aria-label={tm("table")}>
      <table class="checkups">
        <thead>
          <tr>
            <th scope="col">{tm("item")}</th>
            {days.map((day) => (
              <th scope="col" key={day}>
                {eraDate(day).replace(/(年).*$/, "$1")}
                <span class="sub">
                  {day.slice(0, 4)} {Number(day.slice(5, 7))}/{Number(day.slice(8))}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {held.series.map((series) => (
            <tr key={series.key}>
              <th scope="row">
                {series.name} <span class="sub">{series.unit}</span>
              </th>
              {days.map((day) => (
                <td key={day}>
                  <Value series={series} day={day} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {held.others.length > 0 && (
        <details>
          <summary>{tm("others_items", { count: held.others.length })}</summary>
          <dl class="answer-list">
            {held.others.map((answer) => (
              <div key={answer.code}>
                <dt>{plain(answer.name)}</dt>
                <dd>{plain(answer.text)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Value({ series, day }: { series: Series; day: string }) {
  const point = series.points.find((each) => each.on === day);
  if (!point) return null;
  return (
    <>
      {flagShape(point.flag)}
      <b>{plain(point.text)}</b>
      {point.computed && <span class="sub below">{tm("computed")}</span>}
      {point.flag !== "none" && <span class="visually-hidden">{flagWord(series, point.flag)}</span>}
    </>
  );
}
