/** One consented person beside the ledger: which chart it is, what differs, and what is done about it (S-060, S-083). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { firstTicks, sexText } from "../../domain/comparison";
import { ageOn, clock, fullDate, japanDay } from "../../domain/dates";
import { go } from "../../router";
import { to, word } from "../../text/office";
import { Icon } from "../../ui/icon";
import { PersonName } from "../../ui/name";
import { Busy, Button, State } from "../../ui/parts";
import { CandidateChooser } from "./candidate-chooser";
import { CompareView } from "./compare-view";
import { ConsentFlags } from "./consent-flags";
import { LinkDialog } from "./link-dialog";
import { linkWords } from "./link-words";
import { replaceRow, selectedId } from "./list-state";
import { MarkedName } from "./marked-name";
import { RegisterView } from "./register-view";
import { ask } from "./session";
import { Trouble } from "./trouble";
import "./comparison.css";

export type ComparisonData = Schemas["ComparisonOut"];
type View = "choose" | "compare" | "register";

const VALIDITY = { valid: "done", valid_unregistered: "done", unknown: "to-do" } as const;

export default function Comparison({ id }: { id: string }) {
  const [data, setData] = useState<ComparisonData | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [forced, setForced] = useState<View | null>(null);
  const [linkShown, setLinkShown] = useState(false);

  const load = async (): Promise<ComparisonData | null> => {
    const answer = await ask(
      office.GET("/api/consented-patients/{consented_id}/comparison", {
        params: { path: { consented_id: id }, query: {} },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return null;
    setData(answer.value);
    replaceRow(answer.value.consented);
    return answer.value;
  };
  useEffect(() => {
    selectedId.value = id;
    void load();
  }, [id]);

  /** Say which chart it is (null: none of them); then compare, or register. */
  const match = async (patientId: string | null, then: View | null): Promise<boolean> => {
    const answer = await ask(
      office.POST("/api/consented-patients/{consented_id}/match", {
        params: { path: { consented_id: id } },
        body: { patient_id: patientId },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return false;
    setForced(then);
    await load();
    return true;
  };

  if (!data) {
    return (
      <section class="comparison">
        <BackToList />
        {failure ? <Trouble failure={failure} onRetry={load} /> : <Busy />}
      </section>
    );
  }
  const { consented, patient } = data;
  const view = forced ?? viewOf(data);
  const shown = view === "compare" ? patient : null;
  const validity = consented.validity;
  return (
    <section class="comparison">
      <header class="page-head">
        <BackToList />
        <h1 class="who">
          {shown ? (
            <PersonName name={shown.name} kana={shown.name_kana} />
          ) : (
            <span class="name">
              {consented.name_kana && <small class="sub">{consented.name_kana}</small>}
              <MarkedName text={consented.name ?? consented.name_kana ?? to("unknown")} />
            </span>
          )}
          {consented.birth_date && (
            <span class="large life">
              {sexText(shown?.sex ?? consented.sex)}{" "}
              {to("years", { age: ageOn(consented.birth_date, japanDay(new Date())) })}{" "}
              {bornText(consented.birth_date)}
            </span>
          )}
          {shown && (
            <span class="sub life-chart">
              {shown.chart_number ? to("chart", { number: shown.chart_number }) : to("noChart")}
            </span>
          )}
        </h1>
        <span class="grow" />
        <Button icon="link" onClick={() => setLinkShown(true)}>
          {to("link.button", { number: linkWords(shown) })}
        </Button>
      </header>
      <div class="card consents">
        <b>{to("compare.consents")}</b>
        <ConsentFlags consents={consented.consents} />
        <span class="grow" />
        <State kind={validity ? (VALIDITY[validity as keyof typeof VALIDITY] ?? "problem") : "none"}>
          {word("validity", validity)}
        </State>
        <span class="sub">
          {to("compare.checked", {
            date: fullDate(japanDay(new Date(consented.confirmed_at))).replace(/（.*/, ""),
            time: clock(new Date(consented.confirmed_at)),
          })}
        </span>
      </div>
      <Trouble failure={failure} />
      {view === "choose" && (
        <CandidateChooser
          data={data}
          onChoose={(patientId) => match(patientId, null)}
          onNew={() => match(null, "register")}
        />
      )}
      {view === "compare" && <CompareView data={data} reload={load} />}
      {view === "register" && <RegisterView data={data} onChooseInstead={() => setForced("choose")} />}
      {linkShown && (
        <LinkDialog
          consented={consented}
          patient={patient}
          onClose={() => setLinkShown(false)}
          onOther={() => {
            setLinkShown(false);
            setForced("choose");
          }}
          onUnlink={async () => {
            if (await match(null, "choose")) setLinkShown(false);
          }}
        />
      )}
    </section>
  );
}

/** Settled rows are shown as they are; open ones ask who it is before they ask what to write. */
function viewOf(data: ComparisonData): View {
  const outcome = data.consented.match.outcome;
  if (data.consented.state === "confirmed" && data.patient) return "compare";
  if (outcome === "proposed" || outcome === "ambiguous" || outcome === "conflicting") return "choose";
  return data.patient ? "compare" : "register";
}

export function ticksOf(data: ComparisonData): Set<string> {
  return firstTicks(data.differences);
}

/** 昭和26年7月1日生（1951） */
const bornText = (birth: string): string => fullDate(birth).replace("（", "生（");

function BackToList() {
  return (
    <button type="button" class="icon-button back" onClick={() => go("/office/list")}>
      <Icon name="back" />
      {to("compare.back")}
    </button>
  );
}
