/** 照会番号 of one chart: registered in two clicks with what follows from it, read as it comes, unlinked in two (S-120…S-122). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { t } from "../../text";
import { to } from "../../text/office";
import { tref } from "../../text/reference-link";
import { Button, Dialog, Note, State, type StateKind } from "../../ui/parts";
import { changes } from "./lights";
import { linkWords } from "./link-words";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Link = Schemas["ReferenceLinkOut"];
type Props = {
  patient: Schemas["PatientOut"];
  history: readonly Schemas["LedgerChangeOut"][];
  onUndo: (change: Schemas["LedgerChangeOut"]) => Promise<void>;
};

const KINDS: Record<Link["state"], StateKind> = {
  not_asked: "none",
  asked: "waiting",
  registered: "done",
  refused: "problem",
  not_sent: "problem",
  uncertain: "problem",
};
/** Without the live channel the answer is looked for this often while the dialog is open. */
const LOOK_MS = 2000;
const LINKING = new Set(["numbered", "linked"]);

export function ReferenceLink(props: Props) {
  const [open, setOpen] = useState(false);
  const linked = isLinked(props.patient);
  return (
    <div class="inline">
      <span class="grow-plain">{to("link.button", { number: linkWords(props.patient) })}</span>
      <Button onClick={() => setOpen(true)}>{tref(linked ? "openLinked" : "open")}</Button>
      {open && <ReferenceDialog {...props} onClose={() => setOpen(false)} />}
    </div>
  );
}

const isLinked = (patient: Props["patient"]) =>
  patient.reference_number !== null || patient.link === "linked";

function ReferenceDialog(props: Props & { onClose: () => void }) {
  const { patient } = props;
  const [link, setLink] = useState<Link | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [looked, setLooked] = useState(false);
  const params = { path: { patient_id: patient.id } };
  const take = (answer: Awaited<ReturnType<typeof look>>) => {
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) setLink(answer.value);
  };
  const look = () => ask(office.GET("/api/patients/{patient_id}/reference-link", { params }));
  const changed = changes.value;
  useEffect(() => void look().then(take), [patient.id, changed]);
  const waits = link?.state === "asked";
  useEffect(() => {
    if (!waits) return;
    const looking = setInterval(async () => {
      const answer = await look();
      take(answer);
      if (answer.ok && answer.value.state !== "asked") changes.value += 1;
    }, LOOK_MS);
    return () => clearInterval(looking);
  }, [waits]);
  const linked = isLinked(patient);
  const unsure = link?.state === "uncertain" || link?.state === "registered";
  const may = !linked && link !== null && !waits && patient.chart_number !== null && (!unsure || looked);
  const register = async () =>
    take(
      await ask(
        office.POST("/api/patients/{patient_id}/reference-link", {
          params,
          body: { looked: unsure && looked },
        }),
      ),
    );
  const newest = props.history.find((change) => change.can_undo);
  const undoable = newest && LINKING.has(newest.kind) ? newest : null;
  const unlink = async () => {
    if (!undoable) return;
    await props.onUndo(undoable);
    props.onClose();
  };
  return (
    <Dialog
      title={tref("title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("close")}</Button>
          {linked && undoable && (
            <Button kind="danger" onClick={unlink}>
              {tref("unlink.act")}
            </Button>
          )}
          {!linked && !waits && (
            <Button kind="primary" disabled={!may} busyLabel={tref("sending")} onClick={register}>
              {tref(unsure ? "actAgain" : "act")}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        <div role="status">{link && <Told link={link} linked={linked} />}</div>
        {linked ? (
          <>
            <p>
              {patient.reference_number
                ? tref("linked", { number: patient.reference_number })
                : tref("linkedUnnamed")}
            </p>
            <Note kind="need" title={tref("unlink.title")}>
              {tref(undoable ? "unlink.text" : "unlink.elsewhere")}
            </Note>
          </>
        ) : patient.chart_number === null ? (
          <Note kind="need">{tref("noChart")}</Note>
        ) : (
          !waits && (
            <Note kind="info" title={tref("will.title")}>
              <p>{tref("will.number", { number: patient.chart_number })}</p>
              <p>{tref("will.after")}</p>
              <p>{tref("will.once")}</p>
              <p>{tref("will.back")}</p>
            </Note>
          )
        )}
        {!linked && unsure && (
          <label class="tick">
            <input type="checkbox" checked={looked} onChange={() => setLooked(!looked)} />
            {tref("looked")}
          </label>
        )}
      </div>
    </Dialog>
  );
}

/** What has become of it; code and words of the center as they came (S-140). */
function Told({ link, linked }: { link: Link; linked: boolean }) {
  if (link.state === "not_asked" || (linked && link.state !== "registered")) return null;
  return (
    <>
      <State kind={KINDS[link.state]}>{tref(`state.${link.state}`)}</State>
      {!(linked && link.state === "registered") && <p class="sub">{tref(`next.${link.state}`)}</p>}
      {(link.code || link.message) && (
        <p class="sub">
          {link.code} {link.message}
        </p>
      )}
    </>
  );
}
