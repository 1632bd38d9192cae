"""What the audit trail and the evidence of viewing look like to the administrator."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...domain.audit import Action
from ...domain.unobtained import Unobtained
from .common import Out, PageQuery, example, example_of

_YEARS = (2000, 2199)


def _of_our_time(day: date | None) -> date | None:
    if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValueError("日付を確かめてください。")
    return day


class AuditQuery(PageQuery):
    """Which events: days in Japan (both included), one person, one patient, one action, one outcome."""

    since: date | None = None
    until: date | None = None
    staff_id: UUID | None = None
    patient_id: UUID | None = None
    action: str | None = Field(default=None, max_length=60)
    outcome: str | None = Field(default=None, max_length=60, pattern=r"^[a-z0-9_+=-]*$")

    _days = field_validator("since", "until")(_of_our_time)

    @field_validator("action")
    @classmethod
    def _known(cls, action: str | None) -> str | None:
        return action if action is None else Action(action).value


class AuditEventOut(Out):
    """One event with the names of today. `device_time` is what the tablet's clock said; `at` is the server's."""

    model_config = example(
        sequence=412,
        at="2026-11-23T04:52:00Z",
        device_time=None,
        action="drug_viewed",
        outcome="available",
        actor_kind="bedside",
        actor_id="019a0000-0000-7000-8000-000000000002",
        actor_name="例示 花子",
        device_id="019a0000-0000-7000-8000-0000000000d1",
        device_name="訪問1号",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        patient_name="資格 定男",
        subject=None,
    )
    sequence: int
    at: datetime
    device_time: datetime | None
    action: str
    outcome: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str | None
    device_id: UUID | None
    device_name: str | None
    patient_id: UUID | None
    patient_name: str | None
    subject: str | None


class AuditAnchorOut(Out):
    """The newest event and its hash: written down elsewhere, it gives away a trail that was rewritten."""

    model_config = example(sequence=412, hash="5f" * 32)
    sequence: int
    hash: str


class AuditListOut(Out):
    """Newest first."""

    model_config = example(
        items=[example_of(AuditEventOut)], next_cursor=None, total=1, anchor=example_of(AuditAnchorOut)
    )
    items: list[AuditEventOut]
    next_cursor: str | None
    total: int
    anchor: AuditAnchorOut


class EvidenceQuery(BaseModel):
    """One month in Japan, and one patient if only one is wanted."""

    model_config = ConfigDict(extra="ignore")
    month: str = Field(pattern=r"^2[01]\d\d-(0[1-9]|1[0-2])$")
    patient_id: UUID | None = None


class ViewingOut(Out):
    """One look. `device_name` is null for a browser at the office."""

    model_config = example(
        at="2026-11-23T04:52:00Z", kind="drug", staff_name="例示 花子", role="doctor", device_name="訪問1号"
    )
    at: datetime
    kind: str
    staff_name: str | None
    role: str | None
    device_name: str | None


class PatientEvidenceOut(Out):
    """Everything that was looked at of one patient in this month."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        patient_name="資格 定男",
        chart_number="000128",
        viewings=[example_of(ViewingOut)],
    )
    patient_id: UUID
    patient_name: str | None
    chart_number: str | None
    viewings: list[ViewingOut]


class EvidenceRuleOut(Out):
    """The rule in force in this month, and where it is from."""

    model_config = example(
        name="在宅医療DX情報活用加算",
        valid_from="2025-04-01",
        text="医師が診療情報等を取得するだけでなく、計画の作成に活用できる体制が求められます。",
        source="home-visit-workflow A11",
    )
    name: str
    valid_from: date
    text: str
    source: str


class UnobtainedOut(Out):
    """A day on which nothing could be read of somebody: refused, failed with a reason, or asked and not there."""

    model_config = example(
        day="2026-11-23",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        patient_name="資格 定男",
        chart_number="000128",
        what="failed",
        reason="pin_forgotten",
        kind=None,
    )
    day: date
    patient_id: UUID
    patient_name: str | None
    chart_number: str | None
    what: Unobtained
    reason: str | None
    kind: str | None


class EvidenceOut(Out):
    """Who looked at which patient's medical information in one month, and where there was nothing to look at.

    `rule` is null before there was one.
    """

    model_config = example(
        month="2026-11",
        clinic_name="みなも在宅クリニック",
        rule=example_of(EvidenceRuleOut),
        patients=[example_of(PatientEvidenceOut)],
        unobtained=[example_of(UnobtainedOut)],
    )
    month: str
    clinic_name: str
    rule: EvidenceRuleOut | None
    patients: list[PatientEvidenceOut]
    unobtained: list[UnobtainedOut]
