/** One registration from the board of the day, in full; where two people registered one visit, both, and the choice (F17). */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { Button, Dialog, Note } from "../../ui/parts";
import { Told } from "../visit/told";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Props = { visit: Schemas["OfficeVisitOut"]; onClose: () => void; onChosen: () => void };

export default function VisitTold({ visit, onClose, onChosen }: Props) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const { registration, patient_name, to_choose = [] } = visit;
  const now = new Date();
  const choose = async (entry_id: string) => {
    const path = { visit_id: visit.id };
    const answer = await ask(
      office.POST("/api/visits/{visit_id}/registration", { params: { path }, body: { entry_id } }),
    );
    if (answer.ok) onChosen();
    else setFailure(answer.error);
  };
  return (
    <Dialog
      title={`${tv("history.one")} ${patient_name}`}
      onClose={onClose}
      acts={
        <Button kind="primary" onClick={onClose}>
          {t("close")}
        </Button>
      }
    >
      <Trouble failure={failure} />
      {registration?.after_cancellation && <Note kind="need">{tv("history.calledOffWhy")}</Note>}
      {to_choose.length > 0 && <p>{tv("history.chooseWhy")}</p>}
      {to_choose.map((told) => (
        <section key={told.entry_id} class="card" aria-label={told.by}>
          <Told told={told} now={now} />
          <Button onClick={() => choose(told.entry_id)}>{tv("history.chooseThis", { name: told.by })}</Button>
        </section>
      ))}
      {to_choose.length === 0 && registration && <Told told={registration} now={now} />}
    </Dialog>
  );
}
