/** What a card says about a visit: kind, word and second line. The only place where states become words. */
import { clock, shortTime } from "../../domain/dates";
import type { Visit } from "../../domain/visit-view";
import type { Patient } from "../../store/records";
import { tt, ttWord } from "../../text/tablet";
import type { IconName } from "../../ui/icon";
import type { StateKind } from "../../ui/parts";

export type Word = { kind: StateKind; icon?: IconName; text: string; detail: string };

/** How identity will be, or was, confirmed. */
export function cardWord(visit: Visit): Word {
  if (visit.registration?.identity_method === "app_visual") {
    return {
      kind: "done",
      icon: "eye",
      text: tt("card.visualDone"),
      detail: `${clock(new Date(visit.registration.registered_at))} ${visit.registration.by}`,
    };
  }
  const plan = visit.card_plan;
  const detail = visit.card_note || ttWord(`card.${plan}`, "hint");
  const text = ttWord("card", plan);
  if (plan === "card") return { kind: "done", icon: "card", text, detail };
  if (plan === "none_needed") return { kind: "done", text, detail };
  if (plan === "certificate") return { kind: "done", icon: "document", text, detail };
  if (plan === "visual") return { kind: "need", icon: "eye", text, detail };
  return { kind: "to-do", text, detail };
}

export function validityKind(validity: string | null): StateKind {
  if (validity === null) return "none";
  return validity === "valid" || validity === "valid_unregistered" ? "done" : "problem";
}

export function eligibilityWord(visit: Visit, now: Date): Word {
  const { validity, checked_at } = visit.eligibility;
  if (visit.consent.state === "waiting") {
    const at = visit.consent.at;
    return {
      kind: "waiting",
      text: tt("validity.waiting"),
      detail: at ? tt("validity.asked", { time: shortTime(new Date(at), now) }) : "",
    };
  }
  if (validity === null) return { kind: "none", text: tt("validity.none"), detail: tt("validity.none.hint") };
  return {
    kind: validityKind(validity),
    text: ttWord("validity", validity),
    detail: checked_at ? tt("validity.checked", { time: shortTime(new Date(checked_at), now) }) : "",
  };
}

/** 同意（継続中）: no fixed end while home-visit care goes on. */
export function isContinuing(visit: Visit, patient: Patient | undefined): boolean {
  const given = patient?.consents.filter((consent) => consent.flag === "given") ?? [];
  return (
    visit.visit_type === "home_visit" && given.length > 0 && given.every((c) => c.available_until === null)
  );
}

export function consentWord(visit: Visit, patient: Patient | undefined, now: Date): Word {
  const { state, detail, at } = visit.consent;
  switch (state) {
    case "qr_needed":
      return {
        kind: "need",
        icon: "qr",
        text: tt("consent.qr_needed"),
        detail: tt("consent.qr_needed.hint"),
      };
    case "waiting":
      return {
        kind: "done",
        text: tt("consent.waiting"),
        detail: at ? tt("consent.waiting.hint", { time: shortTime(new Date(at), now) }) : "",
      };
    case "reported":
      return { kind: "waiting", text: tt("consent.reported"), detail: tt("consent.reported.hint") };
    case "given":
      return {
        kind: "done",
        text: tt(isContinuing(visit, patient) ? "consent.continuing" : "consent.given"),
        detail: medicalWord(visit),
      };
    case "refused":
      return { kind: "none", text: tt("consent.refused"), detail: tt("consent.refused.hint") };
    case "failed":
      return { kind: "need", text: tt("consent.failed"), detail: detail ? ttWord("reason", detail) : "" };
    default:
      return { kind: "none", text: tt("consent.none"), detail: tt("consent.none.hint") };
  }
}

const MEDICAL_ORDER = ["available", "waiting", "failed", "not_linked", "none", "expired", "no_consent"];

/** Both kinds in one word: the one that matters more. */
function medicalWord(visit: Visit): string {
  const { drug, checkup } = visit.medical;
  const state = MEDICAL_ORDER.find((each) => each === drug || each === checkup) ?? drug;
  return ttWord("medical", state);
}

/** あと 10時間15分 */
export function timeLeft(until: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((until.getTime() - now.getTime()) / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? tt("hours", { hours, minutes: minutes % 60 }) : tt("minutes", { minutes });
}

/** Delivered text with half-width figures and letters, as clinics write them; for the eye only. */
export const plain = (text: string): string => text.normalize("NFKC");

/** 2026年5月 of 2026-05 or 202605. */
export function monthText(month: string): string {
  const digits = month.replace(/\D/g, "");
  return `${digits.slice(0, 4)}年${Number(digits.slice(4, 6))}月`;
}

/** 1錠 */
export const amount = (drug: { amount: string | null; unit: string | null }): string =>
  `${drug.amount ?? ""}${drug.unit ?? ""}`;
