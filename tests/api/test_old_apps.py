"""A tablet that nobody updated: it hands in what it holds, and is told nothing it might show wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests import people
from tests.api.server import Device, Server, Somebody, refused, sealed, told
from tests.api.test_bag import status
from tests.api.test_sync import REGISTERED, visited

OLD, SERVED = "0.1.9", "0.2.0"


@pytest.fixture
def admin(server: Server) -> Somebody:
    """仮名 健."""
    return server.admin()


@pytest.fixture
def host_that_serves_from_0_2(server: Server) -> Iterator[None]:
    """The host of this server has named the oldest app it answers."""
    product = server.app.extensions["otonai"]
    before = product.settings
    product.settings = replace(before, oldest_app=(0, 2))
    yield
    product.settings = before


@pytest.mark.shows("F32")
@pytest.mark.usefixtures("host_that_serves_from_0_2")
def test_a_tablet_that_is_too_old_is_told_nothing(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    cursor = told(tablet.post("/api/sync/pack", Otonai_App=SERVED))["cursor"]
    for app in ({}, {"Otonai_App": OLD}):  # one from before apps said their version, and one that does
        refused(tablet.post("/api/sync/pack", **app), "app_too_old", 426)
        refused(tablet.get(f"/api/sync/changes?cursor={cursor}", **app), "app_too_old", 426)
        refused(tablet.get("/api/visits", **app), "app_too_old", 426)
        refused(tablet.get(f"/api/patients/{visit['patient_id']}/medications", **app), "app_too_old", 426)
    told(tablet.get(f"/api/sync/changes?cursor={cursor}", Otonai_App=SERVED))
    told(admin.get("/api/visits"))  # the office's app is the one that the server brings


@pytest.mark.shows("F32")
@pytest.mark.usefixtures("host_that_serves_from_0_2")
def test_a_tablet_that_is_too_old_hands_in_what_it_holds_and_opens_what_it_carries(
    server: Server, admin: Somebody
) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "visit_registered", REGISTERED, at=datetime.now(UTC))
    (result,) = told(tablet.post("/api/sync/entries", {"entries": [entry]}, Otonai_App=OLD))["results"]
    assert result["outcome"] == "applied"
    told(tablet.post("/api/devices/me/day-shares", Otonai_App=OLD))
    told(tablet.get("/api/devices/me", Otonai_App=OLD))


@pytest.mark.shows("F32")
@pytest.mark.usefixtures("host_that_serves_from_0_2")
def test_the_office_sees_which_tablet_wants_an_update(server: Server, admin: Somebody) -> None:
    tablet = server.tablet(people.NURSE)

    def update_needed(tablet: Device) -> bool:
        (seen,) = [each for each in told(admin.get("/api/devices"))["items"] if each["id"] == str(tablet.id)]
        return bool(seen["update_needed"])

    assert update_needed(tablet) is False  # it has not said yet what it is
    told(tablet.post("/api/devices/me/status", status(version=OLD), Otonai_App=OLD))
    assert update_needed(tablet) is True
    told(tablet.post("/api/devices/me/status", status(version=SERVED), Otonai_App=SERVED))
    assert update_needed(tablet) is False
