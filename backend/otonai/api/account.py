"""`/api/account`: one's own password, authenticator app, recovery codes and sessions.

The same routes complete a first sign-in (`arriving`): choose a password, set up a second factor. What is told once
(secrets, codes) is kept nowhere else.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, make_response
from sqlalchemy import Engine
from sqlmodel import Session

from ..domain.access import Caller
from ..domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from ..domain.factors import SECOND_FACTORS, Factor, Stage
from ..flow import second_factor, sessions, sign_in
from ..flow.invite_consent import qr_svg
from ..flow.passwords import choose_password, policy_of
from ..store.session import writing
from ..store.tables import Staff, StaffSession
from .access import access, caller, now, place, sealing, session
from .models.common import Empty
from .models.people import StaffOut
from .models.sign_in import (
    AccountOut,
    AuthenticatorOut,
    OneTimeCodeIn,
    OwnSessionListOut,
    PasswordIn,
    RecoveryCodesOut,
    SignInOut,
)
from .present_sign_in import policy_out, session_list_out
from .resource import Resource
from .session import entered, refusal, sign_in_out

blp = Resource("account", "/api/account", about="One's own account")


@blp.get("")
@access(Caller.STAFF)
@blp.gives(200, AccountOut)
def account() -> AccountOut:
    """How one gets in oneself."""
    tx, office, staff = session(), _office(), _me(session())
    state = sign_in.account_state(tx, staff, now())
    policy = policy_of(tx, staff, now(), has_second_factor=bool(state.second_factors))
    return AccountOut(
        staff=StaffOut.model_validate(staff, from_attributes=True),
        password_changed_at=staff.password_changed_at,
        password_policy=policy_out(policy),
        second_factors=sorted(state.second_factors),
        two_factors_wanted=state.two_factors_wanted,
        recovery_codes_left=second_factor.recovery_codes_left(tx, staff),
        fresh_until=office.proved_at + sessions.rules_now(now()).fresh,
    )


@blp.put("/password")
@access(Caller.STAFF, Caller.ARRIVING, own_transaction=True)
@blp.takes(PasswordIn)
@blp.gives(200, SignInOut)
def change_password(body: PasswordIn) -> Response:
    """A new password; every other session of this person ends."""
    office = _office()
    with writing(_engine(), office.clinic_id) as tx:
        staff = _me(tx)
        second = second_factor.second_factors_of(tx, staff)
        if office.stage is Stage.OPEN:
            # The present one is asked, and counted like any try: an open browser is not its owner (ASVS 6.2.3).
            proof = sign_in.try_password(tx, staff.login_name, body.current or "", place(), now())
            failure = None if proof.staff is not None else refusal(proof, "current_password_wrong")
        elif office.stage is Stage.CHOOSE_PASSWORD:
            failure = None
        else:
            raise NotSignedIn()
        if failure is None:
            choose_password(tx, staff, body.new, caller().actor, now(), has_second_factor=bool(second), keep=office.id)
            ends_at = office.ends_at if office.stage is Stage.OPEN else None
            entrance = sign_in.identity_proved(
                tx, staff, {Factor.PASSWORD}, place(), now(), arriving=office, ends_at=ends_at
            )
            return entered(tx, entrance)
    raise failure


@blp.post("/authenticator")
@access(Caller.STAFF, Caller.ARRIVING, fresh=True, tells_secret=True)
@blp.takes(Empty)
@blp.gives(200, AuthenticatorOut)
def begin_authenticator(_body: Empty) -> AuthenticatorOut:
    """A new secret for an authenticator app; counts for nothing until a code of it is confirmed."""
    tx, staff = session(), _me_enrolling(session())
    seed = second_factor.new_seed()
    second_factor.begin_authenticator(tx, staff, seed, sealing(), now())
    address = second_factor.address_of(staff, seed)
    return AuthenticatorOut(secret=seed, address=address, qr_svg=qr_svg(address))


@blp.post("/authenticator/confirm")
@access(Caller.STAFF, Caller.ARRIVING, fresh=True, own_transaction=True)
@blp.takes(OneTimeCodeIn)
@blp.gives(200, RecoveryCodesOut)
def confirm_authenticator(body: OneTimeCodeIn) -> Response:
    """The app shows the right code: it is the second factor from now on. Ten recovery codes are told with it."""
    office = _office()
    with writing(_engine(), office.clinic_id) as tx:
        staff = _me_enrolling(tx)
        if not second_factor.confirm_authenticator(tx, staff, body.code, caller().actor, sealing(), now()):
            raise Invalid(code="code_wrong")
        codes = second_factor.new_recovery_codes(tx, staff, caller().actor, now())
        # Other browsers of this person sign in again, with the new factor.
        sessions.end_all(tx, staff, caller().actor, now(), why="second_factor_added", but=office.id, tablets=False)
        return completed(tx, staff, Factor.ONE_TIME_CODE, codes)


@blp.delete("/authenticator")
@access(Caller.STAFF, fresh=True)
@blp.gives(204)
def remove_authenticator() -> Response:
    """Take the app away. Refused while it is the only second factor and the clinic wants one."""
    tx, staff = session(), _me(session())
    state = sign_in.account_state(tx, staff, now())
    if state.two_factors_wanted and not (state.second_factors & SECOND_FACTORS) - {Factor.ONE_TIME_CODE}:
        raise Conflict(code="last_second_factor")
    second_factor.remove_authenticator(tx, staff, caller().actor, now())
    second_factor.void_codes_of_nothing(tx, staff)
    sessions.end_all(tx, staff, caller().actor, now(), why="second_factor_removed", but=_office().id, tablets=False)
    return Response(status=204)


@blp.post("/recovery-codes")
@access(Caller.STAFF, fresh=True, tells_secret=True)
@blp.takes(Empty)
@blp.gives(200, RecoveryCodesOut)
def new_recovery_codes(_body: Empty) -> RecoveryCodesOut:
    """Ten new codes; the old ones are void."""
    tx, staff = session(), _me(session())
    if not second_factor.second_factors_of(tx, staff):
        raise Conflict(code="no_second_factor")
    return RecoveryCodesOut(recovery_codes=second_factor.new_recovery_codes(tx, staff, caller().actor, now()))


@blp.get("/sessions")
@access(Caller.STAFF)
@blp.gives(200, OwnSessionListOut)
def own_sessions() -> OwnSessionListOut:
    """Every browser one is signed in at."""
    office = _office()
    return session_list_out(
        sessions.sessions_of(session(), office.clinic_id, office.staff_id, now()), current=office.id
    )


@blp.delete("/sessions")
@access(Caller.STAFF)
@blp.gives(204)
def end_other_sessions() -> Response:
    """Sign out everywhere but here; tablets lock."""
    staff, office = _me(session()), _office()
    sessions.end_all(session(), staff, caller().actor, now(), why="revoked", but=office.id)
    return Response(status=204)


@blp.delete("/sessions/<uuid:session_id>")
@access(Caller.STAFF)
@blp.gives(204)
def end_own_session(session_id: UUID) -> Response:
    """Sign out at another browser."""
    row = session().get(StaffSession, (caller().clinic_id, session_id))
    if row is None or row.staff_id != caller().staff_id:
        raise NotFound()
    sessions.end_one(session(), row, caller().actor, now())
    return Response(status=204)


def completed(tx: Session, staff: Staff, factor: Factor, recovery_codes: list[str]) -> Response:
    """A second factor was set up: who was on the way in goes on, who was in stays in."""
    office = _office()
    if office.stage is Stage.OPEN:
        return make_response(RecoveryCodesOut(recovery_codes=recovery_codes).model_dump(mode="json"))
    entrance = sign_in.identity_proved(tx, staff, {factor}, place(), now(), arriving=office)
    told = RecoveryCodesOut(recovery_codes=recovery_codes, sign_in=sign_in_out(tx, entrance))
    answer = entered(tx, entrance)
    answer.set_data(current_app.json.dumps(told.model_dump(mode="json")))
    return answer


def _office() -> sessions.OfficeSession:
    office = caller().office
    if office is None:
        raise NotSignedIn()
    return office


def _me(tx: Session) -> Staff:
    return tx.get_one(Staff, (caller().clinic_id, caller().staff_id))


def _me_enrolling(tx: Session) -> Staff:
    """Oneself, signed in, or at exactly the step that asks for a second factor."""
    if _office().stage not in (Stage.OPEN, Stage.ENROL_SECOND_FACTOR):
        raise NotSignedIn()
    return _me(tx)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["otonai"].engine
    return engine
