"""Getting in at the office: sessions end on the second, tries are counted by account and place, and no stranger can
keep a person from her own browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flow.door import Door, NursesTablet
from tests.flow.story import Story
from tests.people import NURSE

from otonai.domain.access import Role
from otonai.flow.sessions import end_session
from otonai.flow.sign_in import KnockOutcome
from otonai.flow.tablet_pins import people_of, try_pin
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
