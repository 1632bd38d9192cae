/** How states and answers of inquiries look: one kind of sign and one word each, everywhere the same. */
import type { Schemas } from "../../api/client";
import type { MonthState } from "../../domain/month-board";
import { iword } from "../../text/inquiry";
import type { IconName } from "../../ui/icon";
import { State, type StateKind } from "../../ui/parts";

type Inquiry = Schemas["InquiryOut"];

export const MONTH_LOOK: Record<MonthState, { kind: StateKind; icon: IconName }> = {
  done: { kind: "done", icon: "check" },
  changed: { kind: "done", icon: "swap" },
  needs_person: { kind: "need", icon: "need" },
  asked: { kind: "waiting", icon: "wait" },
  planned: { kind: "waiting", icon: "calendar" },
  due: { kind: "to-do", icon: "todo" },
  not_possible: { kind: "none", icon: "none" },
};

const OUTCOMES: Record<string, StateKind> = {
  valid: "done",
  valid_unregistered: "done",
  invalid: "problem",
  invalid_new_exists: "problem",
  no_answer: "waiting",
};

export const outcomeKind = (outcome: string): StateKind => OUTCOMES[outcome] ?? "need";

/** What has become of one inquiry, as a sign with its word. */
export function InquirySign({ inquiry }: { inquiry: Inquiry }) {
  if (inquiry.state === "asked") return <State kind="waiting">{iword("state", "asked")}</State>;
  if (inquiry.state === "planned")
    return (
      <State kind="waiting" icon="calendar">
        {iword("state", "planned")}
      </State>
    );
  if (!inquiry.outcome) return <State kind="none">{iword("state", inquiry.state)}</State>;
  return <State kind={outcomeKind(inquiry.outcome)}>{iword("outcome", inquiry.outcome)}</State>;
}
