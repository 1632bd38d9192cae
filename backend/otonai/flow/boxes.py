"""Boxes: what a person enters on a tablet is sealed to the clinic's public key the moment it is saved (design 8).

HPKE base mode (RFC 9180), DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, by library on both sides. The box is
`enc || ciphertext` in base64url; aad binds it to clinic, device, sequence, id and schema, so that it cannot be moved.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from pyhpke.exceptions import PyHPKEError
from sqlmodel import Session, col, func, select

from ..domain.box_key import BoxKeyRules, TabletFacts, is_drained, is_due
from ..domain.errors import Invalid
from ..store.ids import new_id
from ..store.tables import BoxKey, Device, SyncReceipt

SUITE_NAME = "P256-HKDF-SHA256-AES256GCM"
INFO = b"otonai entry/1"
_SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
#: Length of the encapsulated key: an uncompressed point of P-256.
_ENC_LENGTH = 65


def make_key(session: Session, clinic_id: UUID, now: datetime) -> BoxKey:
    """A new key pair for a clinic."""
    private = ec.generate_private_key(ec.SECP256R1())
    key = BoxKey(
        clinic_id=clinic_id,
        id=new_id(),
        key_id=new_id().hex,
        public_key=private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        ),
        private_key=private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        created_at=now,
    )
    session.add(key)
    session.flush()
    return key


def current_key(session: Session, clinic_id: UUID) -> BoxKey:
    """The key tablets seal to now; made with the clinic."""
    return session.exec(
        select(BoxKey)
        .where(BoxKey.clinic_id == clinic_id, col(BoxKey.retired_at).is_(None))
        .order_by(col(BoxKey.created_at).desc())
        .limit(1)
    ).one()


def turn_keys(session: Session, clinic_id: UUID, rules: BoxKeyRules, now: datetime) -> tuple[int, int]:
    """Make a new key when the one in use is old, and forget retired ones that nothing is sealed to any more.

    Says how many were made and how many forgotten. Tablets learn the new key when they next ask who they are.
    """
    made = forgotten = 0
    newest = current_key(session, clinic_id)
    if is_due(newest.created_at, now, rules):
        make_key(session, clinic_id, now)
        newest.retired_at, made = now, 1
        session.add(newest)
    tablets = [
        TabletFacts(device.last_seen_at, device.unsent)
        for device in session.exec(
            select(Device).where(Device.clinic_id == clinic_id, Device.kind == "tablet", Device.state == "active")
        )
    ]
    retired = select(BoxKey).where(BoxKey.clinic_id == clinic_id, col(BoxKey.retired_at).is_not(None))
    for key in session.exec(retired).all():
        kept = session.exec(
            select(func.count()).where(
                SyncReceipt.clinic_id == clinic_id,
                SyncReceipt.key_id == key.key_id,
                col(SyncReceipt.box).is_not(None),
            )
        ).one()
        if key.retired_at and is_drained(key.retired_at, tablets, kept_sealed=kept, now=now, rules=rules):
            session.delete(key)
            forgotten += 1
    return made, forgotten


def aad_of(clinic_id: UUID, device_id: UUID, sequence: int, entry_id: UUID, schema: str) -> bytes:
    """What the box is bound to."""
    return f"{clinic_id}|{device_id}|{sequence}|{entry_id}|{schema}".encode()


def seal(public_key: bytes, plaintext: bytes, aad: bytes) -> str:
    """Seal as a tablet does; used by tests, the demo's own tablet, and shared vectors."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    enc, context = _SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(key), info=INFO)
    return encode(enc + context.seal(plaintext, aad=aad))


def open_box(session: Session, clinic_id: UUID, key_id: str, box: str, aad: bytes) -> bytes:
    """The plaintext. Raises Invalid(box_unreadable) for an unknown key, a changed box or another aad."""
    row = session.exec(select(BoxKey).where(BoxKey.clinic_id == clinic_id, BoxKey.key_id == key_id)).first()
    if row is None:
        raise Invalid("unknown box key", code="box_unreadable")
    private = serialization.load_der_private_key(row.private_key, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise Invalid("wrong kind of box key", code="box_unreadable")
    try:
        data = decode(box)
        context = _SUITE.create_recipient_context(
            data[:_ENC_LENGTH], KEMKey.from_pyca_cryptography_key(private), info=INFO
        )
        return context.open(data[_ENC_LENGTH:], aad=aad)
    except (PyHPKEError, ValueError, binascii.Error):
        raise Invalid("the box does not open", code="box_unreadable") from None


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The bytes of base64url, padded or not."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
