"""A tablet or bridge becomes the clinic's: device authorization (RFC 8628), approval at the office, token pairs.

The protocol itself is Authlib's (`api/oauth.py`); here is what it stores. A grant belongs to the key that asked for
it, a device code is consumed in the transaction that issues its tokens, and refresh tokens rotate
(`domain/devices.py`). Raises NotFound for codes that nobody shows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ..domain.device_proof import ProofOutcome, SignedProof
from ..domain.devices import DeviceKind, DeviceRules, Ownership, PairFacts, RefreshOutcome, device_name, refresh_outcome
from ..domain.errors import NotFound
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.ids import new_id, token_hash
from ..store.session import enter_by
from ..store.tables import Device, DeviceGrant, DeviceToken
from ..store.walls import WayIn
from .device_access import end_tokens, end_unheard, forgive_tries, use_once

KINDS = {"otonai-tablet": DeviceKind.TABLET, "otonai-bridge": DeviceKind.BRIDGE}
#: How long a grant that came to nothing is kept; the office's list of codes stays short.
_KEEP_GRANTS = timedelta(days=1)


def start_grant(
    session: Session, *, device_code: str, user_code: str, kind: DeviceKind, told_name: str, key_thumbprint: str,
    rules: DeviceRules, now: datetime,
) -> None:  # fmt: skip
    """A device asks to be taken in; nobody knows yet by whom."""
    session.execute(delete(DeviceGrant).where(col(DeviceGrant.expires_at) < now - _KEEP_GRANTS))
    session.add(
        DeviceGrant(
            id=new_id(),
            device_code_hash=token_hash(device_code),
            user_code=user_code,
            kind=kind.value,
            device_name=device_name(told_name, kind, rules.name_length),
            key_thumbprint=key_thumbprint,
            created_at=now,
            expires_at=now + rules.grant_life,
            interval=int(rules.poll_every.total_seconds()),
        )
    )


def grant_by_code(session: Session, device_code: str) -> DeviceGrant | None:
    """The grant a polling device means."""
    return session.exec(
        select(DeviceGrant).where(DeviceGrant.device_code_hash == token_hash(device_code)).with_for_update()
    ).first()


def is_newest_proof(session: Session, grant: DeviceGrant, proof: SignedProof) -> bool:
    """Whether this proof was made after every one seen for this grant, and remember it.

    A waiting device belongs to no clinic yet, so its used proofs have no place of their own: each must be younger
    than the one before, in whole seconds by the device's clock. Devices ask every two seconds or slower.
    """
    made = datetime.fromtimestamp(proof.issued_at, UTC)
    if grant.last_proof_at is not None and made <= grant.last_proof_at:
        return False
    grant.last_proof_at = made
    session.add(grant)
    return True


def waiting_grant(session: Session, user_code: str, now: datetime) -> DeviceGrant:
    """The grant shown on a device's screen. Raises NotFound(grant_not_found)."""
    code = user_code.strip().upper()
    grant = session.exec(select(DeviceGrant).where(DeviceGrant.user_code == code).with_for_update()).first()
    if grant is None or grant.state != "pending" or now >= grant.expires_at:
        raise NotFound(code="grant_not_found")
    return grant


def approve(
    session: Session, clinic_id: UUID, grant: DeviceGrant, name: str | None, ownership: Ownership, *, actor: Actor,
    rules: DeviceRules, now: datetime,
) -> Device:  # fmt: skip
    """Take the device into this clinic under a name the office will recognise. A bridge is always the clinic's.

    A device that this clinic knows by its key is the same device again, stopped or not: its tokens from before end, and
    what it sealed before stays its own.
    """
    kind = DeviceKind(grant.kind)
    known = session.exec(
        select(Device).where(
            Device.clinic_id == clinic_id, Device.kind == kind.value, Device.key_thumbprint == grant.key_thumbprint
        )
    ).first()
    device = known or Device(
        clinic_id=clinic_id, id=new_id(), kind=kind.value, name="", key_thumbprint=grant.key_thumbprint, enrolled_at=now
    )
    if known is not None:
        end_tokens(session, known, now)
        forgive_tries(session, known)
    device.name = device_name(name or grant.device_name, kind, rules.name_length)
    device.ownership = (ownership if kind is DeviceKind.TABLET else Ownership.CLINIC).value
    device.state, device.enrolled_at, device.enrolled_by = "active", now, actor.id
    session.add(device)
    session.flush()
    grant.state, grant.clinic_id, grant.device_id = "approved", clinic_id, device.id
    session.add(grant)
    write_event(
        session, clinic_id, now, action="device_enrolled_again" if known else "device_enrolled", actor=actor,
        outcome=device.kind, subject=str(device.id),
    )  # fmt: skip
    note_change(session, clinic_id, "device", device.id)
    return device


def keep_tokens(
    session: Session, device: Device, *, access_token: str, refresh_token: str, family: UUID | None,
    rules: DeviceRules, now: datetime,
) -> None:  # fmt: skip
    """Store a new pair as hashes."""
    session.add(
        DeviceToken(
            clinic_id=device.clinic_id,
            id=new_id(),
            device_id=device.id,
            family=family or new_id(),
            access_hash=token_hash(access_token),
            refresh_hash=token_hash(refresh_token),
            issued_at=now,
            access_expires_at=now + rules.access_life,
            refresh_expires_at=now + rules.refresh_life,
        )
    )


def pair_of(session: Session, refresh_token: str) -> tuple[DeviceToken, Device] | None:
    """The pair a refresh token belongs to, locked, and its device."""
    if enter_by(session, WayIn.REFRESH_TOKEN, token_hash(refresh_token)) is None:
        return None
    row = session.exec(
        select(DeviceToken).where(DeviceToken.refresh_hash == token_hash(refresh_token)).with_for_update()
    ).first()
    return (row, session.get_one(Device, (row.clinic_id, row.device_id))) if row is not None else None


def is_keyless(session: Session, refresh_token: str) -> bool:
    """Whether it belongs to a device that was taken in before devices had keys."""
    found = pair_of(session, refresh_token)
    return found is not None and found[1].key_thumbprint is None


def refreshable(
    session: Session, refresh_token: str, proof: SignedProof, *, rules: DeviceRules, now: datetime
) -> DeviceToken | ProofOutcome | None:
    """The pair that may be renewed; what is wrong with the proof; or None for a token that is good for nothing.

    A lost answer leaves an unused pair behind, which ends when another pair of the family is first used. A token that
    is shown long after its successor was used ends the family.
    """
    found = pair_of(session, refresh_token)
    if found is None:
        return None
    row, device = found
    if proof.thumbprint != device.key_thumbprint:
        refuse_device(session, device, ProofOutcome.OTHER_KEY, now)
        return ProofOutcome.OTHER_KEY
    if not use_once(session, device.clinic_id, device.id, proof, now + rules.keep_proofs):
        refuse_device(session, device, ProofOutcome.REPEATED, now)
        return ProofOutcome.REPEATED
    later = _later_pairs(session, row)
    outcome = refresh_outcome(_facts(row), tuple(map(_facts, later)), now, rules.on_its_way)
    if outcome is RefreshOutcome.REUSED:
        revoke_family(session, row, now, outcome=outcome.value)
    if outcome is RefreshOutcome.OVERTAKEN:
        refuse_device(session, device, outcome, now)
    if outcome is RefreshOutcome.RENEWED:
        end_unheard(session, row, now)
    may = outcome in (RefreshOutcome.RENEWED, RefreshOutcome.ANSWER_LOST) and device.state == "active"
    return row if may else None


def refuse_device(session: Session, device: Device, outcome: ProofOutcome | RefreshOutcome, now: datetime) -> None:
    """Write that a good token came without its device's own fresh proof, or late: somebody may hold a copy."""
    write_event(
        session, device.clinic_id, now, action="device_refused", actor=Actor("device", device.id),
        outcome=outcome.value, subject=str(device.id),
    )  # fmt: skip


def revoke_family(session: Session, token: DeviceToken, now: datetime, *, outcome: str) -> None:
    """End every pair of one enrolment; open streams of the live channel end with them."""
    rows = session.exec(
        select(DeviceToken).where(
            DeviceToken.clinic_id == token.clinic_id,
            DeviceToken.family == token.family,
            col(DeviceToken.revoked_at).is_(None),
        )
    ).all()
    for row in rows:
        row.revoked_at = now
        session.add(row)
    write_event(
        session, token.clinic_id, now, action="tokens_revoked", actor=Actor("device", token.device_id), outcome=outcome,
        subject=str(token.device_id),
    )  # fmt: skip
    note_change(session, token.clinic_id, "device", token.device_id)


def _later_pairs(session: Session, row: DeviceToken) -> list[DeviceToken]:
    """The younger pairs of the family; ids are made in the order of time."""
    return list(
        session.exec(
            select(DeviceToken).where(
                DeviceToken.clinic_id == row.clinic_id, DeviceToken.family == row.family, col(DeviceToken.id) > row.id
            )
        )
    )


def _facts(row: DeviceToken) -> PairFacts:
    return PairFacts(
        expires_at=row.refresh_expires_at,
        spent_at=row.spent_at,
        revoked=row.revoked_at is not None,
        used=row.used_at is not None,
    )
