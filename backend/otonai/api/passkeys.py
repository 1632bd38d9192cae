"""`/api/passkeys`: one's passkeys, and signing in by one.

Each way has two steps: the server asks (`…/question`, with a challenge that this browser alone can answer, within
minutes and once), the browser answers. A refused answer is noted before it is told, so those routes have their own
transactions.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, make_response
from sqlalchemy import Engine
from sqlmodel import Session

from ..domain.access import Caller
from ..domain.errors import Conflict, Invalid, NotSignedIn
from ..domain.factors import SECOND_FACTORS, Factor, Stage
from ..domain.passkeys import PasskeyOutcome
from ..flow import passkeys, second_factor, sessions, sign_in
from ..flow.passkeys import Checked, NewPasskey, PasskeyAnswer, Question, RelyingParty
from ..pending import Errand, Pending
from ..store.session import reading, writing
from ..store.tables import Passkey, Staff
from . import pending
from .access import access, anybody, caller, now, place, session, settings
from .models.common import Empty
from .models.passkeys import (
    NewPasskeyIn,
    PasskeyAddedOut,
    PasskeyAnswerIn,
    PasskeyListOut,
    PasskeyNameIn,
    PasskeyOut,
    PasskeyQuestionOut,
)
from .models.sign_in import SessionOut, SignInOut
from .resource import Resource
from .session import entered, renewed, sign_in_out

blp = Resource("passkeys", "/api/passkeys", about="Passkeys, and signing in by one")


# --- signing in ----------------------------------------------------------------------------------------------


@blp.post("/sign-in/question")
@access(Caller.PUBLIC, Caller.ARRIVING, Caller.STAFF, own_transaction=True)
@blp.takes(Empty)
@blp.gives(200, PasskeyQuestionOut)
def ask_for_passkey(_body: Empty) -> Response:
    """What to ask of the browser. Who is on the way in, or signed in, is asked for a passkey of their own."""
    who = anybody()
    begun = pending.begin(
        Errand.SHOW_PASSKEY, sessions.rules_now(now()).challenge,
        clinic_id=who.clinic_id if who else None, staff_id=who.staff_id if who else None,
    )  # fmt: skip
    with reading(_engine(), who.clinic_id if who else None) as tx:
        staff = tx.get_one(Staff, (who.clinic_id, who.staff_id)) if who else None
        return _asked(begun, passkeys.request_options(tx, staff, _question(begun)))


@blp.post("/sign-in")
@access(Caller.PUBLIC, Caller.ARRIVING, own_transaction=True)
@blp.takes(PasskeyAnswerIn)
@blp.gives(200, SignInOut)
def sign_in_by_passkey(body: PasskeyAnswerIn) -> Response:
    """By a passkey alone, which is two factors in one act; or by one after the password."""
    who = anybody()
    begun = _begun(Errand.SHOW_PASSKEY)
    with writing(_engine(), who.clinic_id if who else None) as tx:
        checked = passkeys.check_passkey(tx, PasskeyAnswer(**body.model_dump()), _question(begun), now())
        if _counts(checked, who.staff_id if who else None) and checked.staff is not None:
            arriving = who.office if who else None
            entrance = sign_in.identity_proved(tx, checked.staff, {Factor.PASSKEY}, place(), now(), arriving=arriving)
            return pending.over(entered(tx, entrance))
    raise _refusal(checked)


@blp.post("/proof")
@access(Caller.STAFF, own_transaction=True)
@blp.takes(PasskeyAnswerIn)
@blp.gives(200, SessionOut)
def prove_by_passkey(body: PasskeyAnswerIn) -> Response:
    """Once more who one is, before a sensitive act."""
    office, begun = _office(), _begun(Errand.SHOW_PASSKEY)
    with writing(_engine(), office.clinic_id) as tx:
        checked = passkeys.check_passkey(tx, PasskeyAnswer(**body.model_dump()), _question(begun), now())
        if _counts(checked, office.staff_id) and checked.staff is not None:
            return pending.over(renewed(tx, checked.staff, office, Factor.PASSKEY))
    raise _refusal(checked)


# --- one's own -----------------------------------------------------------------------------------------------


@blp.get("")
@access(Caller.STAFF)
@blp.gives(200, PasskeyListOut)
def own_passkeys() -> PasskeyListOut:
    """Every passkey one has here."""
    return PasskeyListOut(items=[_out(row) for row in passkeys.passkeys_of(session(), _me(session()))])


@blp.post("/question")
@access(Caller.STAFF, Caller.ARRIVING, fresh=True, tells_secret=True)
@blp.takes(Empty)
@blp.gives(200, PasskeyQuestionOut)
def ask_for_new_passkey(_body: Empty) -> Response:
    """What to ask of the browser to make a new one."""
    staff = _me_enrolling(session())
    begun = pending.begin(
        Errand.ADD_PASSKEY, sessions.rules_now(now()).challenge, clinic_id=staff.clinic_id, staff_id=staff.id
    )
    return _asked(begun, passkeys.creation_options(session(), staff, _question(begun)))


@blp.post("")
@access(Caller.STAFF, Caller.ARRIVING, fresh=True, tells_secret=True)
@blp.takes(NewPasskeyIn)
@blp.gives(201, PasskeyAddedOut)
def add_passkey(body: NewPasskeyIn) -> Response:
    """The passkey counts from now on; other browsers of this person sign in again."""
    tx, office, staff = session(), _office(), _me_enrolling(session())
    begun = _begun(Errand.ADD_PASSKEY)
    if (begun.clinic_id, begun.staff_id) != (staff.clinic_id, staff.id):
        raise Invalid(code="passkey_not_made")
    made = NewPasskey(body.id, body.client_data, body.attestation, tuple(body.transports))
    row = passkeys.add_passkey(tx, staff, made, _question(begun), body.name, caller().actor, now())
    has_codes = second_factor.recovery_codes_left(tx, staff) > 0
    codes = [] if has_codes else second_factor.new_recovery_codes(tx, staff, caller().actor, now())
    sessions.end_all(tx, staff, caller().actor, now(), why="second_factor_added", but=office.id, tablets=False)
    if office.stage is Stage.OPEN:
        told = PasskeyAddedOut(passkey=_out(row), recovery_codes=codes)
        return pending.over(make_response(told.model_dump(mode="json"), 201))
    entrance = sign_in.identity_proved(tx, staff, {Factor.PASSKEY}, place(), now(), arriving=office)
    told = PasskeyAddedOut(passkey=_out(row), recovery_codes=codes, sign_in=sign_in_out(tx, entrance))
    answer = entered(tx, entrance)
    answer.set_data(current_app.json.dumps(told.model_dump(mode="json")))
    answer.status_code = 201
    return pending.over(answer)


@blp.patch("/<uuid:passkey_id>")
@access(Caller.STAFF)
@blp.takes(PasskeyNameIn)
@blp.gives(200, PasskeyOut)
def name_passkey(body: PasskeyNameIn, passkey_id: UUID) -> PasskeyOut:
    """Call it something else."""
    tx, staff = session(), _me(session())
    row = passkeys.own_passkey(tx, staff, passkey_id)
    passkeys.name_passkey(tx, staff, row, body.name, caller().actor, now())
    return _out(row)


@blp.delete("/<uuid:passkey_id>")
@access(Caller.STAFF, fresh=True)
@blp.gives(204)
def remove_passkey(passkey_id: UUID) -> Response:
    """Take it away; other browsers sign in again. Refused while it is the only second factor and one is wanted."""
    tx, office, staff = session(), _office(), _me(session())
    row = passkeys.own_passkey(tx, staff, passkey_id)
    state = sign_in.account_state(tx, staff, now())
    others = [each for each in passkeys.passkeys_of(tx, staff) if each.id != row.id and each.suspended_at is None]
    elsewhere = (state.second_factors & SECOND_FACTORS) - {Factor.PASSKEY}
    if state.two_factors_wanted and not others and not elsewhere:
        raise Conflict(code="last_second_factor")
    passkeys.remove_passkey(tx, staff, row, caller().actor, now())
    second_factor.void_codes_of_nothing(tx, staff)
    sessions.end_all(tx, staff, caller().actor, now(), why="second_factor_removed", but=office.id, tablets=False)
    return Response(status=204)


# -------------------------------------------------------------------------------------------------------------


def _counts(checked: Checked, wanted: UUID | None) -> bool:
    """Whether it proves somebody: the one who is on the way in, where there is one."""
    staff = checked.staff
    fits = staff is not None and staff.active and wanted in (None, staff.id)
    return checked.outcome is PasskeyOutcome.ACCEPTED and fits


def _refusal(checked: Checked) -> NotSignedIn:
    """What a person is told: nothing that a stranger could learn from, and what helps its owner."""
    words = {PasskeyOutcome.UNVERIFIED: "passkey_unverified", PasskeyOutcome.COPIED: "passkey_copied"}
    return NotSignedIn(code=words.get(checked.outcome, "passkey_not_accepted"))


def _asked(begun: Pending, options: dict[str, object]) -> Response:
    return pending.hand_over(make_response(PasskeyQuestionOut(options=options).model_dump(mode="json")), begun)


def _begun(errand: Errand) -> Pending:
    begun = pending.begun(errand)
    if begun is None:
        raise NotSignedIn(code="passkey_too_late")
    return begun


def _question(begun: Pending) -> Question:
    """The challenge of this browser, for this installation's own address and no other."""
    address = urlsplit(settings().base_url)
    party = RelyingParty(id=address.hostname or "", origin=f"{address.scheme}://{address.netloc}")
    return Question(party, begun.derived(settings().ticket_secret, "challenge"), begun.until)


def _out(row: Passkey) -> PasskeyOut:
    return PasskeyOut.model_validate(row, from_attributes=True)


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
