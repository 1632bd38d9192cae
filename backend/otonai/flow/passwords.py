"""Choosing a password: by the clinic's policy, against a dictionary of common ones, known to its owner alone.

Carries out `domain/passwords.py`. No administrator ever sets or sees a password; a new person chooses theirs.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session
from zxcvbn import zxcvbn

from ..domain.errors import Invalid
from ..domain.passwords import LONGEST, PasswordPolicy, PolicyName, is_too_old, policy_in_force, weakness_of
from ..store.audit import Actor, write_event
from ..store.tables import Clinic, Staff
from .handed_codes import spend
from .hashing import hash_secret, is_secret_of
from .sessions import end_all, rules_now

#: Of zxcvbn's five marks (0 to 4), those that a guesser who knows common passwords and patterns soon finds.
_GUESSABLE_BELOW = 3
#: The library's own limit; what lies beyond makes no password weaker.
_JUDGED = 72
PRODUCT_WORDS = ("otonai", "おとない", "訪問診療")


def policy_of(session: Session, staff: Staff, now: datetime, *, has_second_factor: bool) -> PasswordPolicy:
    """The policy that rules this account: the clinic's, or the 60-day one where a password opens alone."""
    clinic, rules = session.get_one(Clinic, staff.clinic_id), rules_now(now)
    return policy_in_force(
        rules.policy(clinic.password_policy),
        rules.policy(PolicyName.SIXTY_DAYS),
        has_second_factor=has_second_factor or clinic.two_factors,
    )


def is_password_due(session: Session, staff: Staff, now: datetime, *, has_second_factor: bool) -> bool:
    """Whether a new password must be chosen first: none of one's own yet, or one that has grown too old (S-172)."""
    if staff.password_due or not staff.password_hash or staff.password_changed_at is None:
        return True
    policy = policy_of(session, staff, now, has_second_factor=has_second_factor)
    return is_too_old(staff.password_changed_at, policy, now)


def choose_password(
    session: Session,
    staff: Staff,
    password: str,
    actor: Actor,
    now: datetime,
    *,
    has_second_factor: bool,
    keep: UUID | None = None,
) -> None:
    """Take a new password and end every other session of its owner. Raises Invalid(password_too_short, …).

    `keep` is the session of the person who chooses.
    """
    policy = policy_of(session, staff, now, has_second_factor=has_second_factor)
    clinic = session.get_one(Clinic, staff.clinic_id)
    words = own_words(staff, clinic)
    weakness = weakness_of(
        password,
        policy,
        own_words=words,
        easy_to_guess=len(password) <= LONGEST and is_easy_to_guess(password, words),
        same_as_before=is_secret_of(staff.password_hash, password),
    )
    if weakness is not None:
        raise Invalid(f"at least {policy.shortest} characters", code=f"password_{weakness.value}")
    staff.password_hash, staff.password_changed_at, staff.password_due = hash_secret(password), now, False
    session.add(staff)
    spend(session, staff, now)
    write_event(session, staff.clinic_id, now, action="password_chosen", actor=actor, subject=str(staff.id))
    end_all(session, staff, actor, now, why="password_chosen", but=keep)


def own_words(staff: Staff, clinic: Clinic) -> list[str]:
    """What a guesser knows about this person without asking."""
    told = [*staff.login_name.replace("@", " ").replace(".", " ").replace("-", " ").split(), *staff.name.split()]
    return [*told, clinic.code, clinic.name, clinic.institution_code, *PRODUCT_WORDS]


def is_easy_to_guess(password: str, words: list[str]) -> bool:
    """What zxcvbn says, which knows 30,000 common passwords, names, keyboard walks, dates and repeats."""
    mark: int = zxcvbn(password[:_JUDGED], user_inputs=words)["score"]
    return mark < _GUESSABLE_BELOW
