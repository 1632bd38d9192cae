"""`/api/settings/provider`: the administrator chooses the clinic's own OpenID provider. Its secret is never told."""

from __future__ import annotations

from flask import Response, current_app
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from ..domain.access import Caller, Role
from ..domain.errors import Invalid
from ..domain.provider import AddressOutcome, SecondFactorBy
from ..flow import own_provider
from ..flow.own_provider import ProviderChoice
from ..provider_client import Metadata, ProviderClient
from ..store.session import writing
from ..store.tables import Clinic, Staff
from .access import access, caller, now, sealing, session, settings
from .models.provider import ProviderIn, ProviderOut
from .provider import redirect_uri
from .resource import Resource

blp = Resource("provider-settings", "/api/settings/provider", about="The clinic's own OpenID provider")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, ProviderOut)
def chosen() -> ProviderOut:
    """What is chosen, and what the provider must be told about this installation."""
    return _out(session())


@blp.put("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True, own_transaction=True)
@blp.takes(ProviderIn)
@blp.gives(200, ProviderOut)
def choose(body: ProviderIn) -> ProviderOut:
    """Choose it. It is asked to describe itself first, so that a mistyped address is seen here and not at the door."""
    client: ProviderClient = current_app.extensions["otonai"].provider
    found = client.discover(body.issuer, anew=True)
    if isinstance(found, AddressOutcome):
        raise Invalid(code="provider_address_refused", reason=found.value)
    if not isinstance(found, Metadata):
        raise Invalid(code="provider_not_found")
    choice = ProviderChoice(
        issuer=body.issuer, client_id=body.client_id, secret=body.client_secret, claim=body.claim,
        second_factor_by=body.second_factor_by, acr=body.acr, password_too=body.password_too,
    )  # fmt: skip
    engine: Engine = current_app.extensions["otonai"].engine
    with writing(engine, caller().clinic_id) as tx:
        own_provider.choose_provider(tx, caller().clinic_id, choice, caller().actor, sealing(), now())
        return _out(tx)


@blp.delete("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.gives(204)
def give_up() -> Response:
    """Nobody signs in by it any more."""
    own_provider.give_provider_up(session(), caller().clinic_id, caller().actor, now())
    return Response(status=204)


def _out(tx: Session) -> ProviderOut:
    clinic = tx.get_one(Clinic, caller().clinic_id)
    row = own_provider.provider_of(tx, clinic.id)
    working = (Staff.clinic_id == clinic.id, col(Staff.active), Staff.role != Role.EMERGENCY.value)
    return ProviderOut(
        issuer=row.issuer if row else None,
        client_id=row.client_id if row else None,
        has_secret=bool(row and row.client_secret),
        claim="oid" if row and row.claim == "oid" else "sub",
        second_factor_by=SecondFactorBy(row.second_factor_by) if row else SecondFactorBy.OTONAI,
        acr=row.acr if row else None,
        password_too=row.password_too if row else True,
        chosen_at=row.chosen_at if row else None,
        redirect_uri=redirect_uri(clinic.code),
        sign_in_link=f"{settings().base_url}/office?clinic={clinic.code}",
        linked=own_provider.linked_people(tx, clinic.id, row.issuer) if row else 0,
        people=int(tx.exec(select(func.count()).select_from(Staff).where(*working)).one()),
    )
