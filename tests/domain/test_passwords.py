"""Three named policies: what each asks of a password, when one has grown too old, and which one rules an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import NOW, TODAY

from otonai.domain.passwords import (
    LONGEST,
    PasswordPolicy,
    PolicyName,
    Weakness,
    is_too_old,
    policy_in_force,
    weakness_of,
)
from otonai.rules.sign_in import sign_in_rules_on

RULES = sign_in_rules_on(TODAY)
PHRASE, MIXED, SIXTY = (RULES.policy(name) for name in PolicyName)
OWN = ["sakura", "mihon", "minamo", "みなも在宅クリニック", "1319999990", "otonai"]


@pytest.mark.shows("S-175")
def test_the_three_policies_are_those_of_the_guideline() -> None:
    assert (PHRASE.shortest, PHRASE.mixed, PHRASE.changed_within, PHRASE.wants_second_factor) == (13, False, None, True)
    assert (MIXED.shortest, MIXED.mixed, MIXED.changed_within, MIXED.wants_second_factor) == (8, True, None, True)
    assert (SIXTY.shortest, SIXTY.mixed, SIXTY.wants_second_factor) == (8, True, False)
    assert SIXTY.changed_within == timedelta(days=60)
    with pytest.raises(LookupError):
        RULES.policy("no_rule_at_all")


@pytest.mark.shows("S-175")
@pytest.mark.parametrize(
    ("password", "policy", "found"),
    [
        ("a" * 12, PHRASE, Weakness.TOO_SHORT),
        ("quiet lantern", PHRASE, None),  # 13, and no kind of sign is demanded
        ("しずかな川とちいさな提灯", PHRASE, Weakness.TOO_SHORT),  # 12 signs of any script count as one each
        ("しずかな川とちいさな提灯も", PHRASE, None),
        (" quiet lanter", PHRASE, None),  # blanks at the ends count: nothing is trimmed
        ("x" * LONGEST, PHRASE, None),
        ("x" * (LONGEST + 1), PHRASE, Weakness.TOO_LONG),
        ("kawa-40", MIXED, Weakness.TOO_SHORT),
        ("kawa-140", MIXED, None),
        ("kawakawa", MIXED, Weakness.NOT_MIXED),
        ("kawa1234", MIXED, Weakness.NOT_MIXED),
        ("12345-67", MIXED, Weakness.NOT_MIXED),
        ("kawa-kawa", MIXED, Weakness.NOT_MIXED),
        ("川の提灯は４０-", MIXED, None),
        ("kawa-140", SIXTY, None),
        ("kawakawa", SIXTY, Weakness.NOT_MIXED),
    ],
)
def test_what_each_policy_asks(password: str, policy: PasswordPolicy, found: Weakness | None) -> None:
    assert weakness_of(password, policy, own_words=OWN, easy_to_guess=False) is found


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("minamo-sakura-otonai", Weakness.OWN_WORDS),
        ("MINAMO minamo 40!!", Weakness.OWN_WORDS),
        ("ｍｉｎａｍｏ-1319999990", Weakness.OWN_WORDS),  # full-width letters hide no word
        ("みなも在宅クリニック2026", Weakness.OWN_WORDS),
        ("minamo and then eight", None),  # enough of one's own is left
        ("umi-no-mieru-heya", None),
    ],
)
def test_what_everybody_knows_about_its_owner_makes_no_password(password: str, found: Weakness | None) -> None:
    assert weakness_of(password, PHRASE, own_words=OWN, easy_to_guess=False) is found


def test_common_passwords_and_the_one_before_are_refused() -> None:
    good = "seven quiet umbrellas"
    assert weakness_of(good, PHRASE, own_words=OWN, easy_to_guess=True) is Weakness.EASY_TO_GUESS
    again = weakness_of(good, PHRASE, own_words=OWN, easy_to_guess=False, same_as_before=True)
    assert again is Weakness.SAME_AS_BEFORE


@pytest.mark.shows("S-172")
@pytest.mark.parametrize(
    ("age", "policy", "too_old"),
    [
        (timedelta(days=59), SIXTY, False),
        (timedelta(days=60), SIXTY, False),
        (timedelta(days=60, seconds=1), SIXTY, True),
        (timedelta(days=4000), PHRASE, False),
        (timedelta(days=4000), MIXED, False),
    ],
)
def test_after_sixty_days_a_password_is_changed_where_the_clinic_wants_it(
    age: timedelta, policy: PasswordPolicy, too_old: bool
) -> None:
    assert is_too_old(NOW - age, policy, NOW) is too_old


@pytest.mark.parametrize("chosen", [PHRASE, MIXED, SIXTY])
@pytest.mark.parametrize("second", [True, False])
def test_whoever_opens_by_a_password_alone_is_under_the_sixty_days(chosen: PasswordPolicy, second: bool) -> None:
    assert policy_in_force(chosen, SIXTY, has_second_factor=second) is (chosen if second else SIXTY)


@given(st.text(min_size=13, max_size=LONGEST))
def test_the_default_policy_takes_every_sign_there_is(password: str) -> None:
    assert weakness_of(password, PHRASE, own_words=[], easy_to_guess=False) is None
