/** The same rows by month, newest first: what was handed out when. */
import { useMemo } from "preact/hooks";
import { byMonth, type Medications, type Wish } from "../../domain/medication";
import { tm, tmWord } from "../../text/medical";
import { useGrowing } from "../../ui/growing";
import { amountOf, institution, monthText, plain, shortDate } from "./words";

export function DrugMonths(props: {
  held: Medications;
  today: string;
  wish: Wish;
  onOpen: (keys: readonly string[]) => void;
}) {
  const { held, today, wish } = props;
  const months = useMemo(() => byMonth(held, today, wish), [held, today, wish]);
  const shown = useGrowing(months.length, 2, 4);
  return (
    <div class="drug-months" aria-busy={shown < months.length}>
      {months.slice(0, shown).map(({ month, drugs }) => (
        <section key={month} class="card">
          <h3 class="large">{monthText(month)}</h3>
          <ul>
            {drugs.map((drug) => (
              <li key={drug.id}>
                <button type="button" class="drug-of-month" onClick={() => props.onOpen([drug.line])}>
                  <span class="day">
                    {shortDate(drug.dispensed_on ?? drug.prescribed_on ?? `${month}-01`, props.today)}
                  </span>
                  <span class="grow">
                    <b>{plain(drug.drug_name)}</b>{" "}
                    {[amountOf(drug), plain(drug.usage ?? "")].filter(Boolean).join("・")}
                    <span class="sub">
                      {[institution(drug), tmWord("use", drug.use_class)].filter(Boolean).join("・")}
                    </span>
                  </span>
                  <span class="sub">
                    <i class={`source-mark ${drug.source}`} />
                    {tmWord("source", drug.source)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p class="sub">{tm("lag.receipt")}</p>
    </div>
  );
}
