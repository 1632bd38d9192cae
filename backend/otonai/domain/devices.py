"""What holds for tablets and bridges: how they are taken in, what they are called, what they may hold.

Sources: RFC 8628, RFC 9449, trust-and-speed A1 (BYOD), A5. Decides; stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .device_proof import ProofWindow


class DeviceKind(StrEnum):
    """What a device does here."""

    TABLET = "tablet"
    BRIDGE = "bridge"


class Ownership(StrEnum):
    """Whose device it is; the office says so when it takes it in."""

    CLINIC = "clinic"
    BYOD = "byod"


class StopReason(StrEnum):
    """Why a device was stopped."""

    LOST = "lost"
    RETIRED = "retired"
    PIN_TRIES = "pin_tries"


@dataclass(frozen=True, slots=True)
class DeviceRules:
    """Times and bounds in force."""

    grant_life: timedelta
    poll_every: timedelta
    slower_by: timedelta
    name_length: int
    access_life: timedelta
    refresh_life: timedelta
    proof_window: ProofWindow
    nonce_life: timedelta
    keep_proofs: timedelta
    byod_offline_medical: bool

    @property
    def on_its_way(self) -> timedelta:
        """How long after it was signed a request is still believed: a nonce lives for one to two of its lives."""
        return max(self.proof_window.past + self.proof_window.future, 2 * self.nonce_life)


#: Names of devices that say nothing about themselves.
_UNNAMED = {DeviceKind.TABLET: "タブレット", DeviceKind.BRIDGE: "事務所のブリッジ"}


def device_name(told: str, kind: DeviceKind, longest: int) -> str:
    """A name as it is kept: one printable line of bounded length, never empty."""
    printable = "".join(letter for letter in told if letter.isprintable()).strip()
    return printable[:longest].strip() or _UNNAMED[kind]


def may_hold_medical_offline(*, clinic_allows: bool, ownership: Ownership, byod_allowed: bool) -> bool:
    """Whether medical information may stay on a device without a network (6.0 シス7, シス8.5)."""
    return clinic_allows and (ownership is Ownership.CLINIC or byod_allowed)


class RefreshOutcome(StrEnum):
    """What showing a refresh token leads to."""

    RENEWED = "renewed"
    ANSWER_LOST = "answer_lost"  # the answer never arrived: another pair beside the unused one
    OVERTAKEN = "refresh_token_overtaken"  # the network delivered it behind its own repetition: nobody waits for this
    REUSED = "refresh_token_reused"  # two hold copies of device and tokens: everybody is out
    ENDED = "refresh_token_ended"


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What is known of one token pair; `used` means that its access token was ever shown to us, `spent_at` when its
    refresh token was last."""

    expires_at: datetime
    spent_at: datetime | None = None
    revoked: bool = False
    used: bool = False


def refresh_outcome(
    shown: PairFacts, later: tuple[PairFacts, ...], now: datetime, on_its_way: timedelta
) -> RefreshOutcome:
    """Judge a refresh token that came with a proof of its device's key; `later` are the younger pairs of its family.

    A spent token stays good until a successor is first used: only the device's own key can show it, so there is
    nobody it must be kept from, and a device whose answer got lost on the way is never locked out. A request that was
    `on_its_way` for as long as its proof may be believed arrives behind its own repetition: it is refused and nothing
    ends. Showing a token later than that means that device and key exist twice (RFC 9700 4.14).
    """
    family_lives = any(not pair.revoked for pair in (shown, *later))
    if shown.revoked:
        return RefreshOutcome.REUSED if family_lives else RefreshOutcome.ENDED
    if now >= shown.expires_at:
        return RefreshOutcome.ENDED
    if shown.spent_at is None:
        return RefreshOutcome.RENEWED
    if not any(pair.used or pair.spent_at for pair in later):
        return RefreshOutcome.ANSWER_LOST
    return RefreshOutcome.OVERTAKEN if now - shown.spent_at < on_its_way else RefreshOutcome.REUSED
