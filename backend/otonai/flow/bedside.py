"""What was told at the bedside, applied to its visit: the consent report, the registration, and taking that back.

Changes the row in memory and names the outcome; saving it, the receipt and the audit event are the caller's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ..domain.consent import ReportedOutcome
from ..domain.entry import ConsentReported, Entry, RegistrationUndone, VisitRegistered
from ..domain.errors import Invalid, NotFound
from ..domain.visit import IdentityMethod
from ..store.tables import Visit


def report_consent(visit: Visit, told: ConsentReported, entry: Entry, now: datetime) -> str:
    """「同意登録完了」が出た, refused, or failed. A promised result makes a 情報申請 due at once (design 3)."""
    visit.consent_outcome, visit.consent_reason = told.outcome.value, told.reason
    visit.consent_reported_at, visit.consent_received_at = entry.entered_at, now
    visit.consent_awaited = told.outcome.promises_a_result
    return "applied"


def register_visit(visit: Visit, told: VisitRegistered, entry: Entry, entry_id: UUID, now: datetime) -> str:
    """The visit as registered at the bedside. A registration by somebody else meanwhile is kept beside it.

    Somebody who was there knows better than a cancelled plan: the visit is of the day again and says so (F18).
    """
    before, cancelled = visit.registration, visit.state == "cancelled"
    registration = _as_kept(told, entry, entry_id) | {"before": before}
    registration["after_cancellation"] = cancelled or bool(before and before.get("after_cancellation"))
    if before is not None and entry.base_version < visit.version and before["staff_id"] != str(entry.staff_id):
        # Both are kept: the first stays visible, the second waits for a person (要確認).
        kept = before | {"after_cancellation": registration["after_cancellation"]}
        visit.registration = {**kept, "also": [*before.get("also", []), registration]}
        visit.state = "visited"
        return "conflict"
    if before is not None and before.get("also"):
        registration["also"] = before["also"]  # a correction settles nothing about what somebody else registered
    visit.registration, visit.registered_at, visit.state = registration, entry.entered_at, "visited"
    if visit.consent_reported_at is None or _says_otherwise(visit, told):
        registration["reported_consent"] = True
        registration["consent_before"] = _consent_of(visit)
        visit.consent_outcome, visit.consent_reason = told.outcome.value, told.reason
        visit.consent_reported_at, visit.consent_received_at = entry.entered_at, now
        visit.consent_awaited = told.outcome.promises_a_result and told.identity_method in _AT_THE_CENTER
    return "conflict" if cancelled else "applied"


def undo_registration(visit: Visit, told: RegistrationUndone) -> str:
    """One registration goes; another one of the same visit, kept beside it, stays or moves up in its place."""
    current, wanted = visit.registration, str(told.entry_id)
    if current is None:
        raise Invalid("no registration stands", code="nothing_to_undo")
    also = current.get("also", [])
    beside = [r for r in also if r["entry_id"] != wanted]
    if len(beside) < len(also):
        visit.registration = {**current, "also": beside}
        return "applied"
    if current["entry_id"] != wanted:
        raise Invalid("another registration stands now", code="nothing_to_undo")
    after = current["before"]
    if after is not None and also:
        after = {**after, "also": also}
    elif also:
        after = {**also[0], "before": None, "also": also[1:]}
    visit.registration = after
    visit.registered_at = datetime.fromisoformat(after["registered_at"]) if after is not None else None
    unmade = "cancelled" if current.get("after_cancellation") else "planned"
    visit.state = "visited" if after is not None else unmade
    if current.get("reported_consent") and (after is None or current.get("consent_before") is not None):
        # The report came with the registration and goes with it; one made on the hand-over screen stands again.
        _restore_consent(visit, current.get("consent_before"))
    return "applied"


def choose_registration(visit: Visit, entry_id: UUID) -> None:
    """Somebody at the office says which of several registrations of one visit stands (F17). The others stay kept.

    What the first one reported about the consent stays too: the center answers for that. Raises
    Invalid(nothing_to_choose) where only one stands, and NotFound for one that this visit does not have.
    """
    current = visit.registration
    if current is None or not current.get("also"):
        raise Invalid("no two registrations stand", code="nothing_to_choose")
    every = [{**current, "also": []}, *current["also"]]
    chosen = next((each for each in every if each["entry_id"] == str(entry_id)), None)
    if chosen is None:
        raise NotFound()
    aside = [{**each, "before": None} for each in every if each is not chosen]
    visit.registration = {**chosen, "also": [], "set_aside": [*current.get("set_aside", []), *aside]}
    visit.registered_at = datetime.fromisoformat(chosen["registered_at"])


#: Ways of confirming identity that leave a consent at the center to be fetched.
_AT_THE_CENTER = frozenset({IdentityMethod.WEB_PIN, IdentityMethod.APP_PIN, IdentityMethod.APP_VISUAL})


def _says_otherwise(visit: Visit, told: VisitRegistered) -> bool:
    """A registration comes later than the hand-over and is made on purpose: until the center has answered, it counts.

    Another way that worked after all (S-012) needs one that leaves a consent at the center. A refusal is not turned
    into a mere failure, and nobody unsays what the center has told.
    """
    before, now = visit.consent_outcome, told.outcome
    if before == now.value:
        return False
    if now.promises_a_result:
        failed = before in (ReportedOutcome.FAILED.value, ReportedOutcome.REFUSED.value)
        return failed and told.identity_method in _AT_THE_CENTER
    if before == ReportedOutcome.REFUSED.value:
        return False
    return before == ReportedOutcome.FAILED.value or visit.consent_awaited


def _consent_of(visit: Visit) -> dict[str, Any] | None:
    """What the visit said of the consent before; None when it said nothing."""
    if visit.consent_reported_at is None:
        return None
    received = visit.consent_received_at
    return {
        "outcome": visit.consent_outcome,
        "reason": visit.consent_reason,
        "reported_at": visit.consent_reported_at.isoformat(),
        "received_at": received.isoformat() if received else None,
        "awaited": visit.consent_awaited,
    }


def _restore_consent(visit: Visit, before: dict[str, Any] | None) -> None:
    told = before or {}
    reported, received = told.get("reported_at"), told.get("received_at")
    visit.consent_outcome, visit.consent_reason = told.get("outcome"), told.get("reason")
    visit.consent_reported_at = datetime.fromisoformat(reported) if reported else None
    visit.consent_received_at = datetime.fromisoformat(received) if received else None
    visit.consent_awaited = bool(told.get("awaited"))


def _as_kept(told: VisitRegistered, entry: Entry, entry_id: UUID) -> dict[str, Any]:
    return {
        "entry_id": str(entry_id),
        "staff_id": str(entry.staff_id),
        "registered_at": entry.entered_at.isoformat(),
        "identity_method": told.identity_method.value,
        "outcome": told.outcome.value,
        "reason": told.reason,
        "items": [{"kind": i.kind.value, "given": i.given} for i in told.items],
        "prescription_form": told.prescription_form.value if told.prescription_form else None,
        "helper": told.helper.value if told.helper else None,
        "note": told.note,
        "started_at": told.started_at.isoformat() if told.started_at else None,
        "ended_at": told.ended_at.isoformat() if told.ended_at else None,
        "present": [each.value for each in told.present],
        "papers": [{"kind": p.kind.value, "until": p.until.isoformat() if p.until else None} for p in told.papers],
        "next_visit_on": told.next_visit_on.isoformat() if told.next_visit_on else None,
        "page_code": told.page_code,
        "name_confirmed": told.name_confirmed,
    }
