/** 健診 as a table: the main items first, the rest folded. Values as delivered, without a verdict. */
import { type CheckupRow, checkupTable } from "../../domain/checkup-table";
import { eraDate, shortTime } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import { tt } from "../../text/tablet";
import { MedicalGate } from "./medical-gate";
import { instant, openCheckups, records } from "./start";

export function Checkups({ visit }: { visit: Visit }) {
  const held = records.medical.value.get(visit.patient_id)?.checkups;
  return (
    <MedicalGate visit={visit} kind="checkup" held={held} open={() => openCheckups(visit.patient_id)}>
      {() => held && <Table held={held} />}
    </MedicalGate>
  );
}

function Table({ held }: { held: NonNullable<ReturnType<typeof heldOf>> }) {
  const table = checkupTable(held.checkups);
  return (
    <>
      <div class="card checkup-card">
        <table class="checkups">
          <thead>
            <tr>
              <th scope="col">{tt("checkups.main")}</th>
              {table.days.map((day, i) => (
                <th scope="col" key={day ?? i}>
                  {day ? (
                    <>
                      {eraDate(day).replace(/(年)(.*)$/, "$1")}
                      <span class="sub">
                        {day.slice(0, 4)} {Number(day.slice(5, 7))}/{Number(day.slice(8))}
                      </span>
                    </>
                  ) : (
                    tt("checkups.noDate")
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <Rows rows={table.main} />
        </table>
        {table.rest.length > 0 && (
          <details>
            <summary>{tt("checkups.rest", { count: table.rest.length })}</summary>
            <table class="checkups">
              <Rows rows={table.rest} />
            </table>
          </details>
        )}
      </div>
      <p class="sub checkup-foot">
        {held.fetched_at &&
          tt("drugs.fetched", { time: shortTime(new Date(held.fetched_at), instant.value) })}
        {"・"}
        {tt("checkups.lag")}
      </p>
    </>
  );
}

const heldOf = (id: string) => records.medical.value.get(id)?.checkups;

function Rows({ rows }: { rows: CheckupRow[] }) {
  return (
    <tbody>
      {rows.map((row) => (
        <tr key={row.key}>
          <th scope="row">
            {row.name} <span class="sub">{row.unit}</span>
          </th>
          {row.cells.map((cell, i) => (
            <td key={i}>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
