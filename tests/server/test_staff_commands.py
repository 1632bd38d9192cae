"""The operator helps where nobody at a clinic can: the only administrator is locked out, or keys are changed."""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyotp
import pytest
from sqlmodel import col, select
from tests import people
from tests.server.installation import Installation, signed_in

from otonai.flow.sealing import Sealing
from otonai.store.session import reading
from otonai.store.tables import AuditEvent, Authenticator

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """With one clinic, which has one administrator."""
    made = Installation(tmp_path)
    made.open_clinic()
    return made


def code_in(text: str) -> str:
    """The code that a command printed."""
    found = re.search(r"^code ([0-9A-Z-]{29})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_the_only_administrator_lost_telephone_and_password_and_comes_back_by_the_operators_code(
    installation: Installation,
) -> None:
    with installation.serve() as served:
        before = signed_in(served.address)
        done = installation.run(
            "staff", "sign-up-code", people.ADMIN.login_name, "--lost", "second-factor", *installation.where
        )
        assert done.returncode == 0, done.stderr
        assert before.get("/api/session").status_code == 401, "every session of theirs is over"
        before.close()
        with httpx.Client(base_url=served.address, headers=OURS, timeout=20.0) as browser:
            begun = browser.post("/api/session/sign-up", json={"code": code_in(done.stdout)})
            assert begun.json()["stage"] == "choose_password", begun.text
            chosen = browser.put("/api/account/password", json={"new": "seventeen paper boats"})
            assert chosen.json()["stage"] == "enrol_second_factor", chosen.text
            seed = browser.post("/api/account/authenticator", json={}).json()["secret"]
            code = {"code": pyotp.TOTP(seed).at(datetime.now(UTC))}
            opened = browser.post("/api/account/authenticator/confirm", json=code)
            assert opened.json()["sign_in"]["stage"] == "open", opened.text
    engine = installation.engine()
    with reading(engine, installation.clinic_id(engine)) as session:
        resets = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "sign_in_reset")).all()
    engine.dispose()
    assert [(event.actor_kind, event.outcome) for event in resets] == [("host_operator", "second_factor")]


def test_five_wrong_tries_are_lifted_and_unknown_names_are_told(installation: Installation) -> None:
    done = installation.run("staff", "let-try-again", people.ADMIN.login_name, *installation.where)
    assert (done.returncode, done.stdout) == (0, "tries are counted anew\n")
    for command in ("let-try-again", "sign-up-code"):
        unknown = installation.run("staff", command, "nobody@minamo", *installation.where)
        assert unknown.returncode == 2
        assert "nobody has this log-in name" in unknown.stderr
        assert "Traceback" not in unknown.stderr


def test_the_sealing_key_is_changed_and_the_old_one_thrown_away(installation: Installation) -> None:
    file = installation.key_file.with_name("sealing.key")
    old, new = file.read_text(encoding="ascii").strip(), secrets.token_hex(32)
    for text, told in ((f"{new}\n{old}\n", "sealed anew: 1\n"), (f"{new}\n", "sealed anew: 0\n")):
        file.write_text(text, encoding="ascii")
        assert os.access(file, os.R_OK)
        done = installation.run("staff", "seal-anew", *installation.where)
        assert (done.returncode, done.stdout) == (0, told), done.stderr
    engine = installation.engine()
    with reading(engine, installation.clinic_id(engine)) as session:
        (kept,) = session.exec(select(Authenticator.secret)).all()
    engine.dispose()
    assert Sealing((bytes.fromhex(new),)).is_newest(kept)
