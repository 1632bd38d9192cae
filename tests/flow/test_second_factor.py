"""Authenticator apps and recovery codes: clocks that are off, codes that were seen, telephones that are lost."""

from __future__ import annotations

import pyotp
import pytest
from sqlmodel import Session, select
from tests.flow.door import A_STRANGERS, WRONG, Door
from tests.flow.story import Story
from tests.people import DOCTOR, NURSE
from tests.staffing import SEALING, employ, one_time_code

from otonai.domain.factors import Factor
from otonai.flow import second_factor
from otonai.flow.sealing import SealBroken, Sealing
from otonai.flow.sign_in import KnockOutcome
from otonai.store.audit import Actor
from otonai.store.tables import Authenticator, RecoveryCode

RIGHT, USED, NO = KnockOutcome.RIGHT, KnockOutcome.USED, KnockOutcome.WRONG


@pytest.fixture
def door(story: Story) -> Door:
    """The clinic with its nurse, on both engines."""
    return Door(story)


def recovery_codes(door: Door) -> list[str]:
    """Ten new ones of the nurse."""
    return door.change(lambda s: second_factor.new_recovery_codes(s, door.her(s), door.admin, door.story.now))


# --- codes of the app ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "found"), [(-2, NO), (-1, RIGHT), (0, RIGHT), (1, RIGHT), (2, NO), (20, NO)])
def test_a_clock_may_be_off_by_half_a_minute_and_no_more(door: Door, steps: int, found: KnockOutcome) -> None:
    assert door.code(steps=steps) is found


def test_a_code_that_was_used_works_no_more_and_is_told_as_used(door: Door) -> None:
    seen = one_time_code(NURSE, door.story.now)
    assert door.code(seen) is RIGHT
    assert door.code(seen) is USED
    assert door.code(steps=-1) is USED, "nor one that was shown before it"
    assert door.code(steps=1) is RIGHT
    door.story.wait(seconds=90)
    assert door.code(seen) is NO


def test_a_used_code_counts_as_no_wrong_try(door: Door) -> None:
    seen = one_time_code(NURSE, door.story.now)
    assert door.code(seen) is RIGHT
    assert {door.code(seen) for _ in range(10)} == {USED}
    assert door.password() is RIGHT


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1} ", "{0}-{1}"])
def test_a_code_may_be_typed_as_the_app_shows_it(door: Door, typed: str) -> None:
    code = one_time_code(NURSE, door.story.now)
    assert door.code(typed.format(code[:3], code[3:])) is RIGHT


@pytest.mark.parametrize("typed", ["", "0", "000000000000", "一二三四五六", "None", "'; --"])
def test_what_is_no_code_is_wrong(door: Door, typed: str) -> None:
    assert door.code(typed) is NO


def test_the_code_of_somebody_else_is_wrong(door: Door) -> None:
    door.change(lambda s: employ(s, door.story.clinic.id, DOCTOR, door.story.now, by=door.admin))
    assert door.code(person=DOCTOR) is NO


def test_a_new_app_counts_when_its_first_code_was_shown_and_the_old_one_until_then(door: Door) -> None:
    seed, now = second_factor.new_seed(), door.story.now
    door.change(lambda s: second_factor.begin_authenticator(s, door.her(s), seed, SEALING, now))
    assert door.code() is RIGHT, "the old app still works"
    assert not door.change(
        lambda s: second_factor.confirm_authenticator(s, door.her(s), "000000", door.admin, SEALING, now)
    )
    code = pyotp.TOTP(seed).at(now)
    assert door.change(lambda s: second_factor.confirm_authenticator(s, door.her(s), code, door.admin, SEALING, now))
    door.codes_are_unspent()
    assert door.code() is NO, "the old one no longer"
    assert door.code(code) is RIGHT


def test_seeds_are_made_by_chance_and_long_enough(door: Door) -> None:
    made = {second_factor.new_seed() for _ in range(200)}
    assert len(made) == 200
    assert {len(each) for each in made} == {32}, "160 bits, as RFC 4226 recommends"
    address = door.story.look(lambda s: second_factor.address_of(door.her(s), "A" * 32))
    assert address.startswith("otpauth://totp/Otonai:nurse?secret=")


# --- seeds are sealed ----------------------------------------------------------------------------------------


def seed_row(door: Door) -> Authenticator:
    """The nurse's app as the database keeps it."""
    return door.story.look(lambda s: s.exec(select(Authenticator).where(Authenticator.staff_id == door.nurse)).one())


def test_the_database_does_not_know_the_seed(door: Door) -> None:
    kept = seed_row(door).secret
    assert NURSE.totp_secret not in kept
    assert SEALING.is_newest(kept)


def test_a_seed_opens_by_the_installations_keys_alone(door: Door) -> None:
    strange = Sealing((bytes(32),))
    with pytest.raises(SealBroken):
        door.change(lambda s: second_factor.check_one_time_code(s, door.her(s), "000000", strange, door.story.now))


def test_a_seed_moved_to_another_account_opens_nothing(door: Door) -> None:
    """Whoever may write to the database puts a seed they know where another one was."""

    def move(session: Session) -> None:
        doctor = employ(session, door.story.clinic.id, DOCTOR, door.story.now, by=door.admin)
        theirs = session.exec(select(Authenticator).where(Authenticator.staff_id == doctor.id)).one()
        hers = session.exec(select(Authenticator).where(Authenticator.staff_id == door.nurse)).one()
        hers.secret = theirs.secret

    door.change(move)
    with pytest.raises(SealBroken):
        door.code(person=DOCTOR)


def test_the_key_is_changed_without_anybody_noticing(door: Door) -> None:
    newer = Sealing((bytes(32), *SEALING.keys))
    old = seed_row(door).secret
    assert not newer.is_newest(old)
    code = one_time_code(NURSE, door.story.now)
    found = door.change(lambda s: second_factor.check_one_time_code(s, door.her(s), code, newer, door.story.now))
    assert found is second_factor.CodeCheck.RIGHT
    assert newer.is_newest(seed_row(door).secret), "using it seals it anew"
    count = door.change(lambda s: second_factor.seal_anew(s, door.story.clinic.id, newer))
    assert count == 1, "the administrator's; hers is done"
    assert door.change(lambda s: second_factor.seal_anew(s, door.story.clinic.id, Sealing((bytes(32),)))) == 0


@pytest.mark.parametrize(("old", "new"), [(".", ""), (".", "0."), (".", ".A"), (".", ".AAAA")])
def test_a_sealed_text_that_was_changed_is_named_and_never_guessed_at(old: str, new: str) -> None:
    sealed = SEALING.seal("MFRGGZDF", "row")
    assert SEALING.open(sealed, "row") == "MFRGGZDF"
    assert sealed != SEALING.seal("MFRGGZDF", "row"), "each time another nonce"
    with pytest.raises(SealBroken):
        SEALING.open(sealed.replace(old, new, 1), "row")
    with pytest.raises(SealBroken):
        SEALING.open(sealed, "another row")
    with pytest.raises(SealBroken):
        Sealing(()).seal("x", "row")


# --- recovery codes ------------------------------------------------------------------------------------------


def test_each_of_ten_recovery_codes_works_once(door: Door) -> None:
    codes = recovery_codes(door)
    assert len(set(codes)) == 10
    for left, code in zip(range(9, -1, -1), codes, strict=True):
        assert door.code(code, factor=Factor.RECOVERY_CODE) is RIGHT
        assert door.story.look(lambda s: second_factor.recovery_codes_left(s, door.her(s))) == left
    assert door.code(codes[3], factor=Factor.RECOVERY_CODE) is USED


def test_a_recovery_code_may_be_typed_from_paper(door: Door) -> None:
    code = recovery_codes(door)[4]
    assert door.code(f" {code.lower().replace('-', ' ')} ", factor=Factor.RECOVERY_CODE) is RIGHT


def test_new_codes_void_those_before_and_another_persons_never_work(door: Door) -> None:
    old, new = recovery_codes(door), recovery_codes(door)
    assert door.code(old[0], factor=Factor.RECOVERY_CODE) is NO
    doctor = door.change(lambda s: employ(s, door.story.clinic.id, DOCTOR, door.story.now, by=door.admin).id)
    theirs = door.change(lambda s: second_factor.new_recovery_codes(s, door.her(s, doctor), door.admin, door.story.now))
    assert door.code(theirs[0], factor=Factor.RECOVERY_CODE) is NO
    assert door.code(new[0], factor=Factor.RECOVERY_CODE) is RIGHT


@pytest.mark.parametrize("typed", ["", "0", "9-AAAAA-AAAAA", "x-AAAAA-AAAAA", "²-AAAAA-AAAAA"])
def test_what_is_no_recovery_code_is_wrong(door: Door, typed: str) -> None:
    recovery_codes(door)
    assert door.code(typed, factor=Factor.RECOVERY_CODE) is NO


def test_recovery_codes_are_kept_as_hashes(door: Door) -> None:
    codes = recovery_codes(door)
    kept = door.story.look(lambda s: s.exec(select(RecoveryCode.code_hash)).all())
    assert len(kept) == 10
    assert all(each.startswith("$argon2id$") for each in kept)
    assert not any(code[2:].replace("-", "") in each for code in codes for each in kept)


@pytest.mark.shows("S-171")
def test_guessing_recovery_codes_counts_with_every_other_try(door: Door) -> None:
    recovery_codes(door)
    told = [door.code("1-AAAAA-AAAAA", factor=Factor.RECOVERY_CODE, place=A_STRANGERS) for _ in range(3)]
    told += [door.password(WRONG, place=A_STRANGERS), door.code("000000", place=A_STRANGERS)]
    assert told == [NO] * 4 + [KnockOutcome.LOCKED]


def test_adding_and_removing_leaves_its_trace(door: Door) -> None:
    own = Actor("staff", door.nurse)
    recovery_codes(door)
    door.change(lambda s: second_factor.remove_second_factors(s, door.her(s), own, door.story.now))
    assert list(door.outcomes("second_factor_removed")) == ["one_time_code"]
    assert list(door.outcomes("second_factor_added"))[-1] == "one_time_code"
    assert door.code() is NO
    assert door.story.look(lambda s: second_factor.recovery_codes_left(s, door.her(s))) == 0
