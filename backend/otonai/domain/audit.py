"""The words of the audit trail, and what of it is evidence that medical information was used.

Holds words only: events are written and checked in `store/audit.py`. Sources: trust-and-speed A1 (audit trail);
home-visit-workflow A11 (在宅医療DX情報活用加算: who viewed what of whom, and when); requirements S-170.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Action(StrEnum):
    """Everything that the trail can say somebody did. The screens keep a word for each, in both languages."""

    CLINIC_OPENED = "clinic_opened"
    SETTING_CHANGED = "setting_changed"
    # people and their ways in
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHOSEN = "password_chosen"  # noqa: S105 -- a word
    PASSWORD_POLICY_CHOSEN = "password_policy_chosen"  # noqa: S105
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RULE_CHANGED = "second_factor_rule_changed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PASSKEY_NAMED = "passkey_named"
    PASSKEY_REFUSED = "passkey_refused"
    PROVIDER_CHOSEN = "provider_chosen"
    PROVIDER_GIVEN_UP = "provider_given_up"
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"
    PROVIDER_REFUSED = "provider_refused"
    STAFF_ADDED = "staff_added"
    STAFF_STOPPED = "staff_stopped"
    STAFF_RETURNED = "staff_returned"
    ROLE_CHANGED = "role_changed"
    SIGN_IN_RESET = "sign_in_reset"
    LOCK_LIFTED = "lock_lifted"
    EMERGENCY_SEALED = "emergency_sealed"
    EMERGENCY_OPENED = "emergency_opened"
    EMERGENCY_REFUSED = "emergency_refused"
    EMERGENCY_ENDED = "emergency_ended"
    ACCESS_DENIED = "access_denied"
    # tablets and bridges
    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_ENROLLED_AGAIN = "device_enrolled_again"
    DEVICE_REFUSED = "device_refused"
    DEVICE_STOPPED = "device_stopped"
    DEVICE_WIPED = "device_wiped"
    LOSS_REPORT_VIEWED = "loss_report_viewed"
    TOKENS_REVOKED = "tokens_revoked"
    PIN_CHOSEN = "pin_chosen"
    UNLOCK = "unlock"
    DAY_PACKED = "day_packed"
    DAY_SHARE_TOLD = "day_share_told"
    CHANGES_PULLED = "changes_pulled"
    # the terminal
    LIST_REQUESTED = "list_requested"
    LIST_ANSWERED = "list_answered"
    REGISTRATION_REQUESTED = "registration_requested"
    REGISTRATION_ANSWERED = "registration_answered"
    INQUIRY_WANTED = "inquiry_wanted"
    INQUIRY_SENT = "inquiry_sent"
    INQUIRY_ANSWERED = "inquiry_answered"
    INQUIRY_CALLED_OFF = "inquiry_called_off"
    DRUG_REQUESTED = "drug_requested"
    CHECKUP_REQUESTED = "checkup_requested"
    DIAGNOSIS_REQUESTED = "diagnosis_requested"
    OPERATION_REQUESTED = "operation_requested"
    DRUG_RECEIVED = "drug_received"
    CHECKUP_RECEIVED = "checkup_received"
    TREATMENTS_WITHHELD = "treatments_withheld"
    TERMINAL_SILENT = "terminal_silent"
    TERMINAL_FAILED = "terminal_failed"
    CARD_READ = "card_read"
    FILE_QUARANTINED = "file_quarantined"
    FILE_REREAD = "file_reread"
    # patients
    PATIENTS_LISTED = "patients_listed"
    PATIENT_VIEWED = "patient_viewed"
    HISTORY_VIEWED = "history_viewed"
    VISITS_VIEWED = "visits_viewed"
    VISIT_PLANNED = "visit_planned"
    VISIT_CANCELLED = "visit_cancelled"
    REGISTRATION_CHOSEN = "registration_chosen"
    BOARD_VIEWED = "board_viewed"
    ATTENDANCE_ADDED = "attendance_added"
    ATTENDANCE_MOVED = "attendance_moved"
    INQUIRIES_VIEWED = "inquiries_viewed"
    MONTH_BOARD_VIEWED = "month_board_viewed"
    READINESS_VIEWED = "readiness_viewed"
    READINESS_CHANGED = "readiness_changed"
    CONSENTED_LIST_VIEWED = "consented_list_viewed"
    CONSENTED_VIEWED = "consented_viewed"
    COMPARISON_VIEWED = "comparison_viewed"
    SAFE_ROWS_VIEWED = "safe_rows_viewed"
    SAFE_ROWS_ACCEPTED = "safe_rows_accepted"
    CONSENTED_SETTLED = "consented_settled"
    MATCHED = "matched"
    CHART_CHOSEN = "chart_chosen"
    ACT_UNDONE = "act_undone"
    LEDGER_UPDATED = "ledger_updated"
    LEDGER_OVERWRITTEN = "ledger_overwritten"
    LEDGER_ADDED = "ledger_added"
    LEDGER_REGISTERED = "ledger_registered"
    LEDGER_EDITED = "ledger_edited"
    LEDGER_PUBLIC_EXPENSE_TYPED = "ledger_public_expense_typed"
    LEDGER_CARE_INSURANCE_TYPED = "ledger_care_insurance_typed"
    LEDGER_LINKED = "ledger_linked"
    LEDGER_UNDONE = "ledger_undone"
    INSURER_TYPED = "insurer_typed"
    INSURERS_IMPORTED = "insurers_imported"
    LEDGER_IMPORTED = "ledger_imported"
    LEDGER_EXPORTED = "ledger_exported"
    PATIENT_EXPORTED = "patient_exported"
    DRUG_VIEWED = "drug_viewed"
    CHECKUP_VIEWED = "checkup_viewed"
    DIAGNOSIS_VIEWED = "diagnosis_viewed"
    OPERATION_VIEWED = "operation_viewed"
    DRUG_PACKED = "drug_packed"
    CHECKUP_PACKED = "checkup_packed"
    DIAGNOSIS_PACKED = "diagnosis_packed"
    OPERATION_PACKED = "operation_packed"
    HANDOVER_OPENED = "handover_opened"
    CONSENT_REPORTED = "consent_reported"
    VISIT_REGISTERED = "visit_registered"
    VISIT_REGISTRATION_UNDONE = "visit_registration_undone"
    VISIT_ADDED = "visit_added"
    VISIT_TAKEN_OFF = "visit_taken_off"
    ROUTE_SET = "route_set"
    PAST_VISITS_VIEWED = "past_visits_viewed"
    # the trail itself
    AUDIT_VIEWED = "audit_viewed"
    AUDIT_EXPORTED = "audit_exported"
    EVIDENCE_VIEWED = "evidence_viewed"
    EVIDENCE_EXPORTED = "evidence_exported"


#: Looks that count as use of medical information; what was packed and perhaps never read does not.
VIEWINGS = frozenset({Action.DRUG_VIEWED, Action.CHECKUP_VIEWED, Action.DIAGNOSIS_VIEWED, Action.OPERATION_VIEWED})
#: A look at what the tablet carried, told when it had a network again; `device_time` says when it happened.
CARRIED = "carried"
#: Outcomes of such a look in which content was on the screen.
SEEN = frozenset({"available", "document", CARRIED})


@dataclass(frozen=True, slots=True)
class Viewing:
    """One look: who, when, at whom, at which kind, at which device (None: a browser at the office)."""

    at: datetime
    staff_id: UUID | None
    device_id: UUID | None
    patient_id: UUID
    kind: str


def kind_of(action: str) -> str:
    """`drug_viewed` is about `drug`."""
    return action.removesuffix("_viewed")


def by_patient(viewings: Iterable[Viewing]) -> dict[UUID, list[Viewing]]:
    """One list for each patient, oldest look first; patients in the order of their first look."""
    found: dict[UUID, list[Viewing]] = {}
    for viewing in sorted(viewings, key=lambda v: v.at):
        found.setdefault(viewing.patient_id, []).append(viewing)
    return found
