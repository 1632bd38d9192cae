"""Fills a demo's two clinics through the public API: staff, charts, today's visits, a tablet, a bridge.

Everything may be run again: what is there is kept, log-ins stay valid, today's visits are made when today has none.
The clinics themselves with one administrator each exist before (`otonai admin open-clinic`).
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .api_client import ApiAway, ApiRefused, Office, Person
from .clinic_staff import CLINIC_KEYS, ON_TABLET, STAFF, LogIn, StaffMember, StaffRole, keep_secret, log_ins, member
from .clock import JST, now_in_japan
from .demo_note import NoteMissing, read_note, tablet_of, write_note
from .own_tablet import begin_enrolment, finish_enrolment
from .people import CLINIC_NAMES, INSTITUTION_CODES, VISITS, ledger_entry, people_of, person

#: The clinic that has a tablet, a terminal with folders, and a bridge.
PLAYED_CLINIC = 1
#: Sign-in links for each person; a repeated start makes new ones.
LINKS_EACH = 5
TABLET_NAME = "訪問1号"
BRIDGE_NAME = "事務所のブリッジ"
_USER_CODE = re.compile(r"enter this code: (\S+)")


class PrepareFailed(Exception):
    """The demo cannot be filled; the text says where it stopped."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where things are: server, simulator, the terminal's folders, the private folder of this demo, and the note."""

    base_url: str
    simulator: str
    root: Path
    state: Path
    out: Path

    @property
    def log_in_file(self) -> Path:
        """The log-ins made up for this demo."""
        return self.state / "log-ins.json"

    @property
    def bridge_state(self) -> Path:
        """The bridge's own folder."""
        return self.state / "bridge"

    @property
    def bridge_key_file(self) -> Path:
        """The key that the bridge made for itself."""
        return self.bridge_state / "device-key.pem"

    def consent_url(self, clinic: int) -> str:
        """The consent page of a clinic."""
        return f"{self.simulator}/visit/{CLINIC_KEYS[clinic]}"


def prepare(ground: Ground) -> None:
    """Fill both clinics and write the note. Raises PrepareFailed."""
    links: dict[str, list[str]] = {}
    with contextlib.ExitStack() as at_work:
        offices = {clinic: at_work.enter_context(_admin(ground, clinic)) for clinic in CLINIC_NAMES}
        for clinic, office in offices.items():
            links[member(clinic, StaffRole.ADMIN).login_name] = _links(office)
            links |= _bring_staff_in(ground, office, clinic)
            _add_charts(office, clinic)
            _plan_visits(office, clinic, now_in_japan().date())
        office = offices[PLAYED_CLINIC]
        pairing = None if _is_paired(ground, office) else _begin_pairing(ground)
        _write(ground, links, _enrol_tablet(ground, office))
        if pairing is not None:
            _finish_pairing(pairing, office)
    keys = log_ins(ground.log_in_file)
    _open_tablet(ground, keys)
    _write(ground, links, read_note(ground.out)["device_tokens"])


def _admin(ground: Ground, clinic: int) -> Office:
    """The administrator, who the first time replaces the operator's password and sets up the app."""
    who = member(clinic, StaffRole.ADMIN)
    log_in = log_ins(ground.log_in_file)[who.login_name]
    try:
        if log_in.totp_secret is not None:
            return _sign_in(ground, who)
        try:
            return _sign_in(ground, who, first={"password": log_in.first_password or ""})
        except ApiRefused:
            return _sign_in(ground, who)  # an earlier start got as far as the password
    except ApiRefused as refusal:
        raise PrepareFailed(f"the administrator of clinic {clinic} cannot sign in ({refusal})") from refusal


def _sign_in(ground: Ground, who: StaffMember, first: Mapping[str, str] | None = None) -> Office:
    log_in = log_ins(ground.log_in_file)[who.login_name]
    keep = functools.partial(keep_secret, ground.log_in_file, who.login_name)
    return Office(ground.base_url, Person(who.login_name, log_in.password, log_in.totp_secret, keep), first=first)


def _bring_staff_in(ground: Ground, office: Office, clinic: int) -> dict[str, list[str]]:
    """Everybody else: invited once, with password and app of their own; and their links into the office."""
    there = {each["login_name"]: each for each in office.every("/api/staff")}
    links = {}
    for who in STAFF:
        if who.clinic != clinic or who.role is StaffRole.ADMIN:
            continue
        known, first = there.get(who.login_name), None
        if known is None:
            body = {"name": who.name, "login_name": who.login_name, "role": who.role}
            first = {"code": office.post("/api/staff", body)["code"]}
        elif not known["second_factors"]:  # an earlier start was cut off half-way
            first = {"code": office.post(f"/api/staff/{known['id']}/sign-up-code", {"lost": "second_factor"})["code"]}
        with _sign_in(ground, who, first=first) as own:
            links[who.login_name] = _links(own)
    return links


def _links(own: Office) -> list[str]:
    """Links that sign this person in at another browser, each once; the demo profile alone has them."""
    return list(own.post("/api/demo/sign-in-links", {"count": LINKS_EACH})["links"])


def _charts(office: Office) -> dict[str, str]:
    """The id of every chart by its number."""
    return {each["chart_number"]: each["id"] for each in office.every("/api/patients", limit=100)}


def _add_charts(office: Office, clinic: int) -> None:
    there = _charts(office)
    for someone in people_of(clinic):
        chart = ledger_entry(someone)
        if chart is not None and chart["chart_number"] not in there:
            office.post("/api/patients", chart)


def _plan_visits(office: Office, clinic: int, today: date) -> None:
    if office.get("/api/visits", day=today.isoformat())["items"]:
        return
    charts = _charts(office)
    for planned in VISITS[clinic]:
        at = datetime.combine(today, time.fromisoformat(planned.at), tzinfo=JST)
        office.post(
            "/api/visits",
            {
                "patient_id": charts[person(planned.person).chart_number or ""],
                "planned_at": at.isoformat(),
                "visit_type": planned.visit_type,
                "place_note": planned.place_note or None,
                "card_plan": "card",
            },
        )


def _enrol_tablet(ground: Ground, office: Office) -> list[dict[str, Any]]:
    """The tokens of the enrolled tablet: those of the note while they work, else of a new enrolment."""
    try:
        kept = read_note(ground.out)["device_tokens"]
        tablet = tablet_of(ground.out)
        try:
            tablet.about()
            return list(read_note(ground.out)["device_tokens"] or kept)
        finally:
            tablet.close()
    except (NoteMissing, ApiRefused):
        pass  # no tablet yet, or one that was stopped: enrol
    waiting = begin_enrolment(ground.base_url, TABLET_NAME)
    device = office.approve_device(waiting.user_code, TABLET_NAME)
    pair = finish_enrolment(ground.base_url, waiting)
    told = {"clinic": INSTITUTION_CODES[PLAYED_CLINIC], "device_id": device["id"], "name": device["name"]}
    tokens = {"access_token": pair.access_token, "refresh_token": pair.refresh_token}
    return [told | tokens | {"dpop_key": waiting.key.jwk}]


def _open_tablet(ground: Ground, keys: Mapping[str, LogIn]) -> None:
    """Doctor and nurse choose their PIN, once."""
    tablet = tablet_of(ground.out)
    try:
        there = {each["name"] for each in tablet.about()["people"]}
        for who in (member(PLAYED_CLINIC, role) for role in ON_TABLET):
            if who.name not in there:
                log_in = keys[who.login_name]
                tablet.choose_pin(who.login_name, log_in.password, log_in.pin or "")
                tablet.lock()
    finally:
        tablet.close()


def _is_paired(ground: Ground, office: Office) -> bool:
    """Whether the bridge holds a key and a pairing with this server that the office has not stopped."""
    credentials = ground.bridge_state / "credentials.json"
    if not (credentials.exists() and ground.bridge_key_file.exists()):
        return False
    if json.loads(credentials.read_text(encoding="utf-8"))["server"] != ground.base_url:
        return False
    return any(
        (each["kind"], each["state"], each["enrol_again"]) == ("bridge", "active", False)
        for each in office.every("/api/devices")
    )


def _begin_pairing(ground: Ground) -> tuple[subprocess.Popen[str], str]:
    """Start `otonai-bridge pair` and read the code it shows."""
    words = [
        "pair",
        "--server",
        ground.base_url,
        "--state",
        str(ground.bridge_state),
        "--name",
        BRIDGE_NAME,
        "--replace",
    ]
    program = subprocess.Popen(  # noqa: S603 -- our own program, no input from outside
        [str(Path(sys.executable).parent / "otonai-bridge"), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    said = []
    for line in program.stdout or ():
        said.append(line)
        if found := _USER_CODE.search(line):
            return program, found[1]
    program.wait()
    raise PrepareFailed(f"otonai-bridge pair ended with {program.returncode}: {''.join(said).strip()}")


def _finish_pairing(pairing: tuple[subprocess.Popen[str], str], office: Office) -> None:
    program, user_code = pairing
    try:
        office.approve_device(user_code, BRIDGE_NAME)
        said, _ = program.communicate(timeout=30)
    except (ApiRefused, ApiAway, subprocess.TimeoutExpired) as error:
        program.kill()
        program.wait()
        raise PrepareFailed(f"the bridge could not be paired ({error})") from error
    if program.returncode != 0:
        raise PrepareFailed(f"otonai-bridge pair ended with {program.returncode}: {said.strip()}")


def _write(ground: Ground, links: Mapping[str, list[str]], device_tokens: list[dict[str, Any]]) -> None:
    keys = log_ins(ground.log_in_file)
    credentials = ground.bridge_state / "credentials.json"
    bridge = json.loads(credentials.read_text(encoding="utf-8")) if credentials.exists() else {}
    write_note(
        ground.out,
        {
            "base_url": ground.base_url,
            "consent_url": ground.consent_url(PLAYED_CLINIC),
            "folders": {name: str(ground.root / name) for name in ("req", "res", "face")},
            "clinics": [
                {
                    "name": name,
                    "institution_code": INSTITUTION_CODES[clinic],
                    "key": CLINIC_KEYS[clinic],
                    "consent_url": ground.consent_url(clinic),
                }
                for clinic, name in CLINIC_NAMES.items()
            ],
            "staff": [
                {
                    "name": who.name,
                    "login_name": who.login_name,
                    "role": who.role,
                    "clinic": INSTITUTION_CODES[who.clinic],
                    "password": keys[who.login_name].password,
                    "totp_secret": keys[who.login_name].totp_secret,
                    "pin": keys[who.login_name].pin if who.clinic == PLAYED_CLINIC else None,
                    "sign_in_links": links[who.login_name],
                }
                for who in STAFF
            ],
            "device_tokens": device_tokens,
            "bridge_token": bridge.get("access_token"),
            "bridge_key_file": str(ground.bridge_key_file),
        },
    )
