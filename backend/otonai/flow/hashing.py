"""How secrets that people choose are kept: argon2id, never below ASVS's floor of 19 MiB and two passes.

What it costs is a setting of the installation (`OTONAI_HASH_COST`), so that tests and practice need not weaken the
code: `light` is refused in the production profile. Knows no account.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..config import HashCost
from ..store.ids import new_token

_COSTS = {
    HashCost.FULL: PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),
    HashCost.LIGHT: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
}
#: From the first byte to the answer of a refused try, in seconds: several times what its work costs, so that how long
#: it took says nothing of the account (SEC-20). Where hashing is light there is nobody to hide.
_EVEN = {HashCost.FULL: 0.25, HashCost.LIGHT: 0.0}


class _InUse:
    """The one cost of this process, with the hash that stands in for accounts that do not exist."""

    def __init__(self, cost: HashCost) -> None:
        self.cost, self.hasher = cost, _COSTS[cost]
        self.nobody = self.hasher.hash(new_token())


_in_use = _InUse(HashCost.FULL)


def use_cost(cost: HashCost) -> None:
    """Take the installation's cost; called once when a program starts."""
    global _in_use  # noqa: PLW0603 -- one process has one cost
    if _in_use.cost is not cost:
        _in_use = _InUse(cost)


def even_time() -> float:
    """How many seconds a refused try takes at least, whatever it met."""
    return _EVEN[_in_use.cost]


def hash_secret(secret: str) -> str:
    """What the database keeps; salted by the library."""
    return _in_use.hasher.hash(secret)


def is_secret_of(hashed: str, secret: str) -> bool:
    """Whether they belong together. No hash, or none that is readable, costs the same time and is never right."""
    try:
        return _in_use.hasher.verify(hashed or _in_use.nobody, secret) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether the parameters have risen since this hash was made; the caller hashes again while it knows the secret."""
    return _in_use.hasher.check_needs_rehash(hashed)
