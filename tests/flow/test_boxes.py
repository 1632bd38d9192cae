"""Boxes of the tablet open at the server, and only there, unmoved: the vectors are shared with the PWA's tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine
from sqlmodel import Session
from tests.databases import known_clinics
from tests.flow.story import Story
from tests.flow.tablets import Tablet
from tests.people import NOW

from otonai.domain.errors import Invalid
from otonai.flow.boxes import INFO, SUITE_NAME, aad_of, current_key, decode, open_box, seal, turn_keys
from otonai.rules.box_keys import box_key_rules_on
from otonai.store.session import writing
from otonai.store.tables import BoxKey

VECTOR: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "box.json").read_text(encoding="utf-8"))
KEY_ID = "vector"


@dataclass
class Clinic:
    """みなも with the vectors' key pair."""

    session: Session
    id: UUID

    def opened(self, box: str, aad: str = VECTOR["aad"]) -> str:
        return open_box(self.session, self.id, KEY_ID, box, aad.encode()).decode()


@pytest.fixture
def clinic(embedded: Engine) -> Clinic:
    clinic_id = known_clinics(embedded).minamo.id
    private = ec.derive_private_key(int.from_bytes(decode(VECTOR["private_scalar"])), ec.SECP256R1())
    session = Session(embedded)
    session.add(
        BoxKey(
            clinic_id=clinic_id,
            id=UUID(VECTOR["id"]),
            key_id=KEY_ID,
            public_key=decode(VECTOR["public_key"]),
            private_key=private.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            created_at=NOW,
        )
    )
    session.flush()
    return Clinic(session, clinic_id)


@pytest.mark.parametrize("maker", ["python", "typescript"])
def test_a_box_made_on_either_side_opens_here(clinic: Clinic, maker: str) -> None:
    assert clinic.opened(VECTOR[f"sealed_by_{maker}"]) == VECTOR["plaintext"]


def test_both_sides_bind_a_box_to_the_same_words() -> None:
    aad = aad_of(
        UUID(VECTOR["clinic_id"]), UUID(VECTOR["device_id"]), VECTOR["sequence"], UUID(VECTOR["id"]), VECTOR["schema"]
    )
    assert aad.decode() == VECTOR["aad"]
    assert (INFO.decode(), SUITE_NAME) == (VECTOR["info"], VECTOR["suite"])


@pytest.mark.parametrize("maker", ["python", "typescript"])
def test_a_box_moved_to_another_place_in_the_row_does_not_open(clinic: Clinic, maker: str) -> None:
    moved = VECTOR["aad"].replace("|7|", "|8|")
    with pytest.raises(Invalid) as refusal:
        clinic.opened(VECTOR[f"sealed_by_{maker}"], moved)
    assert refusal.value.code == "box_unreadable"


def test_two_boxes_of_one_entry_are_never_alike(clinic: Clinic) -> None:
    public, plain, aad = decode(VECTOR["public_key"]), VECTOR["plaintext"].encode(), VECTOR["aad"].encode()
    first, second = seal(public, plain, aad), seal(public, plain, aad)
    assert first != second
    assert clinic.opened(first) == clinic.opened(second) == VECTOR["plaintext"]


def test_a_box_sealed_to_last_years_key_still_opens_and_the_key_goes_when_all_is_drained(small_story: Story) -> None:
    story, clinic_id = small_story, small_story.clinic.id
    rules = box_key_rules_on(story.now.date())
    tablet = Tablet(story, "訪問1号")

    def turn() -> tuple[int, int]:
        with writing(story.engine, clinic_id) as session:
            return turn_keys(session, clinic_id, rules, story.now)

    def told(unsent: int) -> None:
        with writing(story.engine, clinic_id) as session:
            tablet.row(session).last_seen_at, tablet.row(session).unsent = story.now, unsent

    old = story.look(lambda s: current_key(s, clinic_id))
    box = seal(old.public_key, b"told offline", b"aad")
    assert turn() == (0, 0)
    story.wait(days=366)
    assert turn() == (1, 0)
    assert story.look(lambda s: current_key(s, clinic_id).key_id) != old.key_id
    assert story.look(lambda s: open_box(s, clinic_id, old.key_id, box, b"aad")) == b"told offline"
    story.wait(days=61)
    told(unsent=1)
    assert turn() == (0, 0)
    told(unsent=0)
    assert turn() == (0, 1)
    with pytest.raises(Invalid):
        story.look(lambda s: open_box(s, clinic_id, old.key_id, box, b"aad"))
