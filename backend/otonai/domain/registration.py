"""照会番号登録: telling the center which of our charts a person is. Decides whether it may be sent; sends nothing.

A registration is sent when a person asks, once, and never again by itself: after a silence the center may have it or
not, and only somebody who has looked can know (oqs-interface 2.9, 8.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RegistrationState(StrEnum):
    """What has become of the newest registration of one chart."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    REGISTERED = "registered"
    REFUSED = "refused"  # the center or the terminal said no: nothing was registered
    NOT_SENT = "not_sent"  # the bridge could not write the file: nothing was registered
    UNCERTAIN = "uncertain"  # no answer, or one that does not say it


class Registering(StrEnum):
    """Whether it may be sent now. Every word but `send` is the code of a refusal."""

    SEND = "send"
    CHART_NUMBER_MISSING = "chart_number_missing"
    ALREADY_REGISTERED = "already_registered"
    REGISTRATION_WAITS = "registration_waits"
    REGISTRATION_UNCERTAIN = "registration_uncertain"
    REFERENCE_NUMBER_TAKEN = "reference_number_taken"


#: Words of the bridge that prove the file never lay in `req` under its name.
_NEVER_SENT = frozenset(
    {
        "answer_by_passed",
        "answer_name_taken",
        "name_taken",
        "content_damaged",
        "content_too_large",
        "folder_not_allowed",
        "stem_mismatch",
        "write_failed",
    }
)


def registration_state(job_state: str | None, reason: str | None) -> RegistrationState:
    """From the state of the newest file of this kind. Whatever is not proved is uncertain."""
    match job_state:
        case None:
            return RegistrationState.NOT_ASKED
        case "waiting" | "written":
            return RegistrationState.ASKED
        case "answered":
            return RegistrationState.REGISTERED
        case "failed" if reason in ("refused", "bounced"):
            return RegistrationState.REFUSED
        case "failed" if reason in _NEVER_SENT or (reason or "").startswith("name_"):
            return RegistrationState.NOT_SENT
    return RegistrationState.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Chart:
    """What the decision needs of one chart. `taken`: another chart has this number at the center already."""

    chart_number: str | None
    reference_number: str | None
    taken: bool
    state: RegistrationState


def registering(chart: Chart, *, looked: bool) -> Registering:
    """Whether a person's wish may be carried out. `looked`: they say that they have looked after an uncertain one."""
    if chart.reference_number:
        return Registering.ALREADY_REGISTERED
    if not chart.chart_number:
        return Registering.CHART_NUMBER_MISSING
    if chart.taken:
        return Registering.REFERENCE_NUMBER_TAKEN
    if chart.state is RegistrationState.ASKED:
        return Registering.REGISTRATION_WAITS
    if chart.state in (RegistrationState.UNCERTAIN, RegistrationState.REGISTERED) and not looked:
        return Registering.REGISTRATION_UNCERTAIN
    return Registering.SEND
