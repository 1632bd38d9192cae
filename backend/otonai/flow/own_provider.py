"""The clinic's own OpenID provider: chosen by the administrator, linked by each person once, trusted as far as chosen.

A person is known by the issuer and the lasting name under which the provider speaks of them; that name is linked by the
person alone, signed in here or holding a sign-up code, and never found by an e-mail address. Calls nobody
(`provider_client.py` does), and gives no session (`sign_in.py` does).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..domain.errors import Conflict, NotFound
from ..domain.provider import ProviderOutcome, SecondFactorBy, Word
from ..store.audit import Actor, write_event
from ..store.ids import new_id
from ..store.tables import Clinic, ProviderLink, SignInProvider, Staff
from .sealing import Sealing


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """What the administrator chooses. `secret` None keeps the one there is, empty: the client has none."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    claim: str
    second_factor_by: SecondFactorBy
    acr: str | None
    password_too: bool


def provider_of(session: Session, clinic_id: UUID) -> SignInProvider | None:
    """The clinic's provider, if it has one."""
    return session.get(SignInProvider, clinic_id)


def clinic_with_provider(session: Session, code: str) -> UUID | None:
    """The clinic of this code, if people may sign in there by a provider. Needs no clinic."""
    return session.exec(select(Clinic.id).where(Clinic.code == code, col(Clinic.own_provider))).first()


def is_offered(session: Session) -> bool:
    """Whether any clinic of this installation has one. Needs no clinic."""
    return session.exec(select(Clinic.id).where(col(Clinic.own_provider)).limit(1)).first() is not None


def secret_of(row: SignInProvider, sealing: Sealing) -> str | None:
    """The client's secret. Raises SealBroken."""
    return sealing.open(row.client_secret, _bound_to(row)) if row.client_secret else None


def choose_provider(
    session: Session, clinic_id: UUID, choice: ProviderChoice, actor: Actor, sealing: Sealing, now: datetime
) -> SignInProvider:
    """Sign in by this provider from now on. People linked to another issuer have to link anew."""
    row = provider_of(session, clinic_id) or SignInProvider(
        clinic_id=clinic_id, issuer="", client_id="", claim="", second_factor_by="", chosen_at=now
    )
    row.issuer, row.client_id, row.claim, row.acr = choice.issuer, choice.client_id, choice.claim, choice.acr
    row.second_factor_by, row.password_too, row.chosen_at = choice.second_factor_by.value, choice.password_too, now
    if choice.secret is not None:
        row.client_secret = sealing.seal(choice.secret, _bound_to(row)) if choice.secret else None
    session.add(row)
    _offer(session, clinic_id, offered=True)
    write_event(session, clinic_id, now, action="provider_chosen", actor=actor, outcome=row.second_factor_by)
    return row


def give_provider_up(session: Session, clinic_id: UUID, actor: Actor, now: datetime) -> None:
    """Nobody signs in by it any more; who had no other way is helped back in like after a lost password."""
    row = provider_of(session, clinic_id)
    if row is None:
        return
    session.delete(row)
    _offer(session, clinic_id, offered=False)
    write_event(session, clinic_id, now, action="provider_given_up", actor=actor)


def seal_provider_anew(session: Session, clinic_id: UUID, sealing: Sealing) -> int:
    """Seal the secret by the newest key; how many secrets it was."""
    row = provider_of(session, clinic_id)
    if row is None or not row.client_secret or sealing.is_newest(row.client_secret):
        return 0
    row.client_secret = sealing.seal(sealing.open(row.client_secret, _bound_to(row)), _bound_to(row))
    session.add(row)
    return 1


# --- people --------------------------------------------------------------------------------------------------


def person_of(session: Session, clinic_id: UUID, word: Word, now: datetime) -> Staff | None:
    """Whom the provider speaks of, if that person is linked and works here; the use is noted."""
    row = _link(session, clinic_id, word)
    staff = session.get(Staff, (clinic_id, row.staff_id)) if row is not None else None
    if row is None or staff is None or not staff.active:
        return None
    row.last_used_at = now
    session.add(row)
    return staff


def link(session: Session, staff: Staff, word: Word, actor: Actor, now: datetime) -> ProviderOutcome:
    """From now on the provider's word about this name is about this person; a link before it is replaced."""
    there = _link(session, staff.clinic_id, word)
    if there is not None and there.staff_id != staff.id:
        return ProviderOutcome.LINKED_ELSEWHERE
    if there is None:
        old = link_of(session, staff)
        if old is not None:
            session.delete(old)
            session.flush()
        session.add(
            ProviderLink(
                clinic_id=staff.clinic_id, id=new_id(), staff_id=staff.id, issuer=word.issuer, subject=word.subject,
                linked_at=now,
            )
        )  # fmt: skip
        session.flush()
        write_event(session, staff.clinic_id, now, action="provider_linked", actor=actor, subject=str(staff.id))
    return ProviderOutcome.ACCEPTED


def unlink(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """The provider's word about this person counts no more. Nothing happens when it did not."""
    row = link_of(session, staff)
    if row is None:
        return
    session.delete(row)
    session.flush()
    write_event(session, staff.clinic_id, now, action="provider_unlinked", actor=actor, subject=str(staff.id))


def unlink_oneself(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """The same by the person. Raises NotFound without a link, Conflict(provider_only_way) without a password."""
    if link_of(session, staff) is None:
        raise NotFound()
    if not staff.password_hash:
        raise Conflict(code="provider_only_way")
    unlink(session, staff, actor, now)


def link_of(session: Session, staff: Staff) -> ProviderLink | None:
    """This person's link, to whichever issuer."""
    mine = (ProviderLink.clinic_id == staff.clinic_id, ProviderLink.staff_id == staff.id)
    return session.exec(select(ProviderLink).where(*mine)).first()


def is_linked(session: Session, staff: Staff) -> bool:
    """Whether this person can come in by the provider that the clinic has now."""
    row, provider = link_of(session, staff), provider_of(session, staff.clinic_id)
    return row is not None and provider is not None and row.issuer == provider.issuer


def linked_people(session: Session, clinic_id: UUID, issuer: str) -> int:
    """How many people the provider knows."""
    wanted = select(func.count()).select_from(ProviderLink)
    mine = (ProviderLink.clinic_id == clinic_id, ProviderLink.issuer == issuer)
    return int(session.exec(wanted.where(*mine)).one())


def may_use_password(session: Session, staff: Staff) -> bool:
    """Whether the clinic lets this person in by password. Who is not linked yet may: how else could they link?"""
    provider = provider_of(session, staff.clinic_id)
    return provider is None or provider.password_too or not is_linked(session, staff)


def tell_refused(
    session: Session, clinic_id: UUID, staff_id: UUID | None, outcome: ProviderOutcome, now: datetime
) -> None:
    """A way to the provider that ended in nothing is an event of the clinic."""
    write_event(
        session, clinic_id, now, action="provider_refused", actor=Actor("staff", staff_id), outcome=outcome.value
    )


def _offer(session: Session, clinic_id: UUID, *, offered: bool) -> None:
    clinic = session.get_one(Clinic, clinic_id)
    clinic.own_provider = offered
    session.add(clinic)


def _link(session: Session, clinic_id: UUID, word: Word) -> ProviderLink | None:
    return session.exec(
        select(ProviderLink).where(
            ProviderLink.clinic_id == clinic_id,
            ProviderLink.issuer == word.issuer,
            ProviderLink.subject == word.subject,
        )
    ).first()


def _bound_to(row: SignInProvider) -> str:
    """A sealed secret of one clinic opens for no other."""
    return f"sign_in_provider {row.clinic_id}"
