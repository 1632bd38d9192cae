"""`/api/session`: the way in at the office, step by step, and what the shell must know before.

Every step answers with the stage that was reached (`domain/factors.py`) and a new cookie. Tries are counted before
their outcome is told, so each route has its own transaction.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Response, current_app, make_response
from sqlalchemy import Engine
from sqlmodel import Session

from .. import __version__
from ..domain.access import STAFF_ROLES, Caller, Role
from ..domain.errors import Locked, NotSignedIn, Refused
from ..domain.factors import Factor, Stage
from ..domain.provider import ProviderOutcome
from ..flow import break_glass, handed_codes, hashing, own_provider, sessions, sign_in
from ..flow.passwords import policy_of
from ..flow.sign_in import Entrance, KnockOutcome, Tried
from ..store.session import reading, writing
from ..store.tables import Clinic, Staff
from .access import (
    access,
    browser_cookie_name,
    caller,
    cookie_name,
    now,
    place,
    sealing,
    session,
    session_cookie,
    settings,
)
from .models.people import ClinicOut, ProfileOut, StaffOut
from .models.sign_in import (
    EmergencyIn,
    PasswordPolicyOut,
    ProofIn,
    SecondFactorIn,
    SessionOut,
    SignInIn,
    SignInOut,
    SignUpIn,
)
from .present_sign_in import policy_out
from .resource import Resource

blp = Resource("session", "/api/session", about="Sign-in at the office")

#: Signing out and looking at oneself are for whoever is signed in, the emergency account too.
ANYBODY = [*STAFF_ROLES, Role.EMERGENCY]


@blp.get("/profile")
@access(Caller.PUBLIC)
@blp.gives(200, ProfileOut)
def profile() -> ProfileOut:
    """Product, version, whether this is practice, and whether a clinic here has a provider of its own."""
    s = settings()
    return ProfileOut(
        version=__version__, profile=s.profile.value, practice=s.practice, live_origin=s.live_url,
        own_provider=own_provider.is_offered(session()),
    )  # fmt: skip


@blp.post("")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes(SignInIn)
@blp.gives(200, SignInOut)
def start(body: SignInIn) -> Response:
    """First step: name and password. The password is compared while no transaction is open.

    A refusal takes the same time whoever was named, also where a name leads to more work. There are few of them to
    wait for: doors close. At a closed door nothing is compared, and the wait is a tenth.
    """
    began = time.monotonic()
    with reading(_engine()) as tx:
        knock = sign_in.look_up(tx, body.login_name, place(), now())
    fits = knock.fits(body.password)
    with writing(_engine(), knock.clinic_id) as tx:
        proof = sign_in.settle(tx, knock, body.password, now(), fits=fits)
        elsewhere = proof.staff is not None and not own_provider.may_use_password(tx, proof.staff)
        if proof.staff is not None and not elsewhere:
            entrance = sign_in.identity_proved(tx, proof.staff, {Factor.PASSWORD}, place(), now())
            return entered(tx, entrance)
        if proof.staff is not None:
            own_provider.tell_refused(tx, proof.staff.clinic_id, proof.staff.id, ProviderOutcome.NOT_THIS_WAY, now())
    if elsewhere:
        raise Refused(code="password_not_this_way")
    _even_out(began, hashing.even_time() / (10 if knock.closed else 1))
    raise refusal(proof, "sign_in_failed")


@blp.post("/second-factor")
@access(Caller.ARRIVING, own_transaction=True)
@blp.takes(SecondFactorIn)
@blp.gives(200, SignInOut)
def second_factor(body: SecondFactorIn) -> Response:
    """Second step: a code of the authenticator app, or a recovery code."""
    arriving = caller().office
    if arriving is None or arriving.stage is not Stage.SECOND_FACTOR:
        raise NotSignedIn()
    factor = Factor(body.kind)
    with writing(_engine(), arriving.clinic_id) as tx:
        staff = tx.get_one(Staff, (arriving.clinic_id, arriving.staff_id))
        proof = sign_in.try_code(tx, staff, body.code, factor, place(), sealing(), now())
        if proof.staff is not None:
            entrance = sign_in.identity_proved(tx, staff, {factor}, place(), now(), arriving=arriving)
            return entered(tx, entrance)
    raise refusal(proof, "second_factor_failed")


@blp.post("/sign-up")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes(SignUpIn)
@blp.gives(200, SignInOut)
def sign_up(body: SignUpIn) -> Response:
    """With the code that the administrator handed over: to begin an account, or to come back after a loss."""
    with writing(_engine()) as tx:
        proof = sign_in.try_handed_code(tx, body.code, handed_codes.Purpose.SIGN_UP, place(), now())
        if proof.staff is not None:
            entrance = sign_in.identity_proved(tx, proof.staff, {Factor.SIGN_UP_CODE}, place(), now())
            return entered(tx, entrance)
    raise refusal(proof, "sign_up_code_wrong")


@blp.post("/emergency")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes(EmergencyIn)
@blp.gives(200, SignInOut)
def emergency(body: EmergencyIn) -> Response:
    """Break the seal of the emergency account: loud, once, and for a day at most."""
    with writing(_engine()) as tx:
        opened = break_glass.break_seal(tx, body.code, body.login_name, body.reason, place(), now())
        if isinstance(opened, Entrance):
            return entered(tx, opened)
    raise refusal(opened, "emergency_code_wrong")


@blp.post("/proof")
@access(Caller.STAFF, own_transaction=True)
@blp.takes(ProofIn)
@blp.gives(200, SessionOut)
def prove_again(body: ProofIn) -> Response:
    """Once more who one is, before a sensitive act (ASVS 7.5.1). The password alone is not enough where a code is."""
    office, factor = caller().office, Factor(body.kind)
    if office is None:
        raise NotSignedIn()
    with writing(_engine(), office.clinic_id) as tx:
        staff = tx.get_one(Staff, (office.clinic_id, office.staff_id))
        if factor is Factor.PASSWORD and sign_in.account_state(tx, staff, now()).second_factors:
            raise Refused(code="proof_wants_code")
        if factor is Factor.PASSWORD:
            proof = sign_in.try_password(tx, staff.login_name, body.code, place(), now())
        else:
            proof = sign_in.try_code(tx, staff, body.code, factor, place(), sealing(), now())
        if proof.staff is not None:
            return renewed(tx, staff, office, factor)
    raise refusal(proof, "proof_failed")


@blp.get("")
@access(Caller.STAFF, roles=ANYBODY)
@blp.gives(200, SessionOut)
def current() -> SessionOut:
    """Who is signed in at this browser."""
    who = caller()
    staff = session().get_one(Staff, (who.clinic_id, who.staff_id))
    return session_out(session(), staff, who.office.ends_at if who.office else now())


@blp.delete("")
@access(Caller.STAFF, Caller.ARRIVING, roles=ANYBODY)
@blp.gives(204)
def end() -> Response:
    """Sign out, or leave half-way."""
    sessions.end_session(session(), session_cookie(), now())
    answer = Response(status=204)
    answer.delete_cookie(cookie_name(), path="/", secure=settings().secure_cookies, httponly=True, samesite="Strict")
    return answer


def entered(tx: Session, entrance: Entrance) -> Response:
    """Tell the stage that was reached, and give the browser its cookies. Once open, names and the clinic are told.

    A session of this browser that was left behind ends here: a browser has one (ASVS 7.2.4).
    """
    sessions.end_left_behind(tx, session_cookie(), now())
    answer = make_response(sign_in_out(tx, entrance).model_dump(mode="json"))
    _set_cookie(answer, entrance.token)
    if entrance.browser is not None:
        lasts = sessions.rules_now(now()).known_browser
        answer.set_cookie(
            browser_cookie_name(), entrance.browser, max_age=lasts, httponly=True,
            secure=settings().secure_cookies, samesite="Strict", path="/",
        )  # fmt: skip
    return answer


def renewed(tx: Session, staff: Staff, office: sessions.OfficeSession, factor: Factor) -> Response:
    """The session goes on under a new cookie, freshly proved."""
    token = sessions.renew(tx, office.clinic_id, office.id, factor, now())
    answer = make_response(session_out(tx, staff, office.ends_at).model_dump(mode="json"))
    _set_cookie(answer, token)
    return answer


def sign_in_out(tx: Session, entrance: Entrance) -> SignInOut:
    """The same as a value. Before the second factor was shown nobody is named."""
    staff, stage = entrance.staff, entrance.stage
    policy: PasswordPolicyOut | None = None
    if stage is Stage.CHOOSE_PASSWORD:
        policy = policy_out(policy_of(tx, staff, now(), has_second_factor=bool(entrance.second_factors)))
    return SignInOut(
        stage=stage,
        second_factors=sorted(entrance.second_factors),
        ends_at=entrance.ends_at,
        staff=None if stage is Stage.SECOND_FACTOR else StaffOut.model_validate(staff, from_attributes=True),
        password_policy=policy,
        session=session_out(tx, staff, entrance.ends_at) if stage is Stage.OPEN else None,
        provider_instead=stage is Stage.CHOOSE_PASSWORD
        and not staff.password_hash
        and own_provider.provider_of(tx, staff.clinic_id) is not None,
    )


def refusal(proof: Tried, code: str) -> Locked | NotSignedIn:
    """What a refused try is told as; `code` when it was simply wrong."""
    until = proof.until.astimezone(UTC).isoformat() if proof.until else None
    if proof.outcome is KnockOutcome.LOCKED:
        return Locked(code="sign_in_locked", until=until)
    if proof.outcome is KnockOutcome.THROTTLED:
        return Locked(code="sign_in_throttled", until=until)
    return NotSignedIn(code="code_used" if proof.outcome is KnockOutcome.USED else code)


def _even_out(began: float, beat: float) -> None:
    """Wait for the next whole beat: a busy server that needs longer than one tells nothing finer than that either."""
    if beat > 0:
        time.sleep(beat - (time.monotonic() - began) % beat)


def _set_cookie(answer: Response, token: str) -> None:
    answer.set_cookie(
        cookie_name(), token, httponly=True, secure=settings().secure_cookies, samesite="Strict", path="/"
    )


def session_out(tx: Session, staff: Staff, ends_at: datetime) -> SessionOut:
    """Who is signed in, as the shell shows it."""
    clinic = tx.get_one(Clinic, staff.clinic_id)
    return SessionOut(
        staff=StaffOut.model_validate(staff, from_attributes=True),
        clinic=ClinicOut(id=clinic.id, name=clinic.name, practice=settings().practice),
        expires_at=min(now() + sessions.rules_now(now()).idle, ends_at),
        ends_at=ends_at,
        one_factor_since=clinic.one_factor_since,
    )


def _engine() -> Engine:
    engine: Engine = current_app.extensions["otonai"].engine
    return engine
