"""Passkeys (W3C WebAuthn): what to ask a browser, and whether its answer proves a person.

Signatures, challenge, origin and relying party are checked by the `webauthn` library; what a sound answer is worth is
decided by `domain/passkeys.py`. Knows nothing of cookies, and gives no session: the caller does (`sign_in.py`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ..domain.errors import Conflict, Invalid, NotFound
from ..domain.factors import Factor
from ..domain.passkeys import MOST_PASSKEYS, KeptPasskey, PasskeyOutcome, ShownPasskey, judge_passkey
from ..store.audit import Actor, write_event
from ..store.ids import new_id
from ..store.session import clinic_behind, enter_by
from ..store.tables import Passkey, Staff
from ..store.walls import WayIn
from .spent import spend_once

log = logging.getLogger("otonai.sign_in")

#: What every platform authenticator and security key can do: ES256, EdDSA, and RS256 for Windows Hello.
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
#: What the library may raise on bytes of a stranger's choice: its own refusals, and those of the parsers below it.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)
_TRANSPORTS = {each.value for each in AuthenticatorTransport}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: this installation, by the host and the origin of its address."""

    id: str
    origin: str
    name: str = "おとない"


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a browser answers to `create()`; texts are base64url."""

    id: str
    client_data: str = field(repr=False)
    attestation: str = field(repr=False)
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser answers to `get()`; texts are base64url."""

    id: str
    client_data: str = field(repr=False)
    authenticator_data: str = field(repr=False)
    signature: str = field(repr=False)
    user_handle: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One challenge, for one relying party; too old after `until`."""

    party: RelyingParty
    challenge: bytes = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one passkey; `staff` whenever it is known whose it is."""

    outcome: PasskeyOutcome
    staff: Staff | None = field(default=None, repr=False)


# --- setting up ----------------------------------------------------------------------------------------------


def creation_options(session: Session, staff: Staff, question: Question) -> dict[str, Any]:
    """What `create()` is asked for: a key that stays on the device and asks its owner for finger, face or PIN."""
    options = generate_registration_options(
        rp_id=question.party.id,
        rp_name=question.party.name,
        user_id=staff.id.bytes,
        user_name=staff.login_name,
        user_display_name=staff.name,
        challenge=question.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(row) for row in passkeys_of(session, staff)],
        supported_pub_key_algs=_ALGORITHMS,
    )
    return options_to_json_dict(options)


def add_passkey(
    session: Session, staff: Staff, made: NewPasskey, question: Question, name: str, actor: Actor, now: datetime
) -> Passkey:
    """Keep the passkey that was just made. Raises Invalid(passkey_not_made), Conflict(passkey_known, passkeys_full)."""
    if len(passkeys_of(session, staff)) >= MOST_PASSKEYS:
        raise Conflict(code="passkeys_full")
    try:
        _same_window(_bytes(made.client_data))
        verified = verify_registration_response(
            credential=RegistrationCredential(
                id=made.id,
                raw_id=_bytes(made.id),
                response=AuthenticatorAttestationResponse(_bytes(made.client_data), _bytes(made.attestation)),
            ),
            expected_challenge=question.challenge,
            expected_rp_id=question.party.id,
            expected_origin=question.party.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
    except _UNREADABLE as error:
        log.warning("passkey not set up clinic=%s: %s", staff.clinic_id, type(error).__name__)
        raise Invalid(code="passkey_not_made") from None
    if not spend_once(session, staff.clinic_id, question.challenge, question.until, now):
        raise Invalid(code="passkey_not_made")
    digest = credential_hash(verified.credential_id)
    if clinic_behind(session, WayIn.PASSKEY, digest) is not None:
        raise Conflict(code="passkey_known")
    row = Passkey(
        clinic_id=staff.clinic_id,
        id=new_id(),
        staff_id=staff.id,
        name=name,
        credential_id=verified.credential_id,
        credential_hash=digest,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        backup_eligible=_can_be_backed_up(verified.credential_device_type),
        backed_up=verified.credential_backed_up,
        transports=sorted({each for each in made.transports if each in _TRANSPORTS}),
        created_at=now,
    )
    session.add(row)
    session.flush()
    write_event(
        session, staff.clinic_id, now, action="second_factor_added", actor=actor,
        outcome=Factor.PASSKEY.value, subject=str(staff.id),
    )  # fmt: skip
    return row


# --- being shown one -----------------------------------------------------------------------------------------


def request_options(session: Session, staff: Staff | None, question: Question) -> dict[str, Any]:
    """What `get()` is asked for. As long as nobody is known the browser itself offers what it holds."""
    known = [row for row in passkeys_of(session, staff) if row.suspended_at is None] if staff else []
    options = generate_authentication_options(
        rp_id=question.party.id,
        challenge=question.challenge,
        allow_credentials=[_descriptor(row) for row in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def check_passkey(session: Session, answer: PasskeyAnswer, question: Question, now: datetime) -> Checked:
    """Whose passkey it is and whether it counts, now. Notes counter and use; a refusal is an event of its clinic.

    Never raises for what a browser sent. In a session that is inside a clinic, other clinics' passkeys are unknown.
    """
    try:
        digest = credential_hash(_bytes(answer.id))
    except ValueError:
        return Checked(PasskeyOutcome.UNKNOWN)
    row = None
    if enter_by(session, WayIn.PASSKEY, digest) is not None:
        wanted = select(Passkey).where(Passkey.credential_hash == digest).with_for_update()
        row = session.exec(wanted.execution_options(populate_existing=True)).first()
    if row is None:
        log.warning("sign-in refused: nobody's passkey")
        return Checked(PasskeyOutcome.UNKNOWN)
    staff = session.get_one(Staff, (row.clinic_id, row.staff_id))
    outcome = _outcome(session, row, answer, question, now)
    if outcome is PasskeyOutcome.COPIED:
        row.suspended_at = now
    if outcome is not PasskeyOutcome.ACCEPTED or not staff.active:
        write_event(
            session, row.clinic_id, now, action="passkey_refused", actor=Actor("staff", staff.id),
            outcome=outcome.value if staff.active else "stopped", subject=str(row.id),
        )  # fmt: skip
    session.add(row)
    return Checked(outcome, staff)


def _outcome(
    session: Session, row: Passkey, answer: PasskeyAnswer, question: Question, now: datetime
) -> PasskeyOutcome:
    verified = _verified(row, answer, question)
    if verified is None:
        return PasskeyOutcome.NOT_FITTING
    if not spend_once(session, row.clinic_id, question.challenge, question.until, now):
        return PasskeyOutcome.REPEATED
    told = answer.user_handle
    outcome = judge_passkey(
        KeptPasskey(row.sign_count, row.backup_eligible, suspended=row.suspended_at is not None),
        ShownPasskey(
            sign_count=verified.new_sign_count,
            backup_eligible=_can_be_backed_up(verified.credential_device_type),
            user_verified=verified.user_verified,
            owner_fits=not told or hmac.compare_digest(_handle(told), row.staff_id.bytes),
        ),
    )
    if outcome is PasskeyOutcome.ACCEPTED:
        row.sign_count, row.backed_up, row.last_used_at = verified.new_sign_count, verified.credential_backed_up, now
    return outcome


def _verified(row: Passkey, answer: PasskeyAnswer, question: Question) -> VerifiedAuthentication | None:
    """What the authenticator signed; None when anything about the answer is not sound. The counter is judged later."""
    try:
        _same_window(_bytes(answer.client_data))
        return verify_authentication_response(
            credential=AuthenticationCredential(
                id=answer.id,
                raw_id=_bytes(answer.id),
                response=AuthenticatorAssertionResponse(
                    _bytes(answer.client_data), _bytes(answer.authenticator_data), _bytes(answer.signature)
                ),
            ),
            expected_challenge=question.challenge,
            expected_rp_id=question.party.id,
            expected_origin=question.party.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,
            require_user_verification=False,
        )
    except _UNREADABLE as error:
        log.warning("passkey does not fit passkey=%s: %s", row.id, type(error).__name__)
        return None


# --- keeping -------------------------------------------------------------------------------------------------


def passkeys_of(session: Session, staff: Staff) -> list[Passkey]:
    """This person's passkeys, the oldest first; suspended ones too."""
    mine = (Passkey.clinic_id == staff.clinic_id, Passkey.staff_id == staff.id)
    return list(session.exec(select(Passkey).where(*mine).order_by(col(Passkey.created_at), col(Passkey.id))))


def own_passkey(session: Session, staff: Staff, passkey_id: UUID) -> Passkey:
    """One of them. Raises NotFound for anybody else's."""
    row = session.get(Passkey, (staff.clinic_id, passkey_id))
    if row is None or row.staff_id != staff.id:
        raise NotFound()
    return row


def name_passkey(session: Session, staff: Staff, row: Passkey, name: str, actor: Actor, now: datetime) -> None:
    """Call it something else. The trail tells that it happened; the names stay out of it, they may be people's."""
    row.name = name
    session.add(row)
    write_event(session, staff.clinic_id, now, action="passkey_named", actor=actor, subject=str(row.id))


def remove_passkey(session: Session, staff: Staff, row: Passkey, actor: Actor, now: datetime) -> None:
    """It proves nothing any more."""
    session.delete(row)
    session.flush()
    write_event(
        session, staff.clinic_id, now, action="second_factor_removed", actor=actor,
        outcome=Factor.PASSKEY.value, subject=str(staff.id),
    )  # fmt: skip


def credential_hash(credential_id: bytes) -> str:
    """By what a passkey is found before its clinic is known."""
    return hashlib.sha256(credential_id).hexdigest()


def _descriptor(row: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in row.transports]
    return PublicKeyCredentialDescriptor(id=row.credential_id, transports=transports or None)


def _can_be_backed_up(kind: CredentialDeviceType) -> bool:
    return kind is CredentialDeviceType.MULTI_DEVICE


def _same_window(client_data: bytes) -> None:
    """Raises ValueError for an answer made inside a foreign page's frame; the library leaves this to its caller."""
    if parse_client_data_json(client_data).cross_origin:
        raise ValueError("made in a foreign page")


def _handle(text: str) -> bytes:
    try:
        return _bytes(text)
    except ValueError:
        return b""


def _bytes(text: str) -> bytes:
    """Base64url without padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
