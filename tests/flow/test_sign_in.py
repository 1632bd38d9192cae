"""Getting in at the office: sessions end on the second, tries are counted by account and place, and no stranger can
keep a person from her own browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flow.door import A_STRANGERS, HALF_HOUR, HER_PC, MOMENT, WRONG, Door, NursesTablet
from tests.flow.story import Story
from tests.people import ADMIN, NURSE

from otonai.domain.access import Role
from otonai.domain.errors import NotSignedIn
from otonai.domain.factors import Factor, Stage
from otonai.flow.passwords import choose_password
from otonai.flow.sessions import end_session, touch_session
from otonai.flow.sign_in import KnockOutcome, look_up, settle
from otonai.flow.staff import let_try_again
from otonai.flow.tablet_pins import people_of, try_pin
from otonai.flow.tries import Place
from otonai.store.session import writing
from otonai.store.tables import Staff


@pytest.fixture
def door(story: Story) -> Door:
    """The clinic with its nurse, on both engines."""
    return Door(story)


@pytest.fixture
def tablet(door: Door) -> NursesTablet:
    """Her tablet."""
    return NursesTablet.opened(door)


# --- sessions ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-173", "S-145")
def test_a_session_lives_29_59_of_idleness_and_is_over_at_30_00(door: Door) -> None:
    cookie = door.cookie()
    begun = door.story.now
    door.story.now = begun + timedelta(minutes=29, seconds=59)
    signed = door.whose(cookie)
    assert signed is not None
    assert (signed.staff_id, signed.role, signed.stale) == (door.nurse, Role.NURSE, True)
    door.story.now = begun + timedelta(minutes=30)
    assert door.whose(cookie) is None


@pytest.mark.shows("S-144")
def test_a_signed_out_cookie_and_an_unknown_one_belong_to_nobody(door: Door) -> None:
    cookie = door.cookie()
    with writing(door.story.engine, door.story.clinic.id) as session:
        end_session(session, cookie, door.story.now)
        end_session(session, "never seen", door.story.now)
    assert (door.whose(cookie), door.whose("never seen")) == (None, None)
    assert len(door.story.events("sign_out")) == 1


@pytest.mark.shows("F23")
def test_a_person_who_was_stopped_is_out_at_once_everywhere(door: Door, tablet: NursesTablet) -> None:
    cookie, unlock = door.cookie(), tablet.try_pin().token or ""
    with writing(door.story.engine, door.story.clinic.id) as session:
        session.get_one(Staff, (door.story.clinic.id, door.nurse)).active = False
    assert door.whose(cookie) is None
    assert tablet.opened_by(unlock) is None
    assert door.password() is KnockOutcome.WRONG
    with writing(door.story.engine, door.story.clinic.id) as session:
        assert try_pin(session, tablet.row(session), door.nurse, NURSE.pin, door.story.now) is None
        assert people_of(session, tablet.row(session)) == []


def test_each_step_has_a_cookie_of_its_own_and_the_one_before_is_over(door: Door) -> None:
    first = door.enter(Factor.PASSWORD)
    assert first.stage is Stage.SECOND_FACTOR
    second = door.enter(Factor.ONE_TIME_CODE, after=first.token)
    assert (second.stage, second.token != first.token) == (Stage.OPEN, True)
    assert door.whose(first.token) is None
    signed = door.whose(second.token)
    assert signed is not None
    assert signed.factors == {Factor.PASSWORD, Factor.ONE_TIME_CODE}


def test_a_half_way_sign_in_is_over_after_fifteen_minutes_and_no_sign_in_lives_longer_than_twelve_hours(
    door: Door,
) -> None:
    half, whole = door.enter(Factor.PASSWORD).token, door.cookie()
    door.story.wait(minutes=14, seconds=59)
    assert door.whose(half) is not None
    door.story.wait(seconds=1)
    assert door.whose(half) is None
    for _ in range(35):  # in use all the time
        door.change(lambda s: touch_session(s, whole, door.story.now))
        door.story.wait(minutes=20)
    assert door.whose(whole) is not None, "11 h 55 min"
    door.change(lambda s: touch_session(s, whole, door.story.now))
    door.story.wait(minutes=5)
    assert door.whose(whole) is None


def test_a_session_of_somebody_else_completes_no_sign_in(door: Door) -> None:
    half = door.enter(Factor.PASSWORD).token
    with pytest.raises(NotSignedIn):
        door.enter(Factor.ONE_TIME_CODE, after=half, staff_id=door.story.clinic.admin_id)
    assert door.whose(half) is not None, "and hers is as it was"


# --- wrong tries ---------------------------------------------------------------------------------------------


@pytest.mark.shows("S-171")
def test_five_wrong_tries_close_the_door_for_thirty_minutes_to_the_moment(door: Door) -> None:
    assert [door.password(WRONG) for _ in range(4)] == [KnockOutcome.WRONG] * 4
    assert door.password(WRONG) is KnockOutcome.LOCKED
    door.story.now += HALF_HOUR - MOMENT
    assert door.password() is KnockOutcome.LOCKED, "closed to the right one, too"
    door.story.now += MOMENT
    assert door.password() is KnockOutcome.RIGHT


@pytest.mark.shows("S-171")
def test_four_wrong_tries_and_a_whole_sign_in_are_forgotten(door: Door) -> None:
    for _ in range(2):
        assert [door.password(WRONG) for _ in range(4)] == [KnockOutcome.WRONG] * 4
        assert door.password() is KnockOutcome.RIGHT
        door.cookie()


@pytest.mark.shows("S-171", "F52")
def test_a_right_password_alone_forgives_nothing_and_codes_count_with_passwords(door: Door) -> None:
    assert [door.password(WRONG) for _ in range(3)] == [KnockOutcome.WRONG] * 3
    assert door.password() is KnockOutcome.RIGHT
    assert door.code("000000") is KnockOutcome.WRONG
    assert door.code("000000") is KnockOutcome.LOCKED
    assert door.code() is KnockOutcome.LOCKED, "closed to the right code, too"


@pytest.mark.shows("F53")
def test_strangers_cannot_keep_her_from_her_own_browser(door: Door) -> None:
    """A hundred strangers at a hundred addresses: the account is closed to strangers, never to her own browser."""
    hers = door.known_place()
    for each in range(100):
        door.password(WRONG, place=Place(address=f"198.51.100.{each}"))
    assert door.password(place=A_STRANGERS) is KnockOutcome.LOCKED
    assert door.password(place=hers) is KnockOutcome.RIGHT
    elsewhere = Place(address="203.0.113.9", browser=hers.browser)
    assert door.password(place=elsewhere) is KnockOutcome.RIGHT, "her laptop, from another address"


@pytest.mark.shows("F53")
def test_a_browser_that_nobody_signed_in_at_is_a_stranger_whatever_it_says(door: Door) -> None:
    claims = Place(address=A_STRANGERS.address, browser="an-invented-cookie")
    for _ in range(5):
        door.password(WRONG, place=claims)
    assert door.password(place=A_STRANGERS) is KnockOutcome.LOCKED, "counted with its address"
    planted = door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, place=claims).browser
    assert planted != claims.browser, "a planted value is replaced"


@pytest.mark.shows("F53")
def test_a_known_browser_of_one_person_is_a_stranger_to_the_account_of_another(door: Door) -> None:
    hers = door.known_place()
    for _ in range(5):
        door.password(WRONG, ADMIN.login_name, hers)
    assert door.password(ADMIN.password, ADMIN.login_name, hers) is KnockOutcome.LOCKED
    assert door.password(place=hers) is KnockOutcome.RIGHT


@pytest.mark.shows("F53")
def test_after_half_a_year_without_a_sign_in_a_browser_is_a_stranger_again(door: Door) -> None:
    hers = door.known_place()
    door.story.wait(days=180)
    for _ in range(5):
        door.password(WRONG, place=Place(address=hers.address))
    assert door.password(place=hers) is KnockOutcome.LOCKED


@pytest.mark.shows("F53")
def test_a_thief_with_her_browser_gets_five_guesses_like_everybody(door: Door) -> None:
    hers = door.known_place()
    assert [door.password(WRONG, place=hers) for _ in range(5)][-1] is KnockOutcome.LOCKED
    assert door.password(place=hers) is KnockOutcome.LOCKED
    assert door.password(place=A_STRANGERS) is KnockOutcome.RIGHT, "and she gets in at another one"


@pytest.mark.shows("F52")
def test_one_password_tried_on_many_names_is_slowed_down_and_locks_nobody(door: Door) -> None:
    told = [door.password(WRONG, f"somebody{each}@minamo", A_STRANGERS) for each in range(40)]
    assert told[:29] == [KnockOutcome.WRONG] * 29
    assert set(told[29:]) == {KnockOutcome.THROTTLED}
    assert door.password(place=A_STRANGERS) is KnockOutcome.THROTTLED, "whoever is named: the address has to wait"
    assert door.password() is KnockOutcome.RIGHT, "and nobody else has"


@pytest.mark.shows("F52")
def test_spraying_from_many_addresses_is_slowed_down_and_known_browsers_go_on(door: Door) -> None:
    hers = door.known_place()
    told = [door.password(WRONG, f"somebody{each}@minamo", Place(address=f"2001:db8::{each:x}")) for each in range(310)]
    assert told.count(KnockOutcome.WRONG) == 299
    assert door.password(place=A_STRANGERS) is KnockOutcome.THROTTLED
    assert door.password(place=hers) is KnockOutcome.RIGHT
    door.story.now += HALF_HOUR
    assert door.password(place=A_STRANGERS) is KnockOutcome.RIGHT


@pytest.mark.shows("F52")
def test_an_account_of_ones_own_forgives_no_spraying(door: Door) -> None:
    for each in range(29):
        door.password(WRONG, f"somebody{each}@minamo", A_STRANGERS)
    door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, place=A_STRANGERS)
    assert door.password(WRONG, "one-more@minamo", A_STRANGERS) is KnockOutcome.THROTTLED


def test_at_a_closed_door_nothing_is_compared_and_the_trail_does_not_grow(door: Door) -> None:
    for _ in range(5):
        door.password(WRONG)
    before = len(door.story.events())
    with writing(door.story.engine) as session:
        knock = look_up(session, NURSE.login_name, HER_PC, door.story.now)
    assert knock.closed
    assert not knock.fits(NURSE.password)
    for _ in range(50):
        door.password(WRONG)
    assert len(door.story.events()) == before


@pytest.mark.shows("S-171")
def test_the_administrator_opens_a_closed_door_at_once(door: Door) -> None:
    for _ in range(5):
        door.password(WRONG)
    door.change(lambda s: let_try_again(s, door.her(s), door.admin, door.story.now))
    assert door.password() is KnockOutcome.RIGHT
    assert len(door.story.events("lock_lifted")) == 1


def test_a_name_that_nobody_has_is_counted_and_told_like_one_that_somebody_has(door: Door) -> None:
    invented = [door.tried(WRONG, "nobody@minamo", HER_PC) for _ in range(6)]
    door.story.now += HALF_HOUR
    real = [door.tried(WRONG, place=HER_PC) for _ in range(6)]
    assert [each.outcome for each in invented] == [each.outcome for each in real]
    assert [each.staff for each in (*invented, *real)] == [None] * 12


def test_a_password_that_changes_while_it_is_compared_lets_nobody_in(door: Door) -> None:
    with writing(door.story.engine) as session:
        knock = look_up(session, NURSE.login_name, HER_PC, door.story.now)
    assert knock.fits(NURSE.password)
    door.change(
        lambda s: choose_password(
            s, door.her(s), "another-quiet-river", door.admin, door.story.now, has_second_factor=True
        )
    )
    told = door.change(lambda s: settle(s, knock, NURSE.password, door.story.now, fits=True))
    assert told.outcome is KnockOutcome.WRONG
