/** 照会番号: linked or not, and how a wrong link is taken away in three clicks (S-120 to S-122). */
import { t } from "../../text";
import { to } from "../../text/office";
import { Button, Dialog, Note } from "../../ui/parts";
import type { ComparisonData } from "./comparison";

export function LinkDialog(props: {
  consented: ComparisonData["consented"];
  patient: ComparisonData["patient"];
  onClose: () => void;
  onOther: () => void;
  onUnlink: () => Promise<void>;
}) {
  const linked = props.patient?.link === "linked";
  const number = props.patient?.reference_number;
  return (
    <Dialog
      title={to("link.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("close")}</Button>
          {!linked && props.consented.state !== "confirmed" && (
            <Button icon="users" onClick={props.onOther}>
              {to("choose.other")}
            </Button>
          )}
          {linked && (
            <Button kind="danger" onClick={props.onUnlink}>
              {to("link.unlink")}
            </Button>
          )}
        </>
      }
    >
      <p>{linked ? (number ? to("link.is", { number }) : to("link.isUnnamed")) : to("link.none")}</p>
      {linked && (
        <Note kind="need" title={to("link.otherTitle")}>
          {to("link.consequences")}
        </Note>
      )}
    </Dialog>
  );
}
