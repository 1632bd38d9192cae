"""The clinic's own list of drugs to be pointed at: written by a doctor, shown with the drugs, empty at first."""

from __future__ import annotations

import pytest
from tests import people
from tests.api.server import Server, refused, told

ANTICOAGULANTS = {"label": "抗凝固薬", "classes": ["333"], "words": ["ワルファリン"], "use_classes": []}


@pytest.mark.shows("S-164")
def test_the_doctors_list_replaces_the_former_one_and_begins_empty(server: Server) -> None:
    doctor = server.hire(people.DOCTOR)
    assert told(doctor.get("/api/settings/notices")) == {"rules": []}
    assert told(doctor.put("/api/settings/notices", {"rules": [ANTICOAGULANTS]})) == {"rules": [ANTICOAGULANTS]}
    assert told(doctor.get("/api/settings/notices")) == {"rules": [ANTICOAGULANTS]}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"label": "空"}, "notice_empty"),
        ({"label": " ", "words": ["見本"]}, "notice_label"),
        ({"label": "桁", "classes": ["3"]}, "notice_class"),
        ({"label": "字", "words": ["ン"]}, "notice_word"),
    ],
)
def test_a_rule_that_would_tag_everything_is_refused_by_name(
    server: Server, rule: dict[str, object], code: str
) -> None:
    refused(server.hire(people.DOCTOR).put("/api/settings/notices", {"rules": [rule]}), code, 422)


def test_a_nurse_reads_the_list_and_does_not_write_it(server: Server) -> None:
    nurse = server.hire(people.NURSE)
    assert told(nurse.get("/api/settings/notices")) == {"rules": []}
    refused(nurse.put("/api/settings/notices", {"rules": []}), "role_not_allowed", 403)
