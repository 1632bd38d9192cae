"""Tokens of devices: each call proves the key anew, pairs rotate, a copy ends both, a stopped device is out at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select
from tests.flow.story import Story
from tests.flow.tablets import Tablet

from otonai.domain.dates import business_day
from otonai.domain.device_proof import ProofOutcome
from otonai.domain.devices import DeviceKind, Ownership
from otonai.domain.errors import NotFound
from otonai.flow.device_access import holder_of, stop_device
from otonai.flow.enrol_device import approve, grant_by_code, is_newest_proof, start_grant, waiting_grant
from otonai.rules.devices import device_rules_on
from otonai.store.session import writing
from otonai.store.tables import DeviceGrant, DeviceToken, UsedProof

HALF_HOUR = timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def tablet(small_story: Story) -> Tablet:
    """The clinic's tablet, on the embedded database."""
    return Tablet(small_story, "一台目")


def outcomes(story: Story, action: str) -> list[str]:
    """What the audit trail says about it."""
    return [event.outcome for event in story.events(action)]


# --- one call ------------------------------------------------------------------------------------------------


@pytest.mark.shows("F44")
def test_a_token_that_nobody_issued_belongs_to_nobody_and_an_old_one_has_ended(tablet: Tablet) -> None:
    story = tablet.story
    assert story.look(lambda s: holder_of(s, "made up", story.now)) is None
    story.now += HALF_HOUR - MOMENT
    assert tablet.works(1)
    story.now += MOMENT
    assert not tablet.works(1)


@pytest.mark.shows("F20")
def test_a_proof_is_good_once_on_either_database(story: Story) -> None:
    tablet = Tablet(story, "一台目")
    proof = tablet.proof()
    assert [tablet.use(proof=proof), tablet.use(proof=proof), tablet.use()] == [True, False, True]


@pytest.mark.shows("F20")
def test_the_same_identifier_from_two_keys_is_two_proofs(tablet: Tablet) -> None:
    other = Tablet(tablet.story, "二台目")
    assert tablet.use(proof=tablet.proof(unique="x"))
    assert other.use(proof=other.proof(unique="x"))


def test_used_proofs_are_forgotten_when_none_could_be_used_again(tablet: Tablet) -> None:
    story = tablet.story
    for _ in range(5):
        tablet.use()
    story.now += tablet.rules.keep_proofs - MOMENT
    tablet.use()
    assert story.look(lambda s: len(s.exec(select(UsedProof)).all())) == 6
    story.now += tablet.rules.keep_proofs
    tablet.use()
    assert story.look(lambda s: len(s.exec(select(UsedProof)).all())) == 1


# --- renewing ------------------------------------------------------------------------------------------------


@pytest.mark.shows("F19", "F22")
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=5), timedelta(days=59)])
def test_a_device_that_never_received_its_new_pair_may_ask_again(tablet: Tablet, later: timedelta) -> None:
    assert tablet.renew(1, 2) is True
    tablet.story.now += later
    assert tablet.renew(1, 3) is True, "the answer got lost on the way, and lost again"
    assert tablet.renew(1, 4) is True
    assert tablet.use(4)
    assert not tablet.works(2), "nobody ever heard of these"
    assert not tablet.works(3)
    assert tablet.renew(4, 5) is True, "and it goes on as if nothing had happened"
    assert outcomes(tablet.story, "tokens_revoked") == []


@pytest.mark.shows("F41", "F40")
@pytest.mark.parametrize("how", ["access", "refresh"])
def test_once_the_successor_was_used_the_older_one_is_a_copy_and_everybody_is_out(tablet: Tablet, how: str) -> None:
    other = Tablet(tablet.story, "二台目")
    assert tablet.renew(1, 2) is True
    newest = 2
    if how == "access":
        assert tablet.use(2)
    else:
        assert tablet.renew(2, 3) is True
        newest = 3
    tablet.story.now += tablet.rules.on_its_way
    assert tablet.renew(1, 9) is False, "the copy comes back"
    assert not tablet.works(newest)
    assert tablet.renew(newest, 10) is False, "and the true one must enrol again"
    assert other.works(1)
    assert outcomes(tablet.story, "tokens_revoked") == ["refresh_token_reused"]


@pytest.mark.shows("F41", "F40")
@pytest.mark.parametrize("true_device_first", [True, False])
def test_a_copy_that_plays_the_lost_answer_is_found_when_the_second_of_them_comes(
    tablet: Tablet, true_device_first: bool
) -> None:
    assert tablet.renew(1, 2) is True, "the true device has this pair"
    assert tablet.renew(1, 3) is True, "the copy says that its answer was lost"
    first, second = ((2, 4), (3, 5)) if true_device_first else ((3, 5), (2, 4))
    assert tablet.renew(*first) is True, "one of the two goes on"
    assert not tablet.works(second[0])
    assert tablet.renew(*second) is False, "the other asks with what it holds"
    assert not tablet.works(first[1])
    assert tablet.renew(first[1], 6) is False, "and nobody goes on"
    assert outcomes(tablet.story, "tokens_revoked") == ["refresh_token_reused"]


@pytest.mark.shows("F19", "F22")
@pytest.mark.parametrize("used", [False, True])
def test_a_request_that_arrives_behind_its_own_repetition_ends_nothing(tablet: Tablet, used: bool) -> None:
    assert tablet.renew(1, 2) is True, "the repetition, which is answered"
    if used:
        assert tablet.use(2)
    tablet.story.now += tablet.rules.on_its_way - MOMENT
    assert tablet.renew(1, 3) is not used, "the first request, kept by the network: nobody hears this answer"
    assert tablet.use(2), "the device goes on with the answer that it heard"
    assert used or not tablet.works(3)
    assert tablet.renew(2, 4) is True
    assert outcomes(tablet.story, "tokens_revoked") == []
    assert outcomes(tablet.story, "device_refused") == (["refresh_token_overtaken"] if used else [])


@pytest.mark.shows("F41")
def test_a_refresh_token_without_its_devices_key_is_worth_nothing_and_leaves_a_trace(tablet: Tablet) -> None:
    assert tablet.renew(1, 2, tablet.proof(key="the thief's")) is ProofOutcome.OTHER_KEY
    assert tablet.renew(1, 2) is True, "the device itself goes on"
    assert outcomes(tablet.story, "device_refused") == ["proof_of_other_key"]


@pytest.mark.shows("F20")
def test_a_renewal_is_not_repeated_with_the_same_proof(tablet: Tablet) -> None:
    proof = tablet.proof()
    assert tablet.renew(1, 2, proof) is True
    assert tablet.renew(1, 3, proof) is ProofOutcome.REPEATED
    assert tablet.works(2)


def test_after_sixty_days_in_a_drawer_a_tablet_is_taken_in_anew(tablet: Tablet) -> None:
    tablet.story.now += timedelta(days=60) - MOMENT
    assert tablet.renew(1, 2) is True
    tablet.story.now += timedelta(days=60)
    assert tablet.renew(2, 3) is False


# --- being taken in, being stopped -----------------------------------------------------------------------------


def waiting(story: Story, code: str, name: str = "", kind: DeviceKind = DeviceKind.TABLET) -> None:
    """A device that shows a code."""
    with writing(story.engine, story.clinic.id) as session:
        start_grant(
            session, device_code=f"secret {code}", user_code=code, kind=kind, told_name=name, key_thumbprint="its key",
            rules=device_rules_on(business_day(story.now)), now=story.now,
        )  # fmt: skip


def test_a_device_is_taken_in_once_by_the_clinic_that_reads_its_code(small_story: Story) -> None:
    story = small_story
    waiting(story, "ABCD-EFGH")
    with writing(story.engine, story.clinic.id) as session:
        grant = waiting_grant(session, " abcd-efgh ", story.now)
        made = approve(
            session, story.clinic.id, grant, None, Ownership.BYOD, actor=story.office,
            rules=device_rules_on(business_day(story.now)), now=story.now,
        )  # fmt: skip
        assert (made.kind, made.ownership, made.name) == ("tablet", "byod", "タブレット")
        assert made.key_thumbprint == "its key"
    with writing(story.engine, story.clinic.id) as session:
        found = grant_by_code(session, "secret ABCD-EFGH")
        assert found is not None
        assert (found.state, found.clinic_id) == ("approved", story.clinic.id)
    for code in ("ABCD-EFGH", "WRONG"):
        with pytest.raises(NotFound) as refused, writing(story.engine, story.clinic.id) as session:
            waiting_grant(session, code, story.now)
        assert refused.value.code == "grant_not_found"


def test_a_bridge_is_always_the_clinics(small_story: Story) -> None:
    story = small_story
    waiting(story, "ABCD-EFGH", kind=DeviceKind.BRIDGE)
    with writing(story.engine, story.clinic.id) as session:
        made = approve(
            session, story.clinic.id, waiting_grant(session, "ABCD-EFGH", story.now), "受付のPC", Ownership.BYOD,
            actor=story.office, rules=device_rules_on(business_day(story.now)), now=story.now,
        )  # fmt: skip
        assert (made.ownership, made.name) == ("clinic", "受付のPC")


def test_a_code_is_over_after_ten_minutes(small_story: Story) -> None:
    story = small_story
    waiting(story, "LATE")
    ten = timedelta(minutes=10)

    def look(at: datetime) -> str:
        return story.look(lambda s: waiting_grant(s, "LATE", at)).user_code

    assert look(story.now + ten - MOMENT) == "LATE"
    with pytest.raises(NotFound):
        look(story.now + ten)


@pytest.mark.shows("F20")
def test_a_waiting_device_is_answered_only_to_a_proof_younger_than_its_last(tablet: Tablet) -> None:
    story = tablet.story
    waiting(story, "ABCD-EFGH")
    captured, later = tablet.proof(), None
    with writing(story.engine, story.clinic.id) as session:
        grant = grant_by_code(session, "secret ABCD-EFGH")
        assert isinstance(grant, DeviceGrant)
        assert is_newest_proof(session, grant, captured)
        assert not is_newest_proof(session, grant, captured)
        story.now += timedelta(seconds=2)
        later = tablet.proof()
        assert is_newest_proof(session, grant, later)
        assert not is_newest_proof(session, grant, captured)


@pytest.mark.shows("F39")
def test_stopping_a_tablet_stops_no_other_device(tablet: Tablet) -> None:
    story, other = tablet.story, Tablet(tablet.story, "二台目")
    with writing(story.engine, story.clinic.id) as session:
        stop_device(session, tablet.row(session), story.office, story.now)
    assert (tablet.works(1), other.works(1)) == (False, True)
    assert tablet.renew(1, 2) is False
    live = story.look(lambda s: [t.device_id for t in s.exec(select(DeviceToken)) if t.revoked_at is None])
    assert live == [other.device.id]
