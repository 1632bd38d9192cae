/** 診療 and 手術, each behind its own consent; found by word, institution or dental code. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { folded } from "../../domain/medication";
import { tm, tmWord } from "../../text/medical";
import { Chip, Input, Note } from "../../ui/parts";
import { NothingFound } from "./nothing-found";
import { monthText, plain, shortDate } from "./words";
import "./medical.css";

export type Treatments = Schemas["TreatmentsOut"];
type Treatment = Schemas["TreatmentOut"];

/** Dental 診療行為コード begin with 3. */
const isDental = (row: Treatment): boolean => row.code?.startsWith("3") ?? false;

export function TreatmentsView(props: { diagnosis: Treatments; operation: Treatments; today: string }) {
  const [search, setSearch] = useState("");
  const [dental, setDental] = useState(false);
  const words = folded(search).split(/\s+/).filter(Boolean);
  const wanted = (row: Treatment): boolean => {
    const text = folded([row.name, row.institution, row.code].join(" "));
    return (!dental || isDental(row)) && words.every((word) => text.includes(word));
  };
  const missing = [props.operation, props.diagnosis].filter((held) => held.state === "none");
  const rows = [...props.operation.treatments, ...props.diagnosis.treatments];
  return (
    <div class="treatments">
      {rows.length > 0 && (
        <div class="medication-bar">
          <Input
            type="search"
            aria-label={tm("treat.search")}
            placeholder={tm("treat.search")}
            value={search}
            onText={setSearch}
          />
          {rows.some(isDental) && (
            <Chip pressed={dental} onPress={() => setDental(!dental)}>
              {tm("treat.dental")}
            </Chip>
          )}
        </div>
      )}
      <Section kind="operation" held={props.operation} today={props.today} wanted={wanted} />
      <Section kind="diagnosis" held={props.diagnosis} today={props.today} wanted={wanted} />
      {missing[0]?.fetched_at && (
        <NothingFound
          kinds={missing.map((each) => (each === props.operation ? "operation" : "diagnosis"))}
          fetchedAt={missing[0].fetched_at}
          caution={tm("treat.none")}
        />
      )}
      <p class="sub">{tm("treat.foot")}</p>
    </div>
  );
}

function Section(props: {
  kind: "diagnosis" | "operation";
  held: Treatments;
  today: string;
  wanted: (row: Treatment) => boolean;
}) {
  const rows = props.held.treatments.filter(props.wanted);
  return (
    <section class="card treatment-section">
      <h3 class="large">{tm(`treat.${props.kind}`)}</h3>
      {props.held.state !== "available" && props.held.state !== "none" ? (
        <Note>{tmWord("treat", props.held.state)}</Note>
      ) : rows.length === 0 ? (
        <p class="sub">{tm("treat.none")}</p>
      ) : (
        <ul>
          {rows.map((row, n) => (
            <li key={`${row.treated_on}${row.code}${n}`}>
              <span class="day">
                {row.treated_on ? shortDate(row.treated_on, props.today) : row.month && monthText(row.month)}
              </span>
              <b class="grow">{plain(row.name)}</b>
              <span class="sub treatment-who">
                {row.own ? tm("own") : plain(row.institution ?? "") || tm("nameless")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
