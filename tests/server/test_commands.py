"""The operator's commands: settings that cannot be right stop the start, secrets stay outside, tampering is named."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col, select
from tests import people
from tests.server.installation import Installation

from otonai.config import OddSetting, Profile, read_settings
from otonai.flow.open_clinic import NewClinic, open_clinic
from otonai.store.session import reading, writing
from otonai.store.tables import AuditEvent, Clinic

GOOD = {
    "OTONAI_BASE_URL": "https://otonai.example.jp",
    "OTONAI_DATABASE_URL": "sqlite:////var/lib/otonai/otonai.db",
    "OTONAI_DATABASE_KEY": "0f" * 32,
    "OTONAI_TICKET_SECRET": "1e" * 32,
    "OTONAI_SEALING_KEYS": "2d" * 32,
}


def test_settings_that_are_right_are_taken_as_they_are() -> None:
    settings = read_settings(GOOD)
    assert settings.profile is Profile.PRODUCTION
    assert settings.secure_cookies
    assert not settings.practice
    assert "0f0f" not in repr(settings)
    assert "1e1e" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTONAI_PROFILE", "staging"),
        ("OTONAI_BASE_URL", ""),
        ("OTONAI_BASE_URL", "otonai.example.jp"),
        ("OTONAI_BASE_URL", "ftp://otonai.example.jp"),
        ("OTONAI_BASE_URL", "http://localhost:8000"),
        ("OTONAI_BASE_URL", "http://127.0.0.1:8000"),
        ("OTONAI_BASE_URL", "http://[::1]:8000"),
        ("OTONAI_LIVE_URL", "wss://otonai.example.jp"),
        ("OTONAI_OTHER_ADDRESSES", "otonai.local"),
        ("OTONAI_OTHER_ADDRESSES", "https://otonai.local, http://192.0.2.7:8000"),
        ("OTONAI_BASE_URL", "http://otonai.example.jp"),
        ("OTONAI_LIVE_URL", "http://otonai.example.jp:8001"),
        ("OTONAI_DATABASE_URL", ""),
        ("OTONAI_DATABASE_URL", "mysql://otonai"),
        ("OTONAI_DATABASE_KEY", ""),
        ("OTONAI_DATABASE_KEY", "0f" * 31),
        ("OTONAI_DATABASE_KEY", "z" * 64),
        ("OTONAI_DATABASE_KEY_FILE", "/nowhere/at/all"),
        ("OTONAI_TICKET_SECRET", "1e" * 31),
        ("OTONAI_SEALING_KEYS", ""),
        ("OTONAI_SEALING_KEYS", "2d" * 31),
        ("OTONAI_SEALING_KEYS", f"{'2d' * 32},odd"),
        ("OTONAI_OLDEST_APP", "newest"),
        ("OTONAI_OLDEST_APP", "1.2.3.4.5"),
        ("OTONAI_OLDEST_APP", "9999.0"),  # newer than the server: no tablet could ever be told anything
        ("OTONAI_CONSENT_HOSTS", "consent.example,127.0.0.1:9000"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(OddSetting) as odd:
        read_settings(GOOD | {name: value})
    assert odd.value.detail.startswith(name)


def test_further_addresses_are_taken_as_they_are_told() -> None:
    told = "https://otonai.local:8443/ , http://127.0.0.1:8000,"
    settings = read_settings(GOOD | {"OTONAI_OTHER_ADDRESSES": told})
    assert settings.other_addresses == ("https://otonai.local:8443", "http://127.0.0.1:8000")
    assert read_settings(GOOD).other_addresses == ()


def test_a_loopback_address_is_refused_outside_the_demo_before_anything_starts(empty: Installation) -> None:
    empty.data.mkdir()
    words = ["serve", "--profile", "production", "--port", str(empty.port), *empty.where]
    done = empty.run(*words)
    assert done.returncode == 2
    assert done.stderr.strip() == ("odd_setting: OTONAI_BASE_URL: a loopback address is for the demo profile only")
    assert list(empty.data.iterdir()) == []


def test_a_key_beside_the_data_is_refused(empty: Installation) -> None:
    empty.data.mkdir()
    for place in (empty.data / "keys" / "database.key", empty.data / ".." / "data" / "database.key"):
        done = empty.run("db", "migrate", "--data", str(empty.data), "--key-file", str(place))
        assert done.returncode == 2
        assert "outside the data folder" in done.stderr
        assert list(empty.data.iterdir()) == []


def test_the_key_is_made_once_for_its_owner_alone(empty: Installation) -> None:
    empty.open_clinic()
    made = empty.key_file.read_text(encoding="ascii")
    assert len(bytes.fromhex(made)) == 32
    assert stat.S_IMODE(empty.key_file.stat().st_mode) == 0o600
    assert empty.run("db", "migrate", *empty.where).returncode == 0
    assert empty.key_file.read_text(encoding="ascii") == made
    empty.key_file.chmod(0o644)
    done = empty.run("db", "migrate", *empty.where)
    assert done.returncode == 2
    assert "mode 600" in done.stderr


@pytest.mark.shows("F40")
def test_the_database_file_tells_nothing_to_whoever_copies_it(installation: Installation, tmp_path: Path) -> None:
    engine = installation.engine()
    with engine.begin() as connection:
        (name,) = connection.execute(text("SELECT name FROM clinic")).one()
    engine.dispose()
    assert name == people.CLINIC_NAME
    # By a process of its own, as a thief: one that closes such a file again lets go of SQLite's own locks on it, and
    # connections that this process still holds would read nonsense from then on.
    thief = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2])"
    subprocess.run([sys.executable, "-c", thief, str(installation.data), str(tmp_path / "stolen")], check=True)
    copied = b"".join(part.read_bytes() for part in sorted((tmp_path / "stolen").iterdir()))
    assert len(copied) > 100_000
    planted = [people.CLINIC_NAME, people.ADMIN.name, people.ADMIN.login_name, people.INSTITUTION_CODE]
    for word in planted:
        assert word.encode() not in copied
    assert b"SQLite format 3" not in copied
    assert b"CREATE TABLE" not in copied


def test_another_key_opens_nothing_and_no_trace_is_shown(installation: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    words = ["audit", "verify", "--data", str(installation.data), "--key-file", str(other)]
    missing = installation.run(*words)
    assert missing.returncode == 2
    assert "a new key opens no existing database" in missing.stderr
    assert not other.exists()
    other.write_text("ab" * 32, encoding="ascii")
    other.chmod(0o600)
    wrong = installation.run(*words)
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines()[-1].startswith("database_unreadable: ")
    assert "Traceback" not in wrong.stderr
    assert wrong.stdout == ""


@pytest.mark.shows("F51")
def test_an_anchor_that_was_printed_once_shows_a_trail_that_is_another_now(empty: Installation, tmp_path: Path) -> None:
    empty.open_clinic()
    kept = tmp_path / "anchors"
    kept.write_text(empty.run("audit", "anchor", *empty.where).stdout, encoding="utf-8")
    fits = empty.run("audit", "verify", "--anchors", str(kept), *empty.where)
    assert (fits.returncode, fits.stdout.strip().endswith(" holds")) == (0, True)
    clinic, sequence, digest = kept.read_text(encoding="utf-8").split()
    kept.write_text(f"{clinic} {sequence} {'0' * len(digest)}\n", encoding="utf-8")
    other = empty.run("audit", "verify", "--anchors", str(kept), "--clinic", clinic, *empty.where)
    assert (other.returncode, other.stdout.strip()) == (1, f"clinic {clinic} first bad entry {sequence}")


@pytest.mark.shows("F51")
def test_a_tampered_entry_of_the_audit_trail_is_named(empty: Installation) -> None:
    empty.open_clinic()
    assert empty.run("audit", "verify", *empty.where).stdout.strip().endswith(" holds")
    engine = empty.engine()
    told = ("hinata", people.OTHER_CLINIC_NAME, people.OTHER_INSTITUTION_CODE, None, False, "仮名", "hinata-admin")
    with writing(engine) as session:
        hinata = open_clinic(session, NewClinic(*told), people.ADMIN.password, frozenset(), people.NOW).id
        minamo = session.exec(select(Clinic.id).where(Clinic.code == "minamo")).one()
    with reading(engine, minamo) as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.clinic_id == minamo)).all()
        tampered = max(e.sequence for e in events)
    with engine.begin() as connection:
        where = (col(AuditEvent.clinic_id) == minamo, col(AuditEvent.sequence) == tampered)
        connection.execute(update(AuditEvent).where(*where).values(outcome="never happened"))
    engine.dispose()
    done = empty.run("audit", "verify", *empty.where)
    assert done.returncode == 1
    assert f"clinic {minamo} first bad entry {tampered}\n" in done.stdout
    assert f"clinic {hinata} holds\n" in done.stdout
