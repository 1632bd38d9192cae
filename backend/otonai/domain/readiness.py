"""How ready a patient is to confirm the insurance at home, and what is to be done next (S-001, A7, A9).

What somebody of the clinic was told or saw; the PIN itself is never asked. Dated numbers: `rules/readiness.toml`.
Sources: home-visit-workflow A6 (electronic certificate), A7 (PIN, PIN-less card), A9 (資格確認書); requirements S-001.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .visit import CardPlan


class CardHeld(StrEnum):
    """Which card the patient has."""

    UNKNOWN = "unknown"
    CARD = "card"
    PINLESS_CARD = "pinless_card"  # 顔認証マイナンバーカード
    NO_CARD = "no_card"
    LOST = "lost"


class CardUse(StrEnum):
    """マイナ保険証の利用登録."""

    UNKNOWN = "unknown"
    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"


class PinState(StrEnum):
    """Whether the patient can enter the four digits. The digits are nobody's business here."""

    UNKNOWN = "unknown"
    KNOWN = "known"
    FORGOTTEN = "forgotten"
    LOCKED = "locked"


class PaperHeld(StrEnum):
    """Which paper the patient has."""

    UNKNOWN = "unknown"
    CERTIFICATE = "certificate"  # 資格確認書
    NOTICE = "notice"  # 資格情報のお知らせ: valid only beside the card
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known. `certificate_until` is a day of the month in which the card's electronic certificate ends."""

    card: CardHeld = CardHeld.UNKNOWN
    use: CardUse = CardUse.UNKNOWN
    pin: PinState = PinState.UNKNOWN
    certificate_until: date | None = None
    paper: PaperHeld = PaperHeld.UNKNOWN
    paper_until: date | None = None


class NextAction(StrEnum):
    """One thing to do before or at the next visit; the most pressing one."""

    READY = "ready"
    ASK_ABOUT_CARD = "ask_about_card"
    CONFIRM_BY_SIGHT = "confirm_by_sight"
    REGISTER_CARD = "register_card"
    RESET_PIN = "reset_pin"
    RENEW_SOON = "renew_soon"
    RENEW_NOW = "renew_now"
    CERTIFICATE_OVER = "certificate_over"
    BRING_PAPER = "bring_paper"
    GET_PAPER = "get_paper"
    RENEW_PAPER = "renew_paper"


@dataclass(frozen=True, slots=True)
class ReadinessRules:
    """Months before and after the end of the electronic certificate, and before that of a 資格確認書."""

    warn_months: int
    grace_months: int
    paper_warn_months: int


def next_action(known: Readiness, on: date, rules: ReadinessRules) -> NextAction:
    """What the office or the visiting nurse does next. A usable 資格確認書 stands in for a card that cannot be used."""
    if known.card is CardHeld.UNKNOWN:
        return NextAction.ASK_ABOUT_CARD if known.paper is not PaperHeld.CERTIFICATE else _paper(known, on, rules)
    if known.card in (CardHeld.NO_CARD, CardHeld.LOST):
        return _paper(known, on, rules)
    past = _months_past(known.certificate_until, on)
    if past is not None and past > rules.grace_months:
        return _paper(known, on, rules, NextAction.CERTIFICATE_OVER)
    if known.use is CardUse.NOT_REGISTERED:
        return _paper(known, on, rules, NextAction.REGISTER_CARD)
    if past is not None and past > 0:
        return NextAction.RENEW_NOW
    if known.card is CardHeld.PINLESS_CARD:
        return NextAction.CONFIRM_BY_SIGHT
    if known.pin in (PinState.FORGOTTEN, PinState.LOCKED):
        return NextAction.RESET_PIN
    if past is not None and -past <= rules.warn_months:
        return NextAction.RENEW_SOON
    return NextAction.READY


def planned_card(known: Readiness, on: date, rules: ReadinessRules) -> CardPlan:
    """How identity will be confirmed at a visit for which nobody has said it."""
    action = next_action(known, on, rules)
    if action in (NextAction.CONFIRM_BY_SIGHT, NextAction.RESET_PIN):
        return CardPlan.VISUAL
    if action in (NextAction.BRING_PAPER, NextAction.RENEW_PAPER):
        return CardPlan.CERTIFICATE
    if action in (NextAction.READY, NextAction.RENEW_SOON, NextAction.RENEW_NOW):
        return CardPlan.CARD
    return CardPlan.UNKNOWN


def _paper(known: Readiness, on: date, rules: ReadinessRules, without: NextAction = NextAction.GET_PAPER) -> NextAction:
    """With a 資格確認書: that it is shown and lasts. Without one: what the caller says."""
    if known.paper is not PaperHeld.CERTIFICATE:
        return without
    if known.paper_until is None:
        return NextAction.BRING_PAPER
    past = _months_past(known.paper_until, on) or 0
    over = known.paper_until < on
    return NextAction.RENEW_PAPER if over or -past <= rules.paper_warn_months else NextAction.BRING_PAPER


def _months_past(until: date | None, on: date) -> int | None:
    """Whole months since the month in which something ended; negative before, 0 in it."""
    return None if until is None else (on.year - until.year) * 12 + on.month - until.month
