"""`/api/staff`: the people of the clinic. The administrator invites, gives roles, stops and helps back in.

No password and no secret of anybody passes through here, but for codes that are handed over and used once.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response

from ..domain.access import Caller, Role
from ..flow import sessions
from ..flow import staff as people
from ..store.tables import Staff
from .access import access, caller, now, session, settings
from .models.common import Empty
from .models.sign_in import (
    HelpIn,
    InvitationIn,
    InvitationOut,
    OwnSessionListOut,
    PersonIn,
    PersonListOut,
    PersonOut,
)
from .present_sign_in import invitation_out, people_out, session_list_out
from .resource import Resource

blp = Resource("staff", "/api/staff", about="People of the clinic")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, PersonListOut)
def everybody() -> PersonListOut:
    """Everybody who works here, or did."""
    return PersonListOut(items=people_out(session(), people.people(session(), caller().clinic_id), now()))


@blp.post("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True, tells_secret=True)
@blp.takes(InvitationIn)
@blp.gives(201, InvitationOut)
def invite(body: InvitationIn) -> InvitationOut:
    """A new person: answers with the code to hand over."""
    invitation = people.invite(
        session(), caller().clinic_id, name=body.name, login_name=body.login_name, role=body.role,
        actor=caller().actor, now=now(),
    )  # fmt: skip
    return invitation_out(session(), invitation, settings().base_url, now())


@blp.patch("/<uuid:staff_id>")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.takes(PersonIn)
@blp.gives(200, PersonOut)
def change(body: PersonIn, staff_id: UUID) -> PersonOut:
    """Another role, or stop somebody; both count at once. Coming back is `return`, which hands out a code."""
    staff = _person(staff_id)
    if body.role is not None:
        people.change_role(session(), staff, body.role, caller().actor, now())
    if body.active is False:
        people.stop(session(), staff, caller().actor, now())
    (shown,) = people_out(session(), [staff], now())
    return shown


@blp.post("/<uuid:staff_id>/return")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True, tells_secret=True)
@blp.takes(Empty)
@blp.gives(200, InvitationOut)
def take_back(_body: Empty, staff_id: UUID) -> InvitationOut:
    """Somebody who was stopped works here again, and begins anew with a code."""
    invitation = people.take_back(session(), _person(staff_id), caller().actor, now())
    return invitation_out(session(), invitation, settings().base_url, now())


@blp.post("/<uuid:staff_id>/sign-up-code")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True, tells_secret=True)
@blp.takes(HelpIn)
@blp.gives(200, InvitationOut)
def help_back_in(body: HelpIn, staff_id: UUID) -> InvitationOut:
    """For somebody who lost password or telephone: what they had is void, a code leads back in."""
    invitation = people.help_back_in(session(), _person(staff_id), body.lost, caller().actor, now())
    return invitation_out(session(), invitation, settings().base_url, now())


@blp.post("/<uuid:staff_id>/let-try-again")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.takes(Empty)
@blp.gives(200, PersonOut)
def let_try_again(_body: Empty, staff_id: UUID) -> PersonOut:
    """Lift the lock that five wrong tries brought (S-171)."""
    staff = _person(staff_id)
    people.let_try_again(session(), staff, caller().actor, now())
    (shown,) = people_out(session(), [staff], now())
    return shown


@blp.get("/<uuid:staff_id>/sessions")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, OwnSessionListOut)
def sessions_of(staff_id: UUID) -> OwnSessionListOut:
    """Where this person is signed in."""
    staff = _person(staff_id)
    office = caller().office
    rows = sessions.sessions_of(session(), staff.clinic_id, staff.id, now())
    return session_list_out(rows, current=office.id if office else None)


@blp.delete("/<uuid:staff_id>/sessions")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(204)
def end_sessions_of(staff_id: UUID) -> Response:
    """Sign this person out everywhere."""
    sessions.end_all(session(), _person(staff_id), caller().actor, now(), why="revoked")
    return Response(status=204)


def _person(staff_id: UUID) -> Staff:
    return people.person(session(), caller().clinic_id, staff_id)
