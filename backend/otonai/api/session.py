"""`/api/session`: sign-in at the office by name and password, and what the shell must know before."""

from __future__ import annotations

from datetime import UTC

from flask import Response, current_app, make_response, request

from .. import __version__
from ..domain.access import IDLE_LIMIT, Caller, TryOutcome
from ..domain.errors import Locked, NotSignedIn
from ..flow import sign_in
from ..store.session import writing
from ..store.tables import Clinic, Staff
from .access import COOKIE, access, caller, now, session, settings
from .models.people import ClinicOut, ProfileOut, SessionOut, SignInIn, StaffOut
from .resource import Resource

blp = Resource("session", "/api/session", about="Sign-in at the office")


@blp.get("/profile")
@access(Caller.PUBLIC)
@blp.gives(200, ProfileOut)
def profile() -> ProfileOut:
    """Product, version, and whether this is practice."""
    s = settings()
    return ProfileOut(version=__version__, profile=s.profile.value, practice=s.practice, live_origin=s.live_url)


@blp.post("")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes(SignInIn)
@blp.gives(200, SessionOut)
def start(body: SignInIn) -> Response:
    """Sign in. The try is counted before its outcome is told."""
    engine = current_app.extensions["otonai"].engine
    with writing(engine) as tx:
        opened = sign_in.try_password(tx, body.login_name, body.password, now())
        if opened.outcome is TryOutcome.OPENED and opened.staff is not None:
            token = sign_in.start_session(tx, opened.staff, now())
            clinic = tx.get_one(Clinic, opened.staff.clinic_id)
            answer = make_response(_session(opened.staff, clinic).model_dump(mode="json"))
    if opened.outcome is TryOutcome.LOCKED:
        until = opened.until.astimezone(UTC).isoformat() if opened.until else None
        raise Locked(code="sign_in_locked", until=until)
    if opened.staff is None:
        raise NotSignedIn(code="sign_in_failed")
    answer.set_cookie(COOKIE, token, httponly=True, secure=settings().secure_cookies, samesite="Strict", path="/api")
    return answer


@blp.get("")
@access(Caller.STAFF)
@blp.gives(200, SessionOut)
def current() -> SessionOut:
    """Who is signed in at this browser."""
    who = caller()
    staff = session().get_one(Staff, (who.clinic_id, who.staff_id))
    return _session(staff, session().get_one(Clinic, who.clinic_id))


@blp.delete("")
@access(Caller.STAFF)
@blp.gives(204)
def end() -> Response:
    """Sign out."""
    sign_in.end_session(session(), request.cookies.get(COOKIE, ""), now())
    answer = Response(status=204)
    answer.delete_cookie(COOKIE, path="/api")
    return answer


def _session(staff: Staff, clinic: Clinic) -> SessionOut:
    return SessionOut(
        staff=StaffOut.model_validate(staff, from_attributes=True),
        clinic=ClinicOut(id=clinic.id, name=clinic.name, practice=settings().practice),
        expires_at=now() + IDLE_LIMIT,
    )
