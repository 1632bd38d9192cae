"""`/api/provider`: to the clinic's own OpenID provider and back.

The browser is sent there with a state, a nonce and a code challenge that only this browser can answer (its cookie,
`otonai/pending.py`); it comes back to a page of ours, which posts what it was given. So nothing happens by following a
link, and the session's cookie stays `SameSite=Strict`. The provider is called while no transaction is open; what was
refused is an event of the clinic before it is told.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, make_response
from sqlalchemy import Engine
from sqlmodel import Session

from ..domain.access import Caller, Role
from ..domain.errors import Conflict, NotSignedIn, OtonaiError, Refused
from ..domain.factors import Factor, Stage
from ..domain.provider import (
    ProviderOutcome,
    SecondFactorBy,
    Word,
    factor_of,
    fits_issuer,
    fits_state,
    proves_again,
)
from ..flow import own_provider, sessions, sign_in
from ..flow import staff as people
from ..flow.handed_codes import spend
from ..flow.spent import spend_once
from ..pending import Errand, Pending
from ..provider_client import Metadata, Provider, ProviderClient, Secrets
from ..store.audit import Actor
from ..store.session import reading, writing
from ..store.tables import Clinic, SignInProvider, Staff
from . import pending
from .access import access, anybody, caller, now, place, sealing, session, settings
from .models.common import Empty
from .models.provider import (
    ProviderAddressOut,
    ProviderArrivalIn,
    ProviderArrivalOut,
    ProviderLinkOut,
    ProviderSignInIn,
)
from .resource import Resource
from .session import entered, renewed, session_out, sign_in_out

blp = Resource("provider", "/api/provider", about="Signing in by the clinic's own OpenID provider")

_ERRANDS = (Errand.PROVIDER, Errand.LINK_PROVIDER, Errand.PROVE_BY_PROVIDER)
_DONE = {
    Errand.PROVIDER: "signed_in",
    Errand.LINK_PROVIDER: "linked",
    Errand.PROVE_BY_PROVIDER: "proved",
}


# --- there ---------------------------------------------------------------------------------------------------


@blp.post("/sign-in")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes(ProviderSignInIn)
@blp.gives(200, ProviderAddressOut)
def begin_sign_in(body: ProviderSignInIn) -> Response:
    """Begin to sign in. The clinic is told by its code; no account is looked up, so none is given away."""
    code = body.clinic or (body.login_name or "").rpartition("@")[2]
    with reading(_engine()) as tx:
        clinic_id = own_provider.clinic_with_provider(tx, code.strip().lower())
    if clinic_id is None:
        raise Refused(code="provider_not_offered")
    return _sent(Errand.PROVIDER, clinic_id, None)


@blp.post("/link")
@access(Caller.STAFF, Caller.ARRIVING, fresh=True, own_transaction=True)
@blp.takes(Empty)
@blp.gives(200, ProviderAddressOut)
def begin_link(_body: Empty) -> Response:
    """Begin to be recognised by it: signed in, or holding the administrator's sign-up code."""
    office = _office()
    if office.stage is not Stage.OPEN and not _holds_sign_up_code(office):
        raise NotSignedIn()
    return _sent(Errand.LINK_PROVIDER, office.clinic_id, office.staff_id)


@blp.post("/proof")
@access(Caller.STAFF, own_transaction=True)
@blp.takes(Empty)
@blp.gives(200, ProviderAddressOut)
def begin_proof(_body: Empty) -> Response:
    """Begin to prove once more who one is; the provider is asked to ask again."""
    office = _office()
    return _sent(Errand.PROVE_BY_PROVIDER, office.clinic_id, office.staff_id)


# --- and back ------------------------------------------------------------------------------------------------


@blp.post("/arrival")
@access(Caller.PUBLIC, Caller.ARRIVING, Caller.STAFF, own_transaction=True)
@blp.takes(ProviderArrivalIn)
@blp.gives(200, ProviderArrivalOut)
def arrive(body: ProviderArrivalIn) -> Response:
    """What the provider sent the browser back with; good once, at the browser that was sent."""
    begun = pending.begun(*_ERRANDS)
    if begun is None or begun.clinic_id is None:
        raise _refusal(ProviderOutcome.TOO_LATE)
    clinic_id = begun.clinic_id
    found = _word(body, begun, clinic_id)
    with writing(_engine(), clinic_id) as tx:
        answer = _taken(tx, begun, clinic_id, found) if isinstance(found, Word) else found
        if isinstance(answer, ProviderOutcome):
            own_provider.tell_refused(tx, clinic_id, begun.staff_id, answer, now())
    if isinstance(answer, ProviderOutcome):
        raise _refusal(answer)
    return pending.over(answer)


def _word(body: ProviderArrivalIn, begun: Pending, clinic_id: UUID) -> Word | ProviderOutcome:
    """The provider's word, if this answer belongs to what this browser began."""
    row, code = _chosen(clinic_id)
    if row is None:
        return ProviderOutcome.NOT_FITTING
    secrets = _secrets(begun)
    if body.clinic != code or not fits_state(secrets.state, body.state):
        return ProviderOutcome.NOT_FITTING
    metadata = _client().discover(row.issuer)
    if not isinstance(metadata, Metadata):
        return ProviderOutcome.AWAY
    if not fits_issuer(row.issuer, body.iss, promised=metadata.names_issuer):
        return ProviderOutcome.NOT_FITTING
    if body.code is None:
        return ProviderOutcome.REFUSED_THERE
    return _client().word_for(_provider(row, code), metadata, secrets, body.code, now())


def _taken(tx: Session, begun: Pending, clinic_id: UUID, word: Word) -> Response | ProviderOutcome:
    """Do what the browser was sent for; a refusal has a name and leaves nothing behind."""
    if not spend_once(tx, clinic_id, begun.derived(settings().ticket_secret, "state"), begun.until, now()):
        return ProviderOutcome.REPEATED
    row = own_provider.provider_of(tx, clinic_id)
    if row is None or row.issuer != word.issuer:
        return ProviderOutcome.NOT_FITTING
    rules = sessions.rules_now(now())
    by = SecondFactorBy(row.second_factor_by)
    factor = factor_of(word, by, row.acr, longest=rules.longest, now=now())
    if begun.errand is Errand.LINK_PROVIDER:
        return _linked(tx, begun, word, factor)
    staff = own_provider.person_of(tx, clinic_id, word, now())
    if staff is None:
        return ProviderOutcome.UNLINKED
    if begun.errand is Errand.PROVIDER:
        entrance = sign_in.identity_proved(tx, staff, {factor}, place(), now())
        return _told(entered(tx, entrance), begun.errand, sign_in=sign_in_out(tx, entrance).model_dump(mode="json"))
    who = anybody()
    office = who.office if who else None
    if office is None or office.stage is not Stage.OPEN or (staff.id, staff.id) != (office.staff_id, begun.staff_id):
        return ProviderOutcome.NOT_FITTING
    if not proves_again(word, begun.until - rules.provider):
        return ProviderOutcome.NOT_FRESH
    if factor is Factor.CLINIC_PROVIDER and sign_in.account_state(tx, staff, now()).second_factors:
        raise Refused(code="proof_wants_code")  # as a password alone is refused there
    answer = renewed(tx, staff, office, factor)
    return _told(answer, begun.errand, session=session_out(tx, staff, office.ends_at).model_dump(mode="json"))


def _linked(tx: Session, begun: Pending, word: Word, factor: Factor) -> Response | ProviderOutcome:
    """Link whoever began it. Who held a sign-up code goes on by the provider, without a password of their own."""
    who = anybody()
    office = who.office if who else None
    if office is None or (office.clinic_id, office.staff_id) != (begun.clinic_id, begun.staff_id):
        return ProviderOutcome.NOT_FITTING
    if office.stage is not Stage.OPEN and not _holds_sign_up_code(office):
        return ProviderOutcome.NOT_FITTING
    staff = tx.get_one(Staff, (office.clinic_id, office.staff_id))
    me, is_open = Actor("staff", staff.id), office.stage is Stage.OPEN
    outcome = own_provider.link(tx, staff, word, me, now())
    if outcome is not ProviderOutcome.ACCEPTED:
        return outcome
    kept = office.id if is_open else None
    sessions.end_all(tx, staff, me, now(), why="provider_linked", but=kept, tablets=False)
    if is_open:
        return _told(make_response({}), begun.errand)
    spend(tx, staff, now())
    own_provider.person_of(tx, staff.clinic_id, word, now())
    entrance = sign_in.identity_proved(tx, staff, {factor}, place(), now())
    return _told(entered(tx, entrance), begun.errand, sign_in=sign_in_out(tx, entrance).model_dump(mode="json"))


# --- one's own -----------------------------------------------------------------------------------------------


@blp.get("/link")
@access(Caller.STAFF)
@blp.gives(200, ProviderLinkOut)
def own_link() -> ProviderLinkOut:
    """Whether one can come in by the clinic's provider."""
    row = own_provider.provider_of(session(), caller().clinic_id)
    found = own_provider.link_of(session(), _me())
    fits = row is not None and found is not None and row.issuer == found.issuer
    return ProviderLinkOut(
        offered=row is not None,
        host=urlsplit(row.issuer).hostname if row else None,
        linked_at=found.linked_at if found is not None and fits else None,
    )


@blp.delete("/link")
@access(Caller.STAFF, fresh=True)
@blp.gives(204)
def unlink() -> Response:
    """Not by the provider any more. Refused to whoever has no other way in."""
    office, me = _office(), _me()
    own_provider.unlink_oneself(session(), me, caller().actor, now())
    sessions.end_all(session(), me, caller().actor, now(), why="provider_unlinked", but=office.id, tablets=False)
    return Response(status=204)


@blp.delete("/people/<uuid:staff_id>/link")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.gives(204)
def unlink_person(staff_id: UUID) -> Response:
    """The administrator takes a link away, such as after an account there changed hands; the person is signed out."""
    staff = people.person(session(), caller().clinic_id, staff_id)
    own_provider.unlink(session(), staff, caller().actor, now())
    sessions.end_all(session(), staff, caller().actor, now(), why="provider_unlinked")
    return Response(status=204)


# -------------------------------------------------------------------------------------------------------------


def _sent(errand: Errand, clinic_id: UUID, staff_id: UUID | None) -> Response:
    row, code = _chosen(clinic_id)
    if row is None:
        raise Refused(code="provider_not_offered")
    # Asked anew each time: nobody is sent to a page that is not there.
    metadata = _client().discover(row.issuer, anew=True)
    if not isinstance(metadata, Metadata):
        raise _refusal(ProviderOutcome.AWAY)
    rules = sessions.rules_now(now())
    begun = pending.begin(errand, rules.provider, clinic_id=clinic_id, staff_id=staff_id)
    address = _client().address_to_send(
        _provider(row, code), metadata, _secrets(begun), longest=rules.longest,
        again=errand is Errand.PROVE_BY_PROVIDER,
    )  # fmt: skip
    return pending.hand_over(make_response(ProviderAddressOut(address=address).model_dump()), begun)


def _chosen(clinic_id: UUID) -> tuple[SignInProvider | None, str]:
    """The clinic's provider, and the clinic's code."""
    with reading(_engine(), clinic_id) as tx:
        return own_provider.provider_of(tx, clinic_id), tx.get_one(Clinic, clinic_id).code


def _provider(row: SignInProvider, clinic_code: str) -> Provider:
    return Provider(
        issuer=row.issuer,
        client_id=row.client_id,
        client_secret=own_provider.secret_of(row, sealing()),
        redirect_uri=redirect_uri(clinic_code),
        claim=row.claim,
        acr=row.acr,
    )


def redirect_uri(clinic_code: str) -> str:
    """Where the provider sends browsers back to: one address for each clinic, so that no clinic's provider can have an
    answer of another's taken for its own (RFC 9700 4.4.2)."""
    return f"{settings().base_url}/office/provider/{clinic_code}"


def _secrets(begun: Pending) -> Secrets:
    secret = settings().ticket_secret
    return Secrets(
        state=begun.derived_text(secret, "state"),
        nonce=begun.derived_text(secret, "nonce"),
        verifier=begun.derived_text(secret, "verifier"),
    )


def _told(answer: Response, errand: Errand, **parts: Any) -> Response:
    told = ProviderArrivalOut.model_validate({"done": _DONE[errand], **parts})
    answer.set_data(current_app.json.dumps(told.model_dump(mode="json")))
    return answer


def _refusal(outcome: ProviderOutcome) -> OtonaiError:
    if outcome is ProviderOutcome.LINKED_ELSEWHERE:
        return Conflict(code="provider_linked_elsewhere")
    words = {
        ProviderOutcome.AWAY: "provider_away",
        ProviderOutcome.REFUSED_THERE: "provider_refused",
        ProviderOutcome.TOO_LATE: "provider_too_late",
        ProviderOutcome.UNLINKED: "provider_unlinked",
        ProviderOutcome.NOT_FRESH: "provider_not_fresh",
    }
    return NotSignedIn(code=words.get(outcome, "provider_not_fitting"))


def _holds_sign_up_code(office: sessions.OfficeSession) -> bool:
    return office.stage is Stage.CHOOSE_PASSWORD and Factor.SIGN_UP_CODE in office.factors


def _office() -> sessions.OfficeSession:
    office = caller().office
    if office is None:
        raise NotSignedIn()
    return office


def _me() -> Staff:
    return session().get_one(Staff, (caller().clinic_id, caller().staff_id))


def _client() -> ProviderClient:
    client: ProviderClient = current_app.extensions["otonai"].provider
    return client


def _engine() -> Engine:
    engine: Engine = current_app.extensions["otonai"].engine
    return engine
