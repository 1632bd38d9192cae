/** お薬 and 健診 as plain lists for doctors and nurses at the office. Opening one is a disclosure and is recorded. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { clock, fullDate, japanDay } from "../../domain/dates";
import { t } from "../../text";
import { type OfficeKey, to, word } from "../../text/office";
import { Busy, Button, Dialog, Note } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

export type MedicalKind = "medications" | "checkups";
type Medications = Schemas["MedicationsOut"];
type Checkups = Schemas["CheckupsOut"];

export function Medical(props: { patient: Schemas["PatientOut"]; kind: MedicalKind; onClose: () => void }) {
  const [drugs, setDrugs] = useState<Medications | null>(null);
  const [checkups, setCheckups] = useState<Checkups | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const params = { params: { path: { patient_id: props.patient.id } } };
    const read = async () => {
      if (props.kind === "medications") {
        const answer = await ask(office.GET("/api/patients/{patient_id}/medications", params));
        if (answer.ok) setDrugs(answer.value);
        else setFailure(answer.error);
      } else {
        const answer = await ask(office.GET("/api/patients/{patient_id}/checkups", params));
        if (answer.ok) setCheckups(answer.value);
        else setFailure(answer.error);
      }
    };
    void read();
  }, []);
  const found = drugs ?? checkups;
  return (
    <Dialog
      wide
      title={`${props.patient.name}　${to(`patient.${props.kind}`)}`}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      <Trouble failure={failure} />
      {!found && !failure && <Busy />}
      {found && (
        <p class="sub">
          {found.fetched_at &&
            to("medical.fetched", {
              date: fullDate(japanDay(new Date(found.fetched_at))),
              time: clock(new Date(found.fetched_at)),
            })}{" "}
          {drugs?.data_until_month && to("medical.upTo", { month: monthWords(drugs.data_until_month) })}
        </p>
      )}
      {found && found.state !== "available" && (
        <Note>{stateWords(found.state, drugs?.data_until_month ?? null)}</Note>
      )}
      {drugs && <Drugs found={drugs} />}
      {checkups && <CheckupTables found={checkups} />}
      {found?.state === "available" && <p class="sub">{to("medical.fixed")}</p>}
    </Dialog>
  );
}

/** 2026年5月 of 2026-05. */
const monthWords = (month: string): string => `${month.slice(0, 4)}年${Number(month.slice(5, 7))}月`;

function stateWords(state: string, month: string | null): string {
  if (state !== "none") return word("medical", state);
  return month ? to("medical.none", { month: monthWords(month) }) : to("medical.noneShort");
}

function Drugs({ found }: { found: Medications }) {
  const current = found.drugs.filter((drug) => !drug.superseded);
  if (current.length === 0) return null;
  return (
    <table class="plain">
      <thead>
        <tr>
          {(["drug", "usage", "when", "who"] as const).map((column) => (
            <th key={column}>{to(`medical.${column}` as OfficeKey)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {current.map((drug) => (
          <tr key={drug.id}>
            <td>
              <b>{drug.drug_name}</b>
              {drug.ingredient && <span class="sub below">{drug.ingredient}</span>}
            </td>
            <td>
              {[drug.amount && `${drug.amount}${drug.unit ?? ""}`, drug.usage, drug.times && `×${drug.times}`]
                .filter(Boolean)
                .join(" ") || to("unknown")}
            </td>
            <td>
              {drugDate(drug)}
              <span class="sub below">{word("medical", drug.source)}</span>
            </td>
            <td>{drug.dispenser ?? drug.prescriber ?? to("medical.others")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function drugDate(drug: Schemas["DrugOut"]): string {
  const day = drug.dispensed_on ?? drug.prescribed_on;
  if (day) return fullDate(day);
  return drug.month ? monthWords(drug.month) : to("unknown");
}

function CheckupTables({ found }: { found: Checkups }) {
  return (
    <>
      {found.checkups.map((checkup, i) => (
        <details key={checkup.performed_on ?? "undated"} open={i === 0}>
          <summary>
            {checkup.performed_on
              ? to("medical.performed", { date: fullDate(checkup.performed_on) })
              : to("medical.noDate")}
          </summary>
          <table class="plain">
            <thead>
              <tr>
                <th>{to("medical.item")}</th>
                <th>{to("medical.value")}</th>
              </tr>
            </thead>
            <tbody>
              {checkup.items.map((item) => (
                <tr key={item.code}>
                  <td>{item.name}</td>
                  <td>
                    {item.code_name ?? item.text} {item.unit ?? ""}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </>
  );
}
