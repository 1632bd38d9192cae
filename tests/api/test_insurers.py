"""保険者マスタ: learned from every answer, filled from a file, corrected by a person, and nothing ever overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.api.terminal import Terminal
from tests.people import SETTLED, record_of

NUMBER = SETTLED.coverages[0].insurer_number
FILE = (
    f"保険者番号,保険者名,電話番号\n{NUMBER},見本広域連合事務局,03-0000-0000\n139998,みほん市,\n39139994,ちがう番号,\n"
)


@pytest.fixture
def admin(server: Server) -> Somebody:
    """仮名 健."""
    return server.admin()


def insurer(by: Somebody, number: str | None = NUMBER) -> dict[str, Any]:
    """What is known of it."""
    return dict(told(by.get(f"/api/insurers/{number}")))


def sent(by: Somebody, *, take: bool) -> dict[str, Any]:
    """The report of the file."""
    return dict(told(by.post("/api/insurers/import", {"content": FILE, "take": take})))


@pytest.mark.shows("S-080")
def test_an_answer_of_the_center_tells_the_insurers_name(server: Server, admin: Somebody) -> None:
    assert insurer(admin)["now"] is None
    Terminal(server).bring_list(admin, record_of(SETTLED))
    known = insurer(admin)
    assert (known["now"]["name"], known["now"]["source"]) == (SETTLED.coverages[0].insurer_name, "check")
    assert (known["kind"], known["right_number"], known["past"]) == ("late_elderly", True, [])
    assert insurer(server.neighbour())["now"] is None


@pytest.mark.shows("S-080")
def test_a_file_is_looked_at_first_fills_in_and_sent_again_changes_nothing(server: Server, admin: Somebody) -> None:
    Terminal(server).bring_list(admin, record_of(SETTLED))
    seen = sent(admin, take=False)
    assert (seen["new"], seen["changed"], seen["same"], seen["taken"]) == (1, 1, 0, 0)
    assert seen["bad"] == [{"row": 4, "column": "保険者番号", "problem": "check_digit"}]
    assert insurer(admin, "139998")["now"] is None

    assert sent(admin, take=True)["taken"] == 2
    again = sent(admin, take=True)
    assert (again["same"], again["taken"]) == (2, 0)
    known = insurer(admin)
    assert (known["now"]["telephone"], known["now"]["source"]) == ("03-0000-0000", "file")
    assert [word["source"] for word in known["past"]] == ["check"]
    refused(server.hire(people.OFFICE).post("/api/insurers/import", {"content": FILE}), "role_not_allowed", 403)


@pytest.mark.shows("S-080")
def test_a_persons_word_stands_and_what_stood_before_is_brought_back_by_saying_it_again(
    server: Server, admin: Somebody
) -> None:
    sent(admin, take=True)
    before = insurer(admin)["now"]
    office = server.hire(people.OFFICE)
    mended = {"name": "見本広域連合", "telephone": "06-0000-0000", "base_version": before["version"]}
    known = told(office.put(f"/api/insurers/{NUMBER}", mended))
    assert (known["now"]["name"], known["now"]["source"]) == ("見本広域連合", "person")
    refused(office.put(f"/api/insurers/{NUMBER}", mended | {"name": "別の名"}), "changed_meanwhile", 409)
    told(office.put(f"/api/insurers/{NUMBER}", mended))  # the same again: one effect

    Terminal(server).bring_list(admin, record_of(SETTLED))
    assert sent(admin, take=True)["kept"] == 1
    assert insurer(admin)["now"] == known["now"]

    back = {name: before[name] for name in ("name", "telephone", "postal_code", "address")}
    told(office.put(f"/api/insurers/{NUMBER}", back | {"base_version": known["now"]["version"]}))
    after = insurer(admin)
    assert (after["now"]["name"], len(after["past"])) == (before["name"], 2)


def test_what_is_no_insurers_number_and_a_missing_name_are_refused(admin: Somebody) -> None:
    word = {"name": "見本", "base_version": 0}
    refused(admin.put("/api/insurers/39139994", word), "insurer_number_wrong", 422)
    refused(admin.put(f"/api/insurers/{NUMBER}", word | {"name": "　"}), "insurer_name_missing", 422)
    refused(admin.get("/api/insurers/abc"), "insurer_number_wrong", 422)
    refused(admin.put(f"/api/insurers/{NUMBER}", word | {"address": "123456789018"}), "invalid_input", 422)
    unknown = insurer(admin, "00139998")
    assert (unknown["number"], unknown["kind"], unknown["now"]) == ("139998", "national_health", None)
