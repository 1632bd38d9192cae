"""`/api/staff`: the people of the clinic."""

from __future__ import annotations

from sqlmodel import col, select

from ..domain.access import Caller, Role
from ..flow import sign_in
from ..store.tables import Staff
from .access import access, caller, now, session
from .models.people import StaffIn, StaffListOut, StaffOut
from .resource import Resource

blp = Resource("staff", "/api/staff", about="People of the clinic")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, StaffListOut)
def everybody() -> StaffListOut:
    """Everybody who works here."""
    rows = session().exec(
        select(Staff).where(Staff.clinic_id == caller().clinic_id, col(Staff.active)).order_by(Staff.name)
    )
    return StaffListOut(items=[StaffOut.model_validate(r, from_attributes=True) for r in rows])


@blp.post("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.takes(StaffIn)
@blp.gives(201, StaffOut)
def add(body: StaffIn) -> StaffOut:
    """A new person."""
    staff = sign_in.add_staff(
        session(), caller().clinic_id, name=body.name, login_name=body.login_name, role=body.role,
        password=body.password, actor=caller().actor, now=now(),
    )  # fmt: skip
    return StaffOut.model_validate(staff, from_attributes=True)
