"""What proves who somebody is, and which proofs together are enough to come in.

Sources: trust-and-speed A1 (two factors by default, 6.0 シス14), SEC-05; design 6. Decides; checks no secret, keeps no
session. A *factor* is one proof given in this sign-in; a *stage* is what the sign-in still wants from the person.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class Factor(StrEnum):
    """One proof. Each is checked where its secret lives; here only its worth is known."""

    PASSWORD = "password"  # noqa: S105 -- a word, no secret
    ONE_TIME_CODE = "one_time_code"  # from an authenticator app (RFC 6238)
    RECOVERY_CODE = "recovery_code"  # one of ten, each once
    PASSKEY = "passkey"  # with user verification: the device, and its owner's finger, face or PIN
    CLINIC_PROVIDER = "clinic_provider"  # the clinic's own OpenID provider, which says nothing of a second factor
    CLINIC_PROVIDER_TWO_FACTOR = "clinic_provider_two_factor"  # the same, and it says it asked for two
    SIGN_UP_CODE = "sign_up_code"  # handed over by the administrator: begins an account, never opens the office
    SEALED_CODE = "sealed_code"  # of the emergency account
    SIGN_IN_LINK = "sign_in_link"  # of the demo profile only


class Stage(StrEnum):
    """What one sign-in has reached. Only `open` reaches the clinic; the others reach what completes the sign-in."""

    SECOND_FACTOR = "second_factor"  # one proof was given; a second one is set up and must be given
    CHOOSE_PASSWORD = "choose_password"  # noqa: S105 -- first use, after a reset, or the old one has run out
    ENROL_SECOND_FACTOR = "enrol_second_factor"  # no second factor is set up yet, and one is wanted
    OPEN = "open"


#: What a person can set up as their own second factor; a recovery code is only the spare of one of these.
SECOND_FACTORS = frozenset({Factor.ONE_TIME_CODE, Factor.PASSKEY})
#: Something one has, as far as it is proved beside something one knows.
_HAVING = frozenset({Factor.ONE_TIME_CODE, Factor.RECOVERY_CODE, Factor.PASSKEY})
_KNOWING = frozenset({Factor.PASSWORD, Factor.CLINIC_PROVIDER})
#: Two factors in one act.
_TWO_AT_ONCE = frozenset({Factor.PASSKEY, Factor.CLINIC_PROVIDER_TWO_FACTOR})
#: Open by themselves, each under rules of its own (`break_glass`, the demo profile).
_ALONE = frozenset({Factor.SEALED_CODE, Factor.SIGN_IN_LINK})
#: Those who came by one of these use the password, so that its age matters.
_BY_PASSWORD = frozenset({Factor.PASSWORD, Factor.SIGN_UP_CODE})


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the decision needs to know about one account and its clinic's rule."""

    second_factors: frozenset[Factor]  # set up by this person: a subset of SECOND_FACTORS
    password_due: bool  # a new password must be chosen before anything else
    two_factors_wanted: bool = True  # the clinic's rule; True unless the administrator accepted otherwise


def is_two_factor(proved: AbstractSet[Factor]) -> bool:
    """Whether the proofs are of two kinds. A sign-up code never counts: somebody else has held it."""
    return bool(proved & _TWO_AT_ONCE) or (bool(proved & _HAVING) and bool(proved & _KNOWING))


def stage_after(proved: AbstractSet[Factor], account: AccountState) -> Stage:
    """What is still wanted after these proofs. Raises ValueError when nothing was proved at all.

    A second factor that a person has set up is asked for even where the clinic's rule does not want two, and before
    a new password may be chosen: a known password alone must not be able to take an account over.
    """
    if not proved:
        raise ValueError("no factor was proved")
    if proved & _ALONE:
        return Stage.OPEN
    shown = bool(proved & (_HAVING | _TWO_AT_ONCE))
    if account.second_factors and not shown:
        return Stage.SECOND_FACTOR
    if Factor.SIGN_UP_CODE in proved and Factor.PASSWORD not in proved:
        return Stage.CHOOSE_PASSWORD
    if account.password_due and proved & _BY_PASSWORD:
        return Stage.CHOOSE_PASSWORD
    if account.two_factors_wanted and not is_two_factor(proved):
        return Stage.ENROL_SECOND_FACTOR
    return Stage.OPEN
