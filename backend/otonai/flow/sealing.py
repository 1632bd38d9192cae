"""Secrets that must be read again, sealed by a key that is not in the database: seeds of authenticator apps.

AES-256-GCM by library, a random nonce for each, bound to the row it belongs to, so that no seed can be moved to
another account. The embedded database is encrypted as a whole; this seals on PostgreSQL and in its backups as well
(ASVS 11.3, 13.3.1). Several keys: the first seals, all open, so that a key is changed without anybody noticing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
_NONCE_LENGTH = 12


class SealBroken(RuntimeError):
    """A sealed text opens by none of the installation's keys, or was changed, or is another row's. Nobody's try: the
    operator has to look."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """The installation's sealing keys, newest first."""

    keys: tuple[bytes, ...] = field(repr=False)

    def seal(self, text: str, bound_to: str) -> str:
        """What the database keeps: which key, a point, and nonce and ciphertext in base64url."""
        if not self.keys:
            raise SealBroken("this program was given no sealing key")
        nonce = os.urandom(_NONCE_LENGTH)
        sealed = nonce + AESGCM(self.keys[0]).encrypt(nonce, text.encode(), bound_to.encode())
        return f"{_name(self.keys[0])}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, bound_to: str) -> str:
        """The text again. Raises SealBroken."""
        name, _, rest = sealed.partition(".")
        key = next((each for each in self.keys if _name(each) == name), None)
        if key is None:
            raise SealBroken("sealed by a key that this installation does not have")
        try:
            data = base64.urlsafe_b64decode(rest.encode())
            return AESGCM(key).decrypt(data[:_NONCE_LENGTH], data[_NONCE_LENGTH:], bound_to.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise SealBroken("a sealed text was changed or is another row's") from None

    def is_newest(self, sealed: str) -> bool:
        """Whether it is sealed by the key that seals now."""
        return bool(self.keys) and sealed.startswith(f"{_name(self.keys[0])}.")


def _name(key: bytes) -> str:
    """Tells keys apart and tells nothing about them."""
    return hashlib.sha256(b"otonai sealing key\0" + key).hexdigest()[:12]
