"""Which proofs together are enough: a table of every way in, and what no single proof may ever do."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from otonai.domain.factors import SECOND_FACTORS, AccountState, Factor, Stage, is_two_factor, stage_after

APP = frozenset({Factor.ONE_TIME_CODE})
NONE: frozenset[Factor] = frozenset()
READY = AccountState(second_factors=APP, password_due=False)
NEW = AccountState(second_factors=NONE, password_due=True)
HALF = AccountState(second_factors=NONE, password_due=False)
OLD = AccountState(second_factors=APP, password_due=True)
ONE_IS_ENOUGH = AccountState(second_factors=NONE, password_due=False, two_factors_wanted=False)
OWN_WISH = AccountState(second_factors=APP, password_due=False, two_factors_wanted=False)

F = Factor


@pytest.mark.shows("S-170")
@pytest.mark.parametrize(
    ("proved", "account", "stage"),
    [
        ({F.PASSWORD}, READY, Stage.SECOND_FACTOR),
        ({F.PASSWORD, F.ONE_TIME_CODE}, READY, Stage.OPEN),
        ({F.PASSWORD, F.RECOVERY_CODE}, READY, Stage.OPEN),
        ({F.PASSKEY}, READY, Stage.OPEN),
        # A new person, or one who lost everything: code, password, app.
        ({F.SIGN_UP_CODE}, NEW, Stage.CHOOSE_PASSWORD),
        ({F.SIGN_UP_CODE, F.PASSWORD}, HALF, Stage.ENROL_SECOND_FACTOR),
        ({F.SIGN_UP_CODE, F.PASSWORD, F.ONE_TIME_CODE}, READY, Stage.OPEN),
        ({F.PASSWORD}, HALF, Stage.ENROL_SECOND_FACTOR),
        # Only the password was lost: whoever holds the code must still show the app.
        ({F.SIGN_UP_CODE}, OLD, Stage.SECOND_FACTOR),
        ({F.SIGN_UP_CODE, F.ONE_TIME_CODE}, OLD, Stage.CHOOSE_PASSWORD),
        # A password that has run out is changed after the second factor, never before.
        ({F.PASSWORD}, OLD, Stage.SECOND_FACTOR),
        ({F.PASSWORD, F.ONE_TIME_CODE}, OLD, Stage.CHOOSE_PASSWORD),
        # The clinic goes without: one is enough, yet who has set one up is asked.
        ({F.PASSWORD}, ONE_IS_ENOUGH, Stage.OPEN),
        ({F.PASSWORD}, OWN_WISH, Stage.SECOND_FACTOR),
        ({F.SIGN_UP_CODE}, ONE_IS_ENOUGH, Stage.CHOOSE_PASSWORD),
        # The clinic's own provider: what it says about itself counts.
        ({F.CLINIC_PROVIDER_TWO_FACTOR}, HALF, Stage.OPEN),
        ({F.CLINIC_PROVIDER_TWO_FACTOR}, READY, Stage.OPEN),
        ({F.CLINIC_PROVIDER}, READY, Stage.SECOND_FACTOR),
        ({F.CLINIC_PROVIDER}, HALF, Stage.ENROL_SECOND_FACTOR),
        ({F.CLINIC_PROVIDER}, OLD, Stage.SECOND_FACTOR),
        # The age of a password that was not used does not matter.
        ({F.PASSKEY}, OLD, Stage.OPEN),
        ({F.CLINIC_PROVIDER, F.ONE_TIME_CODE}, OLD, Stage.OPEN),
        # Under rules of their own.
        ({F.SEALED_CODE}, HALF, Stage.OPEN),
        ({F.SIGN_IN_LINK}, READY, Stage.OPEN),
    ],
)
def test_what_is_still_wanted_after_each_proof(proved: set[Factor], account: AccountState, stage: Stage) -> None:
    assert stage_after(proved, account) is stage


@pytest.mark.parametrize("account", [READY, NEW, HALF, OLD, ONE_IS_ENOUGH, OWN_WISH])
def test_no_proof_at_all_is_a_mistake_of_ours(account: AccountState) -> None:
    with pytest.raises(ValueError, match="no factor"):
        stage_after(set(), account)


def all_sets() -> list[frozenset[Factor]]:
    """Every set of proofs but the empty one."""
    return [frozenset(each) for each in chain.from_iterable(combinations(F, n) for n in range(1, len(F) + 1))]


def test_wherever_two_are_wanted_one_alone_never_opens() -> None:
    alone = {F.SEALED_CODE, F.SIGN_IN_LINK}
    for account in (READY, NEW, HALF, OLD):
        for proved in all_sets():
            if not proved & alone and not is_two_factor(proved):
                assert stage_after(proved, account) is not Stage.OPEN, (proved, account)


def test_a_second_factor_that_was_set_up_is_asked_before_anything_else() -> None:
    shown = SECOND_FACTORS | {F.RECOVERY_CODE, F.CLINIC_PROVIDER_TWO_FACTOR, F.SEALED_CODE, F.SIGN_IN_LINK}
    for account in (READY, OLD, OWN_WISH):
        for proved in all_sets():
            if not proved & shown:
                assert stage_after(proved, account) is Stage.SECOND_FACTOR, (proved, account)


def test_more_proofs_never_lead_further_away() -> None:
    """Whoever is in stays in when they prove one thing more, but for a code that restarts an account."""
    for account in (READY, HALF, OLD, ONE_IS_ENOUGH, OWN_WISH):
        for proved in all_sets():
            if stage_after(proved, account) is not Stage.OPEN:
                continue
            for more in set(F) - proved - {F.SIGN_UP_CODE, F.PASSWORD}:
                assert stage_after(proved | {more}, account) is Stage.OPEN, (proved, more, account)


@pytest.mark.parametrize(
    ("proved", "two"),
    [
        ({F.PASSWORD}, False),
        ({F.SIGN_UP_CODE, F.ONE_TIME_CODE}, False),  # somebody else has held the code
        ({F.ONE_TIME_CODE, F.RECOVERY_CODE}, False),  # twice the same kind
        ({F.PASSWORD, F.CLINIC_PROVIDER}, False),
        ({F.PASSWORD, F.ONE_TIME_CODE}, True),
        ({F.CLINIC_PROVIDER, F.RECOVERY_CODE}, True),
        ({F.PASSKEY}, True),
        ({F.CLINIC_PROVIDER_TWO_FACTOR}, True),
    ],
)
def test_two_factors_are_of_two_kinds(proved: set[Factor], two: bool) -> None:
    assert is_two_factor(proved) is two
