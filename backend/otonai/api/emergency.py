"""`/api/emergency`: the administrator's side of the emergency account: seal a code, see its use, end it."""

from __future__ import annotations

from flask import Response

from ..domain.access import Caller, Role
from ..domain.errors import Conflict
from ..flow import break_glass
from ..flow.handed_codes import grouped
from .access import access, caller, now, session
from .models.common import Empty
from .models.sign_in import SealedOut, SealListOut
from .present_sign_in import seal_out
from .resource import Resource

blp = Resource("emergency", "/api/emergency", about="The emergency account")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, SealListOut)
def seals() -> SealListOut:
    """The sealed codes and what became of them."""
    rows = break_glass.seals(session(), caller().clinic_id)
    return SealListOut(items=[seal_out(session(), row, now()) for row in rows])


@blp.post("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True, tells_secret=True)
@blp.takes(Empty)
@blp.gives(201, SealedOut)
def seal(_body: Empty) -> SealedOut:
    """Seal a new code; told this once. One that lies sealed is void."""
    sealed = break_glass.seal_code(session(), caller().clinic_id, caller().actor, now())
    return SealedOut(seal=seal_out(session(), sealed.seal, now()), code=grouped(sealed.code))


@blp.delete("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.gives(204)
def end() -> Response:
    """End the open account before its time."""
    if not break_glass.end(session(), caller().clinic_id, caller().actor, now()):
        raise Conflict(code="emergency_not_open")
    return Response(status=204)
