"""`otonai-bridge doctor`: each thing that can be wrong has one name, one line and a next step in two languages."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.bridge.office import LIST_REQUEST, REQUEST, Office
from tests.bridge.recording_server import RecordingServer

from otonai_bridge import credentials, single
from otonai_bridge.__main__ import main
from otonai_bridge.doctor import (
    Check,
    Facts,
    Finding,
    FolderFacts,
    JournalFacts,
    Level,
    Outcome,
    ServerFacts,
    findings,
    level_of,
)
from otonai_bridge.doctor_probes import _bridges_here, examine
from otonai_bridge.doctor_words import CHECKS, WORDS, as_json, lines
from otonai_bridge.facts import FolderState

WELL = Facts(
    host="otonai.example",
    state=Outcome.STATE_PRIVATE,
    space=10 * 2**30,
    running=False,
    bridges=0,
    journal=JournalFacts(Outcome.JOURNAL_SOUND, stems=frozenset({"oqsmuhvq01res_202611235001"})),
    folders={
        "req": FolderFacts(FolderState.OK, device=7, rename="works"),
        "res": FolderFacts(FolderState.OK, device=7, rename="works"),
        "face": FolderFacts(FolderState.OK, device=7),
    },
    paired=True,
    server=ServerFacts(Outcome.SERVER_ANSWERS, 0.2, Outcome.ACCESS_GRANTED, "", Outcome.LIVE_OPEN),
)


def found(facts: Facts, check: Check, subject: str = "") -> Finding:
    (one,) = [f for f in findings(facts) if f.check is check and (not subject or f.subject == subject)]
    return one


def in_folder(name: str, **changes: Any) -> Facts:
    return replace(WELL, folders={**WELL.folders, name: replace(WELL.folders[name], **changes)})


# --- the conclusions --------------------------------------------------------------------------------------------


def test_where_all_is_well_no_line_is_trouble_and_every_check_is_told() -> None:
    told = findings(WELL)
    assert {finding.check for finding in told} == set(Check)
    assert {finding.level for finding in told if finding.check is not Check.RUNNING} == {Level.WELL}


@pytest.mark.parametrize(
    ("facts", "check", "outcome"),
    [
        (replace(WELL, state=Outcome.STATE_EXPOSED), Check.STATE_FOLDER, Outcome.STATE_EXPOSED),
        (replace(WELL, space=400 * 2**20), Check.DISK_SPACE, Outcome.SPACE_LITTLE),
        (replace(WELL, space=49 * 2**20), Check.DISK_SPACE, Outcome.SPACE_NONE),
        (replace(WELL, space=None), Check.DISK_SPACE, Outcome.NOT_TRIED),
        (replace(WELL, running=True), Check.RUNNING, Outcome.RUNNING_ONCE),
        (replace(WELL, running=True, bridges=2), Check.RUNNING, Outcome.RUNNING_SEVERAL),
        (replace(WELL, bridges=None), Check.RUNNING, Outcome.NOT_RUNNING),
        (replace(WELL, paired=False), Check.CREDENTIALS, Outcome.NOT_PAIRED),
        (in_folder("req", device=8), Check.FILE_SYSTEM, Outcome.OTHER_FILE_SYSTEM),
        (in_folder("req", device=None), Check.FILE_SYSTEM, Outcome.NOT_TRIED),
        (in_folder("res", names=("del20261123.txt", "OQSsiquc01res_202611230001.xml")), Check.OTHER_PROGRAMS,
         Outcome.OTHERS_SEEN),
        (in_folder("res", names=("OQSsiquc01res_202611230001.xml",)), Check.SERIAL_RANGE, Outcome.SERIALS_FREE),
        (in_folder("res", names=("OQSsiquc01res_202611235001.xml",)), Check.SERIAL_RANGE,
         Outcome.SERIALS_USED_BY_OTHERS),
        (in_folder("req", names=("oqssiquc01REQ_202611239999.XML",)), Check.SERIAL_RANGE,
         Outcome.SERIALS_USED_BY_OTHERS),
        (in_folder("req", names=("OQSmuhvq01req_202611235001.1a2b3c4d.part",)), Check.LEFT_OVER,
         Outcome.TEMPORARY_LEFT),
    ],
)  # fmt: skip
def test_each_thing_that_is_not_well_has_its_name(facts: Facts, check: Check, outcome: Outcome) -> None:
    assert found(facts, check).outcome is outcome


@pytest.mark.parametrize("folder", ["req", "res"])
@pytest.mark.parametrize("name", ["OQSmuhvq01{}_202611235001.xml", "oqsmuhvq01{}_202611235001.ZIP"])
def test_our_own_files_are_not_taken_for_another_programs(folder: str, name: str) -> None:
    facts = in_folder(folder, names=(name.format(folder),))
    assert found(facts, Check.OTHER_PROGRAMS).outcome is Outcome.NO_OTHERS_SEEN
    assert found(facts, Check.SERIAL_RANGE).outcome is Outcome.SERIALS_FREE


def test_a_damaged_journal_makes_nobody_a_stranger() -> None:
    facts = in_folder("res", names=("OQSsiquc01res_202611235001.xml",))
    facts = replace(facts, journal=JournalFacts(Outcome.JOURNAL_DAMAGED, "integrity_check"))
    assert found(facts, Check.SERIAL_RANGE).outcome is Outcome.NOT_TRIED


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (FolderState.OK, Outcome.FOLDER_USABLE),
        (FolderState.MISSING, Outcome.FOLDER_MISSING),
        (FolderState.READ_ONLY, Outcome.FOLDER_READ_ONLY),
        (FolderState.ERROR, Outcome.FOLDER_ERROR),
    ],
)
def test_each_state_of_a_folder_is_told_for_that_folder(state: FolderState, outcome: Outcome) -> None:
    facts = in_folder("res", state=state, rename=None)
    assert found(facts, Check.FOLDER, "res").outcome is outcome
    assert found(facts, Check.FOLDER, "req").outcome is Outcome.FOLDER_USABLE
    assert found(facts, Check.RENAMING, "res").outcome is Outcome.NOT_TRIED


@pytest.mark.shows("F29")
@pytest.mark.parametrize(
    ("skew", "outcome"),
    [
        (0.0, Outcome.CLOCK_RIGHT), (-5.0, Outcome.CLOCK_RIGHT), (5.1, Outcome.CLOCK_A_LITTLE_OFF),
        (-60.0, Outcome.CLOCK_A_LITTLE_OFF), (-60.1, Outcome.CLOCK_WRONG), (32400.0, Outcome.CLOCK_WRONG),
        (None, Outcome.CLOCK_UNKNOWN),
    ],
)  # fmt: skip
def test_a_clock_is_right_a_little_off_or_wrong(skew: float | None, outcome: Outcome) -> None:
    facts = replace(WELL, server=replace(WELL.server, skew=skew))
    assert found(facts, Check.CLOCK).outcome is outcome


@pytest.mark.parametrize(
    ("age", "outcome"), [(None, Outcome.SILENT), (120.0, Outcome.HEARD_RECENTLY), (120.1, Outcome.SILENT)]
)
def test_beside_a_running_bridge_its_own_last_contact_is_told(age: float | None, outcome: Outcome) -> None:
    facts = replace(WELL, running=True, journal=replace(WELL.journal, contact_age=age))
    assert found(facts, Check.ACCESS).outcome is outcome
    assert found(facts, Check.LIVE).outcome is Outcome.LIVE_CLOSED


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_in_both_languages_and_trouble_has_a_next_step(outcome: Outcome) -> None:
    words = WORDS[outcome]
    assert words.ja
    assert words.en
    assert bool(words.next_ja) == bool(words.next_en)
    if level_of(outcome) is Level.TROUBLE:
        assert words.next_ja
    told = lines(Finding(Check.FOLDER, outcome, "req"), "both")
    assert outcome.value in told[0]
    assert all(len(line.encode("cp932")) for line in told), "a Japanese console shows it"


def test_every_check_has_a_name() -> None:
    assert set(CHECKS) == set(Check)


# --- the command ------------------------------------------------------------------------------------------------


def examined(office: Office, capsys: pytest.CaptureFixture[str], *more: str, server: str | None = None) -> tuple[
    int, dict[str, dict[str, Any]]
]:  # fmt: skip
    code = main(
        ["doctor", "--json", "--server", server or office.server.url, "--root", str(office.root),
         "--state", str(office.state), *more]
    )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["well"] is (code == 0)
    return code, {f"{f['check']} {f['subject']}".strip(): f for f in told["findings"]}


def outcome(told: dict[str, dict[str, Any]], check: str) -> str:
    return str(next(f["outcome"] for name, f in told.items() if name == check or name.startswith(f"{check} ")))


def test_a_well_installed_bridge_that_is_not_running_is_looked_at_wholly(
    office: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = examined(office, capsys)
    assert code == 0
    expected = {
        "settings": "settings_readable", "state_folder": "state_private", "journal": "journal_new",
        "folder req": "folder_usable", "folder face": "folder_usable", "renaming req": "rename_works",
        "renaming res": "rename_works", "file_system": "same_file_system", "serial_range": "serials_free",
        "credentials": "paired", "server": "server_answers", "clock": "clock_right", "access": "access_granted",
        "live": "live_open",
    }  # fmt: skip
    assert {check: outcome(told, check) for check in expected} == expected
    assert office.names("req") == office.names("res") == office.names("face") == []
    assert server.heartbeats == []


def test_beside_a_running_bridge_its_token_is_not_touched(
    office: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    office.wait_for("live_connected")
    server.until(lambda: len(server.heartbeats) > 2)
    office.stop()
    server.access_token = "another"  # whoever called in the bridge's name would have to rotate the pair
    lock = single.hold(office.state)  # as the bridge's process does while it runs
    code, told = examined(office, capsys)
    os.close(lock)
    assert outcome(told, "running") == "running_once"
    assert outcome(told, "access") == "heard_recently"
    assert outcome(told, "live") == "live_open"
    assert outcome(told, "journal") == "journal_sound"
    assert outcome(told, "left_over") == "nothing_left"
    assert outcome(told, "serial_range") == "serials_free"
    assert code == 0
    assert server.grants == []


def test_the_terminal_away_and_the_office_unpaired_are_two_lines(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials.remove(office.state)
    office.root.rename(office.base / "away")
    code, told = examined(office, capsys)
    assert code == 1
    assert outcome(told, "folder") == "folder_missing"
    assert outcome(told, "credentials") == "not_paired"
    assert outcome(told, "other_programs") == outcome(told, "access") == "not_tried"
    assert not office.root.exists()


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ({"stopped": True}, "access_stopped"),
        ({"access_token": "x", "refresh_token": "x"}, "access_forgotten"),
    ],
)
def test_why_the_server_does_not_serve_this_bridge_has_a_name(
    office: Office,
    server: RecordingServer,
    capsys: pytest.CaptureFixture[str],
    trouble: dict[str, Any],
    expected: str,
) -> None:
    for name, value in trouble.items():
        setattr(server, name, value)
    code, told = examined(office, capsys)
    assert (code, outcome(told, "access")) == (1, expected)


@pytest.mark.shows("F25")
def test_a_sign_in_page_of_the_network_is_not_taken_for_the_server(
    office: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.captive = True
    code, told = examined(office, capsys)
    assert (code, outcome(told, "server"), outcome(told, "access")) == (1, "other_server", "not_tried")


def test_a_server_that_is_not_there_and_a_name_that_is_none(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        _, told = examined(office, capsys, server=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert outcome(told, "server") == "not_reached"

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    _, told = examined(office, capsys, server="https://otonai.invalid")
    assert outcome(told, "server") == "name_unknown"


def test_a_damaged_journal_is_told_and_left_as_it_is(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    journal = office.state / "journal.sqlite3"
    journal.write_bytes(b"no database" * 500)
    code, told = examined(office, capsys)
    assert (code, outcome(told, "journal")) == (1, "journal_damaged")
    assert journal.read_bytes() == b"no database" * 500


@pytest.mark.shows("F37")
def test_a_folder_that_takes_no_file_is_told_as_read_only(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otonai_bridge.folders.Folders.can_write", lambda *_: False)
    seen = examine(office.settings)
    assert found(seen, Check.FOLDER, "req").outcome is Outcome.FOLDER_READ_ONLY
    assert found(seen, Check.FOLDER, "face").outcome is Outcome.FOLDER_USABLE


def test_settings_that_cannot_be_used_are_told_with_their_sentence(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = examined(office, capsys, server="http://otonai.example")
    assert code == 1
    assert list(told) == ["settings"]
    assert "https://" in told["settings"]["detail"]


def test_people_read_one_line_for_each_check_in_the_language_they_want(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--server", office.server.url, "--root", str(office.root), "--state", str(office.state)]
    assert main(["doctor", "--language", "ja", *words]) == 0
    japanese = capsys.readouterr().out
    assert "端末のフォルダ (req): 読み書きできます" in japanese
    assert "usable" not in japanese.replace("folder_usable", "")
    assert main(["doctor", *words]) == 0
    assert "terminal's folder (req): usable" in capsys.readouterr().out


def test_bridges_of_this_computer_are_counted_by_their_command_lines(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    told = {
        "11": b"/opt/otonai-bridge/bin/python\0/opt/otonai-bridge/bin/otonai-bridge\0run\0--config\0x",
        "12": b"python3\0-m\0otonai_bridge\0run",
        "13": b"python3\0-m\0otonai_bridge\0status",
        "14": b"vi\0otonai-bridge.service",
    }
    for number, words in told.items():
        (tmp_path / number).mkdir()
        (tmp_path / number / "cmdline").write_bytes(words)
    assert _bridges_here(tmp_path) == 2
    assert _bridges_here(tmp_path / "nowhere") is None


# --- TLS, by a real handshake -----------------------------------------------------------------------------------


@contextmanager
def tls_server(folder: Path, host: str, days: tuple[int, int]) -> Iterator[tuple[int, Path]]:
    """A listener with a certificate for `host`, valid between the two days from now; gives port and authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otonai test")])
    now = dt.datetime.now(dt.UTC)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority, secret = folder / "ca.pem", folder / "key.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context), daemon=True).start()
        yield listener.getsockname()[1], authority


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    body = b'{"code":"not_signed_in"}'
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(connection, server_side=True) as told:
                if told.recv(4096):
                    told.sendall(
                        b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\n"
                        b"Date: Mon, 23 Nov 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
                    )
        except OSError:
            connection.close()


@pytest.mark.parametrize(
    ("host", "days", "trusted", "expected"),
    [
        ("127.0.0.1", (-1, 1), True, Outcome.SERVER_ANSWERS),
        ("127.0.0.1", (-1, 1), False, Outcome.CERTIFICATE_UNTRUSTED),
        ("127.0.0.1", (-9, -1), True, Outcome.CERTIFICATE_EXPIRED),
        ("127.0.0.1", (1, 9), True, Outcome.CERTIFICATE_EXPIRED),
        ("127.0.0.2", (-1, 1), True, Outcome.CERTIFICATE_OTHER_HOST),
        ("otonai.example", (-1, 1), True, Outcome.CERTIFICATE_OTHER_HOST),
    ],
)
def test_a_certificate_is_refused_by_what_is_wrong_with_it(
    office: Office, tmp_path: Path, host: str, days: tuple[int, int], trusted: bool, expected: Outcome
) -> None:
    with tls_server(tmp_path, host, days) as (port, authority):
        settings = replace(office.settings, server=f"https://127.0.0.1:{port}", ca_file=authority if trusted else None)
        seen = examine(settings, now=_at(dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))))
        assert seen.server.outcome is expected
        if expected is Outcome.SERVER_ANSWERS:
            assert seen.server.skew is not None
            assert abs(seen.server.skew) <= 1


def test_a_port_that_speaks_no_tls_has_its_name(office: Office) -> None:
    settings = replace(office.settings, server=office.server.url.replace("http:", "https:"))
    assert examine(settings).server.outcome is Outcome.NO_TLS


def _at(moment: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: moment


def test_the_programs_form_holds_the_next_step_in_both_languages() -> None:
    told = as_json(Finding(Check.FOLDER, Outcome.FOLDER_MISSING, "req"))
    assert told["next_step"] == {
        "ja": WORDS[Outcome.FOLDER_MISSING].next_ja,
        "en": WORDS[Outcome.FOLDER_MISSING].next_en,
    }
