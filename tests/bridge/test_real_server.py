"""The bridge against the server it is made for: what one of them changes in the contract fails here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from tests.api.server import Server, told
from tests.bridge.office import Office, drop
from tests.bridge.recording_server import Quiet
from tests.databases import CONSENT_HOST, KEY
from tests.staffing import SEALING_KEY
from werkzeug.serving import make_server

from otonai.app import create_app
from otonai.config import Profile, Settings
from otonai_bridge import credentials
from otonai_bridge.loop import Ending
from otonai_bridge.pairing import pair
from otonai_bridge.server import Server as Caller
from otonai_bridge.server import open_client


@pytest.fixture
def real(embedded: Engine) -> Iterator[tuple[Server, str]]:
    """The application behind a real port, over the embedded database; it has no live channel, so the bridge polls."""
    settings = Settings(
        database_url="sqlite:///unused",
        base_url="http://localhost",
        live_url="http://localhost:9",
        profile=Profile.DEMO,
        database_key=KEY,
        ticket_secret=bytes(32),
        sealing_keys=(SEALING_KEY,),
        consent_hosts=frozenset({CONSENT_HOST}),
    )
    app = create_app(settings)
    app.extensions["otonai"].engine = embedded
    made = Server(app, embedded)
    http = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{http.server_port}"
    app.extensions["otonai"].settings = replace(settings, other_addresses=(address,))
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made, address
    http.shutdown()
    http.server_close()


@pytest.mark.shows("F41")
def test_from_pairing_to_a_delivered_file_to_being_stopped(real: tuple[Server, str], office: Office) -> None:
    server, address = real
    admin = server.admin()
    office.server = SimpleNamespace(url=address)  # type: ignore[assignment]
    credentials.remove(office.state)

    # 1. The office approves the bridge.
    def approve(sentence: str) -> None:
        if "enter this code: " in sentence:
            code = sentence.rpartition(" ")[2]
            told(admin.post(f"/api/devices/grants/{code}/approve", {"name": "受付のPC", "ownership": "clinic"}), 201)

    with open_client(address, None) as client:
        pair(client, address, "受付のPC", office.state, show=approve)

    # 2. Somebody asks for the list; the request appears in `req`.
    office.start()
    told(admin.post("/api/home-visit/requests/fetch"), 202)
    office.wait_for("request_confirmed")
    (request,) = office.names("req")

    # 3. The terminal bounces it; the server takes the error and both files go.
    (office.req / request).rename(office.res / request)
    drop(office.res / request.replace(".xml", ".err"), b"OQSSIM0001\tlayout")
    office.wait_for("delete_bounced")
    assert office.names("res") == []
    assert office.said("file_delivered")[0]["outcome"] == "accepted"

    # 4. A rotated pair works.
    office.stop()
    before = credentials.load(office.state)
    with open_client(address, None) as client:
        caller = Caller(client, office.state, wall=lambda: before.expires_at)
        caller.jobs()
    assert credentials.load(office.state).refresh_token != before.refresh_token

    # 5. The office stops it.
    office.start()
    (device,) = [d for d in told(admin.get("/api/devices"))["items"] if d["kind"] == "bridge"]
    told(admin.post(f"/api/devices/{device['id']}/stop", {"typed_name": device["name"]}))
    office.joined()
    assert office.ending in (Ending.DEVICE_STOPPED, Ending.NOT_PAIRED)
