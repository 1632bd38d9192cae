"""The demo's day: made-up log-ins, the patient's walk, the own tablet's sealing, one whole visit by real programs."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from tests.attack import canaries
from tests.people import TODAY

from otonai.domain.access import check_pin
from otonai.domain.passwords import PolicyName, weakness_of
from otonai.flow.boxes import decode
from otonai.flow.passwords import is_easy_to_guess
from otonai.rules.sign_in import sign_in_rules_on
from otonai_simulator.api_client import ApiRefused, Office, Person
from otonai_simulator.clinic_staff import ON_TABLET, STAFF, log_ins
from otonai_simulator.config import Institution, Settings
from otonai_simulator.consent_walk import WalkFailed, walk_consent
from otonai_simulator.consents import Care
from otonai_simulator.demo_note import person_of, read_note, tablet_of, write_note
from otonai_simulator.one_visit import Step
from otonai_simulator.own_tablet import seal
from otonai_simulator.people import CLINIC_NAMES, VISITS, people_of
from otonai_simulator.person import ConsentItem
from otonai_simulator.simulator import Simulator
from otonai_simulator.stage import Stage
from otonai_simulator.stage_plan import Place, Ports, programs

MINAMO = "1319999990"
LONG_PHRASE = sign_in_rules_on(TODAY).policy(PolicyName.LONG_PHRASE)


# --- log-ins ------------------------------------------------------------------------------------------


def test_log_ins_are_made_up_once_and_pass_the_servers_own_rules(tmp_path: Path) -> None:
    note = tmp_path / "log-ins.json"
    first = log_ins(note)
    assert log_ins(note) == first
    assert set(first) == {each.login_name for each in STAFF}
    for who in STAFF:
        words = [*who.login_name.split("@"), who.name]
        for password in filter(None, (first[who.login_name].password, first[who.login_name].first_password)):
            easy = is_easy_to_guess(password, words)
            assert weakness_of(password, LONG_PHRASE, own_words=words, easy_to_guess=easy) is None
        assert (first[who.login_name].pin is not None) == (who.role in ON_TABLET)
    assert len({each.password for each in first.values()}) == len(STAFF)
    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_a_made_up_pin_is_never_refused(tmp_path: Path) -> None:
    for number in range(200):
        for log_in in log_ins(tmp_path / f"{number}.json").values():
            if log_in.pin is not None:
                check_pin(log_in.pin)


# --- the patient's walk -------------------------------------------------------------------------------


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A running simulator of clinic 1."""
    settings = Settings((Institution(MINAMO, "minamo", tmp_path / "folders"),), tmp_path / "state")
    with Simulator(settings) as running:
        yield running


def test_the_walk_follows_the_screens_to_the_finish_sign_and_declines_what_it_was_told(simulator: Simulator) -> None:
    page = f"{simulator.base_url}/visit/minamo"
    words = walk_consent(page, person="settled", declined=frozenset({ConsentItem.OPERATION}), prescription="paper")
    assert words == "同意登録完了"
    consent = simulator.center.consent(MINAMO, "settled", Care.HOME_VISIT)
    assert consent is not None
    assert consent.items == frozenset(ConsentItem) - {ConsentItem.OPERATION}
    assert consent.prescription == "paper"


def test_a_card_that_is_linked_to_no_insurance_does_not_reach_the_finish_sign(simulator: Simulator) -> None:
    with pytest.raises(WalkFailed, match="the last screen says"):
        walk_consent(f"{simulator.base_url}/visit/minamo", person="never_linked")


def test_an_unknown_page_stops_the_walk(simulator: Simulator) -> None:
    with pytest.raises(WalkFailed, match="404"):
        walk_consent(f"{simulator.base_url}/visit/elsewhere", person="settled")


# --- the own tablet -----------------------------------------------------------------------------------


def test_what_the_tablet_seals_opens_only_with_the_clinics_key_and_in_its_own_place() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    box = decode(seal(point, "訪問".encode(), b"clinic|device|1"))
    suite = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)

    def opened(private: ec.EllipticCurvePrivateKey, aad: bytes) -> bytes:
        context = suite.create_recipient_context(
            box[:65], KEMKey.from_pyca_cryptography_key(private), info=b"otonai entry/1"
        )
        return context.open(box[65:], aad=aad)

    assert opened(key, b"clinic|device|1").decode() == "訪問"
    for wrong_key, aad in ((key, b"clinic|device|2"), (ec.generate_private_key(ec.SECP256R1()), b"clinic|device|1")):
        with pytest.raises(Exception, match=r"[Oo]pen|[Ff]ail"):
            opened(wrong_key, aad)


# --- one whole visit ----------------------------------------------------------------------------------


@dataclass
class Day:
    """A prepared demo with all its programs running."""

    place: Place
    stage: Stage
    prepare: list[str]

    @property
    def note(self) -> dict[str, object]:
        return dict(json.loads(self.place.note.read_text(encoding="utf-8")))

    def once(self, *more: str) -> subprocess.CompletedProcess[str]:
        """Play a visit as `demo --once` does."""
        command = [sys.executable, "-m", "otonai_simulator.clinic_day", "once", "--demo", str(self.place.note), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Server, simulator and bridge as separate programs, filled by `prepare`."""
    checkout = tmp_path_factory.mktemp("demo")
    (checkout / "pwa" / "dist").mkdir(parents=True)
    (checkout / "pwa" / "dist" / "index.html").write_text("<!doctype html><title>Otonai</title>", encoding="utf-8")
    place = Place.of(checkout)
    place.make_ready()
    rows = programs(place, Ports.keep(place))
    with Stage(place.home / "logs") as stage:
        for row in rows:
            stage.start(row)
        prepare = next([str(word) for word in row.command] for row in rows if row.name == "clinic-day")
        yield Day(place, stage, prepare)


@pytest.mark.shows("S-030", "S-034")
def test_one_visit_plays_from_the_consent_to_the_drugs_with_nobody_at_the_office(day: Day) -> None:
    played = day.once()
    assert played.returncode == 0, played.stderr
    *lines, total = played.stdout.splitlines()
    told = [re.fullmatch(r"(\d) (\w+) +(\S.*\S) +\d+\.\d{3} s", line) for line in lines]
    assert [(each[1], each[2]) for each in told if each] == [
        (str(number), step.value) for number, step in enumerate(Step, start=1)
    ]
    assert total.startswith("total after 「同意登録完了」")
    assert day.once().returncode == 0, "the same visit is played again on the same data"


def test_a_tablet_whose_token_has_run_out_gets_a_new_pair_and_the_note_keeps_it(day: Day) -> None:
    note = json.loads(day.place.note.read_text(encoding="utf-8"))
    before = dict(note["device_tokens"][0])
    note["device_tokens"][0]["access_token"] = "run-out"
    write_note(day.place.note, note)
    tablet = tablet_of(day.place.note)
    assert tablet.about()["id"] == before["device_id"]
    tablet.close()
    after = read_note(day.place.note)["device_tokens"][0]
    assert after["refresh_token"] != before["refresh_token"]
    assert after["device_id"] == before["device_id"]


def test_a_step_that_does_not_happen_is_named(day: Day) -> None:
    played = day.once("--person", "refuses_everything", "--patience", "2")
    assert played.returncode == 1
    assert "failed at step 1 invite_consent" in played.stderr


def ways_in(day: Day) -> dict[str, object]:
    """The note without the links, which are new at every start."""
    told = day.note
    told["staff"] = [{**each, "sign_in_links": len(each["sign_in_links"])} for each in told["staff"]]  # type: ignore[attr-defined]
    return told


def test_filling_again_adds_nothing_and_keeps_every_way_in(day: Day) -> None:
    staff = {each["login_name"]: each for each in day.note["staff"]}  # type: ignore[attr-defined]
    paths = ("/api/staff", "/api/patients", "/api/visits", "/api/devices")
    ritsuko, toru = staff["ritsuko@minamo"], staff["toru@hinata"]
    assert (ritsuko["clinic"], toru["clinic"]) == (MINAMO, "1339999991")
    base_url = str(day.note["base_url"])
    with Office(base_url, person_of(ritsuko)) as ours, Office(base_url, person_of(toru)) as theirs:

        def found() -> tuple[object, ...]:
            return *(tuple(len(list(o.every(path))) for path in paths) for o in (ours, theirs)), ways_in(day)

        before = found()
        subprocess.run(day.prepare, check=True, capture_output=True, timeout=60)
        assert found() == before
        people, charts, visits, devices = (len(list(ours.every(path))) for path in paths)
    assert people == sum(each.clinic == 1 for each in STAFF)
    assert charts == sum(each.chart_number is not None for each in people_of(1))
    assert (visits, devices) == (len(VISITS[1]), 2)


def test_the_note_tells_every_way_in_and_nobody_else_may_read_it(day: Day) -> None:
    note = day.note
    keys = {"base_url", "consent_url", "folders", "clinics", "staff", "device_tokens", "bridge_token"}
    assert keys <= set(note)
    assert [each["name"] for each in note["clinics"]] == list(CLINIC_NAMES.values())  # type: ignore[attr-defined]
    assert note["bridge_token"]
    assert stat.S_IMODE(day.place.note.stat().st_mode) == 0o600


def test_a_wrong_password_opens_nothing(day: Day) -> None:
    with pytest.raises(ApiRefused) as refusal:
        Office(str(day.note["base_url"]), Person("maho@minamo", "not-the-password-at-all"))
    assert (refusal.value.status, refusal.value.code) == (401, "sign_in_failed")


@pytest.mark.shows("F50")
def test_a_whole_day_leaves_nobody_and_no_secret_in_any_log(day: Day) -> None:
    """After all that was played above, and after what makes programs talkative: mistakes, broken files, odd texts."""
    told = canaries.of_people() | canaries.of_note(day.note)
    told |= canaries.of_files(*(day.place.home / "keys").iterdir())
    assert len(told) > 300
    _make_programs_talk(str(day.note["base_url"]), [*sorted(told)[::15], "injected\nline", "\x1b[31mred"])
    for number, folder in enumerate(sorted((day.place.home / "folders").rglob("res"))):
        broken = f"<XmlMsg><Name>{people_of(1)[0].name}</Name>".encode()
        (folder / f"OQSsiquc01res_2026112350{number:02d}.xml").write_bytes(broken)
    time.sleep(1.5)  # the bridge looks, the server sets the file aside
    logs = sorted(path for path in day.stage.logs.glob("*.log") if path.stem in ("server", "bridge"))
    logs += sorted((day.place.home / "bridge").rglob("*.log"))
    assert len(logs) >= 2
    for path in logs:
        text = path.read_text(encoding="utf-8")
        assert text.strip(), path.name
        assert canaries.found_in(text, told) == set(), path.name
    lines = (day.stage.logs / "server.log").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if not line.startswith("otonai ready ")]
    assert {event["program"] for event in events} >= {"otonai.api", "otonai.serve"}
    assert not [event for event in events if "injected" in json.dumps(event) or "\x1b" in json.dumps(event)]


@pytest.mark.shows("F50")
def test_a_stolen_backup_names_nobody_and_opens_nothing(day: Day) -> None:
    """What a backup takes: the server's data, without the keys, which lie elsewhere; and the bridge's journal."""
    told = canaries.of_people() | canaries.of_note(day.note)
    told |= canaries.of_files(*(day.place.home / "keys").iterdir())
    kept = [path for path in (day.place.home / "data").rglob("*") if path.is_file()]
    kept += sorted((day.place.home / "bridge").glob("journal*"))
    assert len(told) > 300
    assert sum(path.stat().st_size for path in kept) > 500_000
    assert {path.name: canaries.found_in_bytes(path.read_bytes(), told) for path in kept} == {
        path.name: set() for path in kept
    }


def _make_programs_talk(base_url: str, texts: list[str]) -> None:
    """Puts every text wherever a stranger can put one."""
    report = "application/csp-report"
    with httpx.Client(base_url=base_url, timeout=20) as client:
        for text in texts:
            shown = quote(text)
            client.get(f"/api/patients?query={shown}", headers={"Authorization": f"Bearer {shown}"})
            client.get(f"/api/{shown}")
            client.get(f"/{shown}.js", headers={"Referer": f"{base_url}/{shown}", "User-Agent": shown})
            client.post("/api/session", json={"login_name": text, "password": text})
            client.post(
                "/api/session", content=json.dumps({text: text})[:-1], headers={"Content-Type": "application/json"}
            )
            client.post(
                "/api/oauth/token", data={"grant_type": text, "refresh_token": text, "client_id": "otonai-tablet"}
            )
            stopped = {
                "csp-report": {"document-uri": f"{base_url}/{shown}", "effective-directive": text, "blocked-uri": text}
            }
            client.post("/api/policy-reports", content=json.dumps(stopped), headers={"Content-Type": report})
