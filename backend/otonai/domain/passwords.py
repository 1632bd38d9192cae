"""Which password is good enough, by the clinic's policy; and when it has to be changed.

Sources: guideline 6.0 Q&A シQ-54 (trust-and-speed A1), requirements S-172, S-175, ASVS 5.0 6.2. The three policies and
their numbers are in `rules/sign_in.toml`. Judges; hashes and stores nothing, and never keeps the password it was shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PolicyName(StrEnum):
    """The clinic's choice. `sixty_days` also rules every account that has no second factor."""

    LONG_PHRASE = "long_phrase"  # the default: length instead of rules, no rotation
    MIXED_WITH_SECOND_FACTOR = "mixed_with_second_factor"  # シQ-54 (c)
    SIXTY_DAYS = "sixty_days"  # シQ-54 (b), and the terminal's own rule


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """One policy: lengths in characters, age in days (None: never too old)."""

    name: PolicyName
    shortest: int
    mixed: bool
    changed_within: timedelta | None
    wants_second_factor: bool


class Weakness(StrEnum):
    """Why a password is refused; the person is told which."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_MIXED = "not_mixed"
    OWN_WORDS = "own_words"
    EASY_TO_GUESS = "easy_to_guess"
    SAME_AS_BEFORE = "same_as_before"


LONGEST = 128
#: What must be left of a password when the words that everybody knows about its owner are taken out.
LEAST_OF_ONES_OWN = 8
#: Own words shorter than this occur in others by chance.
_SHORTEST_WORD = 3


def weakness_of(
    password: str,
    policy: PasswordPolicy,
    *,
    own_words: Iterable[str],
    easy_to_guess: bool,
    same_as_before: bool = False,
) -> Weakness | None:
    """The first reason to refuse it, or None. Characters count as typed: never trimmed, never cut (ASVS 6.2.8).

    `own_words` are the person's, the clinic's and the product's; `easy_to_guess` is the word of a dictionary of
    common passwords and patterns, asked by the caller.
    """
    if len(password) < policy.shortest:
        return Weakness.TOO_SHORT
    if len(password) > LONGEST:
        return Weakness.TOO_LONG
    if policy.mixed and not _is_mixed(password):
        return Weakness.NOT_MIXED
    if _leans_on(password, own_words):
        return Weakness.OWN_WORDS
    if same_as_before:
        return Weakness.SAME_AS_BEFORE
    return Weakness.EASY_TO_GUESS if easy_to_guess else None


def is_too_old(changed_at: datetime, policy: PasswordPolicy, now: datetime) -> bool:
    """Whether it must be changed at the next sign-in: on the 61st day, not on the 60th (S-172)."""
    return policy.changed_within is not None and now - changed_at > policy.changed_within


def policy_in_force(
    chosen: PasswordPolicy, without_second_factor: PasswordPolicy, *, has_second_factor: bool
) -> PasswordPolicy:
    """The clinic's policy, unless this account opens by its password alone (trust-and-speed finding 15)."""
    return chosen if has_second_factor else without_second_factor


def _is_mixed(password: str) -> bool:
    """Letters, digits and signs together, as シQ-54 asks (英数、記号を混在させた)."""
    letters = any(c.isalpha() for c in password)
    digits = any(c.isdigit() for c in password)
    return letters and digits and any(not c.isalnum() for c in password)


def _leans_on(password: str, own_words: Iterable[str]) -> bool:
    """Whether too little is left once the words that everybody knows about the owner are taken out."""
    left, found = _folded(password), False
    for word in sorted({_folded(w) for w in own_words}, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD and word in left:
            left, found = left.replace(word, ""), True
    return found and len(left) < LEAST_OF_ONES_OWN


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
