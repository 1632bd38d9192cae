"""What a passkey is worth that was shown with a sound signature."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.factors import AccountState, Factor, Stage, is_two_factor, stage_after
from otonai.domain.passkeys import KeptPasskey, PasskeyOutcome, ShownPasskey, judge_passkey

KEPT = KeptPasskey(sign_count=7, backup_eligible=False, suspended=False)
SHOWN = ShownPasskey(sign_count=8, backup_eligible=False, user_verified=True, owner_fits=True)
COUNTS = st.integers(0, 2**32 - 1)


def test_a_passkey_whose_owner_was_checked_and_whose_counter_grew_is_accepted() -> None:
    assert judge_passkey(KEPT, SHOWN) is PasskeyOutcome.ACCEPTED


@pytest.mark.parametrize(
    ("kept", "shown", "outcome"),
    [
        (replace(KEPT, suspended=True), SHOWN, PasskeyOutcome.SUSPENDED),
        (KEPT, replace(SHOWN, owner_fits=False), PasskeyOutcome.NOT_FITTING),
        (KEPT, replace(SHOWN, user_verified=False), PasskeyOutcome.UNVERIFIED),
        (KEPT, replace(SHOWN, sign_count=7), PasskeyOutcome.COPIED),
        (KEPT, replace(SHOWN, sign_count=0), PasskeyOutcome.COPIED),
        (KEPT, replace(SHOWN, backup_eligible=True), PasskeyOutcome.COPIED),
    ],
)
def test_each_reason_against_it_has_its_name(kept: KeptPasskey, shown: ShownPasskey, outcome: PasskeyOutcome) -> None:
    assert judge_passkey(kept, shown) is outcome


@given(kept=COUNTS, shown=COUNTS)
def test_a_counter_must_grow_unless_there_is_none(kept: int, shown: int) -> None:
    found = judge_passkey(replace(KEPT, sign_count=kept), replace(SHOWN, sign_count=shown))
    grew = shown > kept or (kept, shown) == (0, 0)
    assert found is (PasskeyOutcome.ACCEPTED if grew else PasskeyOutcome.COPIED)


@pytest.mark.parametrize("due", [False, True])
def test_a_passkey_alone_is_two_factors_and_asks_for_no_new_password(due: bool) -> None:
    account = AccountState(second_factors=frozenset({Factor.PASSKEY}), password_due=due)
    assert is_two_factor({Factor.PASSKEY})
    assert stage_after({Factor.PASSKEY}, account) is Stage.OPEN


def test_a_password_alone_opens_nothing_for_the_owner_of_a_passkey() -> None:
    account = AccountState(second_factors=frozenset({Factor.PASSKEY}), password_due=False, two_factors_wanted=False)
    assert stage_after({Factor.PASSWORD}, account) is Stage.SECOND_FACTOR
