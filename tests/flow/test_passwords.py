"""Choosing a password: by the clinic's policy, never a common one, and every other session ends with it."""

from __future__ import annotations

import pytest
from tests.flow.door import Door
from tests.flow.story import Story
from tests.people import NURSE

from otonai.config import HashCost
from otonai.domain.errors import Invalid
from otonai.domain.factors import Factor, Stage
from otonai.domain.passwords import PolicyName
from otonai.flow import hashing
from otonai.flow.passwords import choose_password
from otonai.flow.sign_in import KnockOutcome
from otonai.flow.sign_in_rules import choose_rules
from otonai.store.audit import Actor
from otonai.store.tables import Clinic


@pytest.fixture
def door(small_story: Story) -> Door:
    """The clinic with its nurse."""
    return Door(small_story)


def chosen(door: Door, password: str, *, second: bool = True, keep: str | None = None) -> None:
    """The nurse chooses a password."""
    session = door.whose(keep) if keep else None
    door.change(
        lambda s: choose_password(
            s,
            door.her(s),
            password,
            Actor("staff", door.nurse),
            door.story.now,
            has_second_factor=second,
            keep=session.id if session else None,
        )
    )


def ruled(door: Door, policy: PolicyName, *, two_factors: bool = True, accepted: bool = False) -> None:
    """The administrator chooses the clinic's rules."""
    door.change(
        lambda s: choose_rules(
            s,
            s.get_one(Clinic, door.story.clinic.id),
            policy=policy,
            two_factors=two_factors,
            accepted=accepted,
            actor=door.admin,
            now=door.story.now,
        )
    )


@pytest.mark.shows("S-175")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("quiet river", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("sakura-minamo-nurse", "password_own_words"),
        ("みなも在宅クリニック２０２６", "password_own_words"),
        ("passwordpassword", "password_easy_to_guess"),
        ("1234567890123", "password_easy_to_guess"),
        ("qwertyuiopasd", "password_easy_to_guess"),
        ("aaaaaaaaaaaaaaaa", "password_easy_to_guess"),
        (NURSE.password, "password_same_as_before"),
    ],
)
def test_a_password_that_is_soon_found_is_refused_and_told_why(door: Door, password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        chosen(door, password)
    assert refused.value.code == code
    assert door.password() is KnockOutcome.RIGHT, "the one before still holds"


@pytest.mark.parametrize(
    "password",
    ["seventeen paper boats", " blanks at both ends ", "静かな川と小さな提灯を見た", "lamp 40, boat 17; river 3" * 4],
)
def test_a_password_counts_as_it_was_typed(door: Door, password: str) -> None:
    chosen(door, password)
    assert door.password(password) is KnockOutcome.RIGHT
    assert door.password(password.strip() + " ") is KnockOutcome.WRONG
    assert door.password(password.swapcase() + "x") is KnockOutcome.WRONG


def test_a_new_password_signs_out_everywhere_but_here(door: Door) -> None:
    here, there, half = door.cookie(), door.cookie(), door.enter(Factor.PASSWORD).token
    chosen(door, "seventeen paper boats", keep=here)
    assert door.whose(here) is not None
    assert (door.whose(there), door.whose(half)) == (None, None)
    assert list(door.outcomes("sessions_ended"))[-1] == "password_chosen"


@pytest.mark.shows("S-172")
def test_under_the_sixty_day_policy_the_next_sign_in_asks_for_a_new_one(door: Door) -> None:
    ruled(door, PolicyName.SIXTY_DAYS)
    chosen(door, "kawa-no-40-lamps")
    door.story.wait(days=60)
    assert door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE).stage is Stage.OPEN
    door.story.wait(seconds=1)
    late = door.enter(Factor.PASSWORD)
    assert late.stage is Stage.SECOND_FACTOR, "first the second factor"
    late = door.enter(Factor.ONE_TIME_CODE, after=late.token)
    assert late.stage is Stage.CHOOSE_PASSWORD
    with pytest.raises(Invalid) as refused:
        chosen(door, "kawa-no-40-lamps")
    assert refused.value.code == "password_same_as_before"
    chosen(door, "umi-no-41-lamps")
    assert door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE).stage is Stage.OPEN


@pytest.mark.shows("S-172")
def test_who_opens_by_a_password_alone_is_under_the_sixty_days(door: Door) -> None:
    ruled(door, PolicyName.SIXTY_DAYS, two_factors=False, accepted=True)
    with pytest.raises(Invalid) as refused:
        chosen(door, "seventeen paper boats", second=False)
    assert refused.value.code == "password_not_mixed"
    chosen(door, "seventeen 17 boats", second=False)


def test_going_without_a_second_factor_is_said_in_so_many_words_and_dated(door: Door) -> None:
    with pytest.raises(Invalid) as refused:
        ruled(door, PolicyName.SIXTY_DAYS, two_factors=False)
    assert refused.value.code == "one_factor_not_accepted"
    for policy in (PolicyName.LONG_PHRASE, PolicyName.MIXED_WITH_SECOND_FACTOR):
        with pytest.raises(Invalid) as refused:
            ruled(door, policy, two_factors=False, accepted=True)
        assert refused.value.code == "policy_wants_second_factor"
    ruled(door, PolicyName.SIXTY_DAYS, two_factors=False, accepted=True)
    since = door.story.look(lambda s: s.get_one(Clinic, door.story.clinic.id).one_factor_since)
    assert since == door.story.now
    assert list(door.outcomes("second_factor_rule_changed")) == ["off"]
    door.story.wait(days=3)
    ruled(door, PolicyName.SIXTY_DAYS, two_factors=False)
    assert door.story.look(lambda s: s.get_one(Clinic, door.story.clinic.id).one_factor_since) == since
    ruled(door, PolicyName.LONG_PHRASE)
    assert door.story.look(lambda s: s.get_one(Clinic, door.story.clinic.id).one_factor_since) is None
    assert list(door.outcomes("second_factor_rule_changed")) == ["off", "on"]


def test_who_set_up_an_app_is_asked_for_it_even_where_the_clinic_goes_without(door: Door) -> None:
    ruled(door, PolicyName.SIXTY_DAYS, two_factors=False, accepted=True)
    assert door.enter(Factor.PASSWORD).stage is Stage.SECOND_FACTOR


def test_a_hash_of_older_figures_is_made_anew_when_its_owner_signs_in(door: Door) -> None:
    before = door.story.look(lambda s: door.her(s).password_hash)
    hashing.use_cost(HashCost.FULL)
    try:
        assert door.password() is KnockOutcome.RIGHT
    finally:
        hashing.use_cost(HashCost.LIGHT)
    after = door.story.look(lambda s: door.her(s).password_hash)
    assert "m=64," in before
    assert "m=19456," in after


@pytest.mark.parametrize("kept", ["", "plain text", "$argon2id$v=19$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_of_ours_belongs_to_no_password(kept: str) -> None:
    assert not hashing.is_secret_of(kept, "")
    assert not hashing.is_secret_of(kept, kept)
