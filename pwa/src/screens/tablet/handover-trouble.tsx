/** うまくいかないとき: which hindrance it is, what to know about it, and the ways on. Each way leaves a record (A11). */
import { useState } from "preact/hooks";
import {
  type Door,
  HINDRANCES,
  type Hindrance,
  mustStop,
  pageCode,
  presetOf,
  type Tries,
  type Way,
  waysOn,
} from "../../domain/hindrance";
import type { Visit } from "../../domain/visit-view";
import { go } from "../../router";
import { th } from "../../text/handover";
import { tt, ttWord } from "../../text/tablet";
import { Icon, type IconName } from "../../ui/icon";
import { Button, Chip, Dialog, Field, Input, Note } from "../../ui/parts";
import { draftFor, keepDraft } from "./draft";
import { enter } from "./start";

const ICONS: Record<Way, IconName> = {
  app_visual: "eye",
  app_pin: "key",
  certificate: "document",
  notice_with_card: "card",
  portal_screen: "phone",
  statement: "document",
  next_visit: "calendar",
};

export function TroubleSheet(props: { visit: Visit; door: Door; tries: Tries; onClose: () => void }) {
  const { visit, door } = props;
  const [reason, setReason] = useState<Hindrance>(HINDRANCES[door][0]);
  const [typed, setTyped] = useState("");
  const [sight, setSight] = useState(false);
  const code = door === "line" ? pageCode(typed) : null;
  const leave = async (way: Way, outcome: "completed" | "failed") => {
    const preset = presetOf(way, reason, code?.code ?? null);
    await enter("consent_reported", visit, { outcome: "failed", reason, name_confirmed: false });
    const answered = way === "app_visual" ? { ...preset, outcome } : preset;
    keepDraft(visit.id, draftFor(visit, answered));
    go(`/tablet/visit/${visit.id}/register`, { replace: true });
  };
  if (sight) return <SightSteps onDone={(outcome) => leave("app_visual", outcome)} onClose={props.onClose} />;
  return (
    <Dialog
      wide
      title={th(`doors.${door}`)}
      onClose={props.onClose}
      acts={<Button onClick={props.onClose}>{th("doors.retry")}</Button>}
    >
      {HINDRANCES[door].length > 1 && (
        <fieldset class="hand-which">
          <legend>{th("doors.what")}</legend>
          <div class="chips">
            {HINDRANCES[door].map((each) => (
              <Chip key={each} pressed={each === reason} onPress={() => setReason(each)}>
                {ttWord("reason", each)}
              </Chip>
            ))}
          </div>
        </fieldset>
      )}
      <Note kind={mustStop(props.tries) && reason === "pin_forgotten" ? "need" : "info"}>
        {th(`about.${reason}`)}
      </Note>
      {door === "line" && <CodeField typed={typed} onText={setTyped} />}
      <h3 class="large">{th("doors.ways")}</h3>
      <p class="sub">{th("doors.recorded")}</p>
      <div class="hand-ways">
        {waysOn(reason).map((way) => (
          <Button
            key={way}
            icon={ICONS[way]}
            onClick={() => (way === "app_visual" ? setSight(true) : leave(way, "failed"))}
          >
            <span>
              <b>{th(`way.${way}`)}</b>
              <small>{th(`way.${way}.hint`)}</small>
            </span>
          </Button>
        ))}
      </div>
    </Dialog>
  );
}

/** OQC-…: what the official page says of itself, looked up among what is known, and recorded. */
function CodeField({ typed, onText }: { typed: string; onText: (text: string) => void }) {
  const found = pageCode(typed);
  const wrong = typed.trim().length > 8 && !found ? th("code.none") : undefined;
  return (
    <>
      <Field label={th("code.label")} hint={th("code.hint")} wrong={wrong}>
        <Input value={typed} onText={onText} autoComplete="off" autoCapitalize="characters" maxLength={40} />
      </Field>
      {found && (
        <Note kind="info" title={found.code}>
          {th(`code.${found.known}`)}
        </Note>
      )}
    </>
  );
}

/** The visual check in its own order, and its own finish (S-013, S-017, S-039). */
function SightSteps(props: { onDone: (outcome: "completed" | "failed") => unknown; onClose: () => void }) {
  return (
    <Dialog
      wide
      title={th("sight.title")}
      onClose={props.onClose}
      acts={
        <>
          <Button size="main" onClick={() => props.onDone("failed")}>
            {th("sight.not")}
          </Button>
          <Button kind="primary" size="main" icon="check" onClick={() => props.onDone("completed")}>
            {th("sight.done")}
          </Button>
        </>
      }
    >
      <ol class="hand-sight">
        {(["sight.1", "sight.2", "sight.3", "sight.4"] as const).map((key, index) => (
          <li key={key}>
            <b class="hand-number">{index + 1}</b>
            <span class="large">{th(key)}</span>
          </li>
        ))}
      </ol>
      <p class="sub">
        <Icon name="lock" /> {tt("hand.4a")}
      </p>
    </Dialog>
  );
}
