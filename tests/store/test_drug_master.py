"""The installation's drug master is exchanged as a whole, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import select
from tests.domain.test_drug_master_file import line, master, taken

from otonai.store.drug_master import exchange_master, master_for
from otonai.store.session import reading, writing
from otonai.store.tables import DrugMasterEntry, DrugMasterVersion

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_new_master_replaces_the_old_one_and_the_same_one_again_changes_nothing(engine: Engine) -> None:
    old = taken(master(line("699990001", "旧錠"), line("699990002", "消える錠")))
    new = taken(master(line("699990001", "新錠")))
    for told in (old, new, new):
        with writing(engine) as session:
            exchange_master(session, told, NOW)
    with reading(engine) as session:
        found = master_for(session, ["699990001", "699990002", None])
        assert {code: entry.name for code, entry in found.entries.items()} == {"699990001": "新錠"}
        assert found.version == "20250401"
        assert len(session.exec(select(DrugMasterVersion)).all()) == 2
        assert len(session.exec(select(DrugMasterEntry)).all()) == 1


def test_without_a_master_every_drug_is_unknown_and_nothing_breaks(engine: Engine) -> None:
    with reading(engine) as session:
        assert master_for(session, ["610407148"]).find("610407148") is None
