"""`/api/devices`: tablets and bridges; approval and stop at the office, unlock at the tablet."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from flask import Response, current_app, request
from sqlmodel import col, select

from ..domain.access import Caller, Role, TryOutcome
from ..domain.app_version import AppAge, app_age
from ..domain.dates import business_day
from ..domain.day_share import MedicalMode
from ..domain.devices import DeviceKind, Ownership, may_hold_medical_offline
from ..domain.errors import Invalid, Locked, NotFound, NotSignedIn, Refused
from ..flow import boxes, break_glass, device_access, enrol_device, lost_tablet, tablet_pins
from ..store.audit import write_event
from ..store.session import writing
from ..store.tables import Clinic, Device
from ..store.visits import visits_on
from .access import access, caller, now, session, settings
from .models.bag import CarriedDayOut, CarriedPersonOut, LossReportOut
from .models.people import (
    BoxKeyOut,
    ClinicOut,
    DeviceApprovalIn,
    DeviceGrantOut,
    DeviceListOut,
    DeviceOut,
    DeviceStopIn,
    MyDeviceOut,
    StaffOut,
    TabletPersonOut,
    TodayCountOut,
    UnlockIn,
    UnlockOut,
)
from .proving import rules
from .resource import Resource

blp = Resource("devices", "/api/devices", about="Tablets and bridges")

_APPROVERS = [Role.ADMIN, Role.OFFICE]


@blp.get("")
@access(Caller.STAFF, roles=_APPROVERS)
@blp.gives(200, DeviceListOut)
def devices() -> DeviceListOut:
    """Every device of the clinic, stopped ones included."""
    rows = session().exec(
        select(Device).where(Device.clinic_id == caller().clinic_id).order_by(col(Device.enrolled_at).desc())
    )
    return DeviceListOut(items=[told_device(row) for row in rows])


@blp.get("/grants/<string:user_code>")
@access(Caller.STAFF, roles=_APPROVERS)
@blp.gives(200, DeviceGrantOut)
def grant(user_code: str) -> DeviceGrantOut:
    """A device that shows this code and waits."""
    row = enrol_device.waiting_grant(session(), user_code, now())
    return DeviceGrantOut(
        user_code=row.user_code, kind=DeviceKind(row.kind), name=row.device_name, expires_at=row.expires_at
    )


@blp.post("/grants/<string:user_code>/approve")
@access(Caller.STAFF, roles=_APPROVERS)
@blp.takes(DeviceApprovalIn)
@blp.gives(201, DeviceOut)
def approve(body: DeviceApprovalIn, user_code: str) -> DeviceOut:
    """Take the device into this clinic; the office says whose it is."""
    row = enrol_device.waiting_grant(session(), user_code, now())
    device = enrol_device.approve(
        session(), caller().clinic_id, row, body.name, body.ownership, actor=caller().actor, rules=rules(), now=now()
    )
    return told_device(device)


@blp.post("/<uuid:device_id>/stop")
@access(Caller.STAFF, roles=_APPROVERS)
@blp.takes(DeviceStopIn)
@blp.gives(200, DeviceOut)
def stop(body: DeviceStopIn, device_id: UUID) -> DeviceOut:
    """Stop a lost or retired device at once."""
    device = session().get(Device, (caller().clinic_id, device_id))
    if device is None:
        raise NotFound()
    if body.typed_name.strip() != device.name:
        raise Invalid(code="name_mismatch")
    device_access.stop_device(session(), device, caller().actor, now(), body.because)
    return told_device(device)


@blp.get("/<uuid:device_id>/loss-report")
@access(Caller.STAFF, roles=_APPROVERS, discloses=True)
@blp.gives(200, LossReportOut)
def loss_report(device_id: UUID) -> LossReportOut:
    """What an authority asks for when a tablet was lost: whose data it carried, under which keys, and until when."""
    device = session().get(Device, (caller().clinic_id, device_id))
    if device is None or DeviceKind(device.kind) is not DeviceKind.TABLET:
        raise NotFound()
    write_event(
        session(), caller().clinic_id, now(), action="loss_report_viewed", actor=caller().actor, subject=str(device.id)
    )
    found = lost_tablet.report_on(session(), device)
    return LossReportOut(
        device=told_device(device),
        stopped_at=device.stopped_at,
        stopped_because=device.stopped_because,
        wiped_at=device.wiped_at,
        key_mode=device.key_mode,
        medical_mode=found.medical_mode,
        storage_persisted=device.storage_persisted,
        tokens_ended=found.tokens_ended,
        entries_held=found.entries_held,
        days=[CarriedDayOut.model_validate(day) for day in found.days],
        patients=[CarriedPersonOut.model_validate(person) for person in found.patients],
    )


def told_device(device: Device) -> DeviceOut:
    """A device as the office sees it."""
    told = DeviceOut.model_validate(device, from_attributes=True)
    told.update_needed = (
        told.kind is DeviceKind.TABLET
        and device.state == "active"
        and (device.version is not None and app_age(device.version, settings().oldest_app) is AppAge.TOO_OLD)
    )
    told.enrol_again = device.state == "active" and device.key_thumbprint is None
    return told


@blp.get("/me")
@access(Caller.TABLET, Caller.BEDSIDE)
@blp.gives(200, MyDeviceOut)
def me() -> MyDeviceOut:
    """What a tablet knows while locked: counts, no patient's name."""
    tx, who = session(), caller()
    device = tx.get_one(Device, (who.clinic_id, who.device_id))
    clinic = tx.get_one(Clinic, who.clinic_id)
    visits = visits_on(tx, who.clinic_id, business_day(now()))
    key = boxes.current_key(tx, who.clinic_id)
    open_emergency = break_glass.open_seal(tx, who.clinic_id, now())
    return MyDeviceOut(
        id=device.id,
        name=device.name,
        state=device.state,
        medical_offline=may_hold_medical_offline(
            clinic_allows=clinic.carry_medical,
            ownership=Ownership(device.ownership),
            byod_allowed=rules().byod_offline_medical,
        ),
        medical_mode=MedicalMode(clinic.offline_medical),
        clinic=ClinicOut(id=clinic.id, name=clinic.name, practice=settings().practice),
        people=[
            TabletPersonOut(staff_id=p.id, name=p.name, role=Role(p.role)) for p in tablet_pins.people_of(tx, device)
        ],
        today=TodayCountOut(visits=len(visits), to_do=sum(v.state == "planned" for v in visits)),
        box_key=BoxKeyOut(key_id=key.key_id, public_key=boxes.encode(key.public_key), suite=boxes.SUITE_NAME),
        next_sequence=device.next_sequence,
        server_time=now(),
        emergency_until=open_emergency.ends_at if open_emergency else None,
    )


@blp.post("/me/unlock")
@access(Caller.TABLET, Caller.BEDSIDE, own_transaction=True)
@blp.takes(UnlockIn)
@blp.gives(200, UnlockOut)
def unlock(body: UnlockIn) -> UnlockOut:
    """Open by PIN, or add oneself to this tablet by name, password and a new PIN. Every try is counted here."""
    first_time = body.login_name is not None and body.password is not None and body.new_pin is not None
    with writing(current_app.extensions["otonai"].engine, caller().clinic_id) as tx:
        device = tx.get_one(Device, (caller().clinic_id, caller().device_id))
        opened: tablet_pins.Opened | None
        if first_time:
            opened = tablet_pins.add_person_to_tablet(
                tx,
                device,
                login_name=body.login_name or "",
                password=body.password or "",
                new_pin=body.new_pin or "",
                now=now(),
            )
        elif body.staff_id is not None and body.pin is not None:
            opened = tablet_pins.try_pin(tx, device, body.staff_id, body.pin, now())
        else:
            raise Invalid("staff_id and pin, or login_name, password and new_pin")
    if opened is None:
        raise NotFound(code="person_not_on_tablet")
    until = opened.until.astimezone(UTC).isoformat() if opened.until else None
    if opened.outcome is TryOutcome.STOPPED:
        raise Refused(code="device_stopped")
    if opened.outcome is TryOutcome.LOCKED:
        raise Locked(code="sign_in_locked" if first_time else "pin_locked", until=until)
    if opened.outcome is TryOutcome.WRONG or opened.staff is None or not opened.token or opened.expires_at is None:
        raise NotSignedIn(code="sign_in_failed" if first_time else "pin_wrong", remaining=opened.remaining)
    return UnlockOut(
        unlock_token=opened.token,
        expires_at=opened.expires_at,
        staff=StaffOut.model_validate(opened.staff, from_attributes=True),
    )


@blp.delete("/me/unlock")
@access(Caller.TABLET, Caller.BEDSIDE)
@blp.gives(204)
def lock() -> Response:
    """Lock the tablet."""
    device = session().get_one(Device, (caller().clinic_id, caller().device_id))
    tablet_pins.lock(session(), device, request.headers.get("Otonai-Unlock", ""), now())
    return Response(status=204)
