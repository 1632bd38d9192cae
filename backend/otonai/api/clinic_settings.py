"""`/api/settings`: what the administrator decides for the clinic (S-187)."""

from __future__ import annotations

from ..domain.access import Caller, Role
from ..flow.invite_consent import checked_host
from ..store.audit import write_event
from ..store.changes import note_change
from ..store.tables import Clinic
from .access import access, caller, now, session, settings
from .models.people import ClinicSettingsIn, ClinicSettingsOut
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
    for name, value in body.model_dump(exclude_unset=True).items():
        if value is None:
            continue
        if name == "consent_url":
            checked_host(value, settings().consent_hosts)
        setattr(clinic, name, value)
        write_event(tx, who.clinic_id, now(), action="setting_changed", actor=who.actor, subject=name)
    tx.add(clinic)
    note_change(tx, who.clinic_id, "clinic", who.clinic_id)
    return ClinicSettingsOut.model_validate(clinic, from_attributes=True)
