/** One registration from the board of the day, in full. */
import type { Schemas } from "../../api/client";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { Button, Dialog } from "../../ui/parts";
import { Told } from "../visit/told";

export default function VisitTold(props: { visit: Schemas["OfficeVisitOut"]; onClose: () => void }) {
  const { registration, patient_name } = props.visit;
  return (
    <Dialog
      title={`${tv("history.one")} ${patient_name}`}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      {registration && <Told told={registration} now={new Date()} />}
    </Dialog>
  );
}
