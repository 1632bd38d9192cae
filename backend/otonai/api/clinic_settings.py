"""`/api/settings`: what the administrator decides for the clinic (S-187)."""

from __future__ import annotations

from typing import Any

from ..domain.access import MEDICAL_READERS, Caller, Role
from ..domain.day_share import DataClass, ShareEnd
from ..domain.errors import Invalid
from ..domain.notice import NoticeRule, checked_rules
from ..flow.invite_consent import checked_host
from ..store.audit import write_event
from ..store.changes import note_change
from ..store.day_shares import end_shares
from ..store.facts import from_json, to_json
from ..store.tables import Clinic
from .access import access, caller, now, session, settings
from .models.medical import NoticesIn, NoticesOut
from .models.people import ClinicSettingsIn, ClinicSettingsOut
from .models.support import SupportCardIn, SupportCardOut
from .resource import Resource

blp = Resource("settings", "/api/settings", about="The clinic's own settings")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, ClinicSettingsOut)
def current() -> ClinicSettingsOut:
    """As they stand."""
    clinic = session().get_one(Clinic, caller().clinic_id)
    return ClinicSettingsOut.model_validate(clinic, from_attributes=True)


@blp.patch("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.takes(ClinicSettingsIn)
@blp.gives(200, ClinicSettingsOut)
def change(body: ClinicSettingsIn) -> ClinicSettingsOut:
    """Change what is sent. The consent page must be an official one (F49)."""
    tx, who = session(), caller()
    clinic = tx.get_one(Clinic, who.clinic_id)
    if body.carry_medical and not clinic.carry_medical and not body.carrying_accepted:
        raise Invalid(code="carrying_not_accepted")
    for name, value in body.model_dump(exclude_unset=True, exclude={"carrying_accepted"}).items():
        if value is None:
            continue
        if name == "consent_url":
            checked_host(value, settings().consent_hosts)
        setattr(clinic, name, value)
        if name == "carry_medical" and not value:
            end_shares(tx, who.clinic_id, ShareEnd.CARRYING_OFF, now(), data_class=DataClass.MEDICAL)
        write_event(tx, who.clinic_id, now(), action="setting_changed", actor=who.actor, subject=name)
    tx.add(clinic)
    note_change(tx, who.clinic_id, "clinic", who.clinic_id)
    return ClinicSettingsOut.model_validate(clinic, from_attributes=True)


@blp.get("/notices")
@access(Caller.STAFF, roles=[*MEDICAL_READERS, Role.ADMIN])
@blp.gives(200, NoticesOut)
def notices() -> NoticesOut:
    """The clinic's own list of drugs to be pointed at (S-164); empty until somebody of the clinic writes it."""
    return _notices_out(session().get_one(Clinic, caller().clinic_id))


@blp.put("/notices")
@access(Caller.STAFF, roles=[Role.DOCTOR, Role.ADMIN])
@blp.takes(NoticesIn)
@blp.gives(200, NoticesOut)
def change_notices(body: NoticesIn) -> NoticesOut:
    """Replace the list. It tags drugs and judges none; a rule that would tag everything is refused."""
    tx, who = session(), caller()
    rules = checked_rules(tuple(notice_rule(told.model_dump(mode="json")) for told in body.rules))
    clinic = tx.get_one(Clinic, who.clinic_id)
    clinic.notice_rules = to_json(rules)
    tx.add(clinic)
    write_event(tx, who.clinic_id, now(), action="setting_changed", actor=who.actor, subject="notice_rules")
    note_change(tx, who.clinic_id, "clinic", who.clinic_id)
    return _notices_out(clinic)


@blp.get("/support")
@access(Caller.STAFF)
@blp.gives(200, SupportCardOut)
def support_card() -> SupportCardOut:
    """Whom to call and how to reach the terminal's screen: for everybody who stands before it (S-191, S-234)."""
    return SupportCardOut.model_validate(session().get_one(Clinic, caller().clinic_id).support_card or {})


@blp.put("/support")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.takes(SupportCardIn)
@blp.gives(200, SupportCardOut)
def change_support_card(body: SupportCardIn) -> SupportCardOut:
    """Write the card anew. Nothing is called or mended by it."""
    tx, who = session(), caller()
    clinic = tx.get_one(Clinic, who.clinic_id)
    clinic.support_card = body.model_dump(mode="json")
    tx.add(clinic)
    write_event(tx, who.clinic_id, now(), action="setting_changed", actor=who.actor, subject="support_card")
    note_change(tx, who.clinic_id, "clinic", who.clinic_id)
    return SupportCardOut.model_validate(clinic.support_card)


def notice_rule(told: dict[str, Any]) -> NoticeRule:
    """A rule as the domain knows it."""
    return from_json(NoticeRule, told)


def _notices_out(clinic: Clinic) -> NoticesOut:
    return NoticesOut.model_validate({"rules": clinic.notice_rules or []})
