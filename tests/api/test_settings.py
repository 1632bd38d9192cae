"""What the administrator decides for the clinic, without a vendor and not beyond what is safe."""

from __future__ import annotations

import pytest
from tests import people
from tests.api.server import Server, refused, told
from tests.databases import CONSENT_HOST


@pytest.mark.shows("S-187")
def test_the_administrator_switches_automatic_inquiry_off_and_on(server: Server) -> None:
    admin = server.admin()
    assert told(admin.get("/api/settings"))["automatic_requests"] is True
    assert told(admin.patch("/api/settings", {"automatic_requests": False}))["automatic_requests"] is False
    assert told(admin.get("/api/settings"))["automatic_requests"] is False
    assert told(admin.get("/api/home-visit/status"))["next_automatic_at"] is None
    changed = [e for e in told(admin.get("/api/audit-events"))["items"] if e["action"] == "setting_changed"]
    assert [e["subject"] for e in changed] == ["automatic_requests"]


@pytest.mark.shows("F49")
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/minamo",
        f"https://{CONSENT_HOST}.evil.example/minamo",
        f"https://{CONSENT_HOST}@evil.example/minamo",
        f"https://evil.example#{CONSENT_HOST}",
        f"http://{CONSENT_HOST}/minamo",
        f"https://{CONSENT_HOST}:8443/minamo",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_the_official_page_can_become_the_clinics_link(server: Server, address: str) -> None:
    admin = server.admin()
    refused(admin.patch("/api/settings", {"consent_url": address}), "link_not_official", 422)
    link = told(admin.get("/api/home-visit/link"))
    assert link["url"] == f"https://{CONSENT_HOST}/minamo"


@pytest.mark.shows("S-004", "F49")
def test_the_link_comes_as_address_host_and_code(server: Server) -> None:
    link = told(server.enrol("tablet").get("/api/home-visit/link"))
    assert (link["host"], link["official"], link["label"]) == (CONSENT_HOST, True, people.CLINIC_NAME)
    assert link["qr_svg"].lstrip().startswith("<?xml") or "<svg" in link["qr_svg"]


@pytest.mark.shows("F43")
def test_what_identifies_the_clinic_is_not_a_setting(server: Server) -> None:
    for body in ({"institution_code": "0000000000"}, {"name": "x"}, {"code": "x"}, {"id": "x"}):
        refused(server.admin().patch("/api/settings", body), "invalid_input", 422)


@pytest.mark.shows("S-191", "S-231", "S-234", "S-235")
def test_a_clinic_writes_down_whom_to_call_and_how_its_terminals_screen_is_reached(server: Server) -> None:
    admin, doctor = server.admin(), server.hire(people.DOCTOR)
    empty = told(doctor.get("/api/settings/support"))
    assert (empty["reader_maker"], empty["terminal_route"]) == (None, "")
    card = {
        "reader_maker": "fujitsu", "link_style": "files", "terminal_route": "切替器の2番。専用の画面とキーボード",
        "dealer_name": "例示システム販売", "dealer_phone": "03-0000-0000", "contract_number": "R-0001",
    }  # fmt: skip
    told(admin.put("/api/settings/support", card))
    assert told(doctor.get("/api/settings/support")) == empty | card
    refused(doctor.put("/api/settings/support", {}), "role_not_allowed", 403)
    refused(admin.put("/api/settings/support", {"reader_maker": "other"}), "invalid_input", 422)
    assert told(doctor.get("/api/settings/support")) == empty | card
    changed = [e for e in told(admin.get("/api/audit-events"))["items"] if e["action"] == "setting_changed"]
    assert [e["subject"] for e in changed] == ["support_card"]
