"""One whole visit, played by the real programs and folders: the eight steps of the flow, each waited for and timed.

The tablet hands the consent page over, the patient consents, the tablet reports 「同意登録完了」, and from then on
nobody touches anything until the doctor opens drugs and checkups by PIN. Only looks; never helps the flow along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from .api_client import ApiAway, ApiRefused, Office
from .consent_walk import WalkFailed, walk_consent
from .own_tablet import OwnTablet
from .person import Person

POLL_SECONDS = 0.03
#: States of drugs and checkups that are readable.
_THERE = {"available", "none"}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
#: Each look at drugs is a disclosure and leaves an audit event: they are asked for less often.
POLL_MEDICAL_SECONDS = 0.15


class Step(StrEnum):
    """The eight steps (design 3), in their order."""

    INVITE_CONSENT = "invite_consent"
    SEND_REQUEST = "send_request"
    RECEIVE_RESULT = "receive_result"
    CONSENTED_LIST = "consented_list"
    MATCH = "match"
    LEDGER = "ledger"
    TABLET_SYNC = "tablet_sync"
    PIN_GATED_VIEW = "pin_gated_view"


class StepFailed(Exception):
    """A step did not happen, or happened wrongly."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step = step


@dataclass(frozen=True, slots=True)
class Done:
    """A step that happened: what is to be told about it, and how many seconds it took."""

    step: Step
    words: str
    seconds: float


@dataclass(slots=True)
class Scene:
    """Who plays, and what was seen so far."""

    office: Office
    tablet: OwnTablet
    doctor_id: str
    pin: str = field(repr=False)
    patient: Person
    patience: float = 30.0
    visit: dict[str, Any] = field(default_factory=dict, repr=False)
    row: dict[str, Any] = field(default_factory=dict, repr=False)
    request_id: str = ""
    reported_at: datetime = LONG_AGO
    reported_tick: float = 0.0


def wait_until_ready(scene: Scene) -> None:
    """Let the clinic's morning settle first: the bridge works and no earlier 情報申請 is open."""
    status: dict[str, Any] = {}

    def look() -> dict[str, Any] | None:
        status.update(scene.office.get("/api/home-visit/status"))
        return status if status["bridge"] == "connected" and status["waiting"] == 0 else None

    try:
        _wait(scene, Step.INVITE_CONSENT, look)
    except StepFailed:
        why = f"the clinic is not ready: bridge {status['bridge']}, {status['waiting']} 情報申請 open"
        raise StepFailed(Step.INVITE_CONSENT, why) from None


def play_visit(scene: Scene) -> Iterator[Done]:
    """Play the steps in order, yielding each as it is done. Raises StepFailed at the first that fails."""
    for step, act in _ACTS.items():
        started = time.monotonic()
        try:
            words = act(scene)
        except (ApiRefused, ApiAway, WalkFailed) as error:
            raise StepFailed(step, str(error)) from error
        yield Done(step, words, time.monotonic() - started)


def _invite_consent(scene: Scene) -> str:
    """Hand-over at the bedside; the patient's own phone shows the page to its end."""
    tablet = scene.tablet
    tablet.unlock(scene.doctor_id, scene.pin)
    link = tablet.pack()["link"]
    charts = {each["chart_number"]: each["id"] for each in tablet.patients.values()}
    patient_id = charts.get(scene.patient.chart_number)
    visits = [each for each in tablet.visits.values() if each["patient_id"] == patient_id]
    if link is None or not visits:
        missing = "no link to a consent page" if link is None else f"no visit to {scene.patient.key} today"
        raise StepFailed(Step.INVITE_CONSENT, f"the tablet's day holds {missing}")
    scene.visit = visits[0]
    _enter(scene, Step.INVITE_CONSENT, "handover_opened", {})
    words = walk_consent(link["url"], person=scene.patient.key)
    return f"同意ページを渡し、「{words}」が出た"


def _send_request(scene: Scene) -> str:
    """The report at the bedside sends a 情報申請 at once; the terminal answers with a 受付番号."""
    scene.reported_at, scene.reported_tick = datetime.now(UTC), time.monotonic()
    _enter(scene, Step.SEND_REQUEST, "consent_reported", {"outcome": "completed", "name_confirmed": True})

    def look() -> dict[str, Any] | None:
        mine = [
            each
            for each in scene.office.get("/api/home-visit/requests", limit=5)["items"]
            if datetime.fromisoformat(each["requested_at"]) >= scene.reported_at
        ]
        if not mine:
            return None
        return _open_or_good(Step.SEND_REQUEST, mine[-1], wanted="accepted_at")

    scene.request_id = _wait(scene, Step.SEND_REQUEST, look)["id"]
    return "情報申請が自動で送られ、受付番号が出た"


def _receive_result(scene: Scene) -> str:
    def look() -> dict[str, Any] | None:
        every = scene.office.get("/api/home-visit/requests", limit=10)["items"]
        mine = next(each for each in every if each["id"] == scene.request_id)
        return _open_or_good(Step.RECEIVE_RESULT, mine, wanted="fetched_at")

    return f"情報結果を受け取った（{_wait(scene, Step.RECEIVE_RESULT, look)['found']}人）"


def _consented_list(scene: Scene) -> str:
    def look() -> dict[str, Any] | None:
        born = scene.patient.birth_date.isoformat()
        for row in scene.office.every("/api/consented-patients", filter="all", include_imported="true", limit=100):
            if row["birth_date"] == born and _since_report(scene, row["confirmed_at"]):
                found: dict[str, Any] = row
                return found
        return None

    scene.row = _wait(scene, Step.CONSENTED_LIST, look)
    return "訪問オン資同意済一覧に載った"


def _match(scene: Scene) -> str:
    def look() -> dict[str, Any] | None:
        row: dict[str, Any] = scene.office.get(f"/api/consented-patients/{scene.row['id']}")
        found = row["match"]
        return row if found["patient_id"] or found["outcome"] in ("ambiguous", "conflicting") else None

    match = _wait(scene, Step.MATCH, look)["match"]
    if match["outcome"] not in ("matched", "linked"):
        raise StepFailed(Step.MATCH, f"the match is not certain: {match['outcome']}")
    if match["patient_id"] != scene.visit["patient_id"]:
        raise StepFailed(Step.MATCH, "another chart was matched")
    return f"患者原簿と照合した（{match['outcome']}）"


def _ledger(scene: Scene) -> str:
    def look() -> dict[str, Any] | None:
        chart: dict[str, Any] = scene.office.get(f"/api/patients/{scene.visit['patient_id']}")
        check = chart["last_check"]
        good = check is not None and chart["link"] == "linked" and _since_report(scene, check["checked_at"])
        return chart if good else None

    check = _wait(scene, Step.LEDGER, look)["last_check"]
    return f"確認日とひも付けを患者原簿に記した（{check['kind']}）"


def _tablet_sync(scene: Scene) -> str:
    def look() -> dict[str, Any] | None:
        scene.tablet.pull()
        visit = scene.tablet.visits[scene.visit["id"]]
        told = visit["eligibility"]
        return visit if told["checked_at"] and _since_report(scene, told["checked_at"]) else None

    validity = _wait(scene, Step.TABLET_SYNC, look)["eligibility"]["validity"]
    if validity != "valid":
        raise StepFailed(Step.TABLET_SYNC, f"the eligibility on the tablet is {validity}")
    return "資格（有効）がタブレットに届いた"


def _pin_gated_view(scene: Scene) -> str:
    """Locked, nothing is shown; opened by PIN, what came after the consent is there (`none`: there are no rows)."""
    tablet, patient_id = scene.tablet, scene.visit["patient_id"]
    tablet.lock()
    try:
        tablet.medications(patient_id)
    except ApiRefused as refusal:
        if refusal.code != "locked":
            raise
    else:
        raise StepFailed(Step.PIN_GATED_VIEW, "a locked tablet showed drugs")
    tablet.unlock(scene.doctor_id, scene.pin)

    def available() -> dict[str, Any] | None:
        tablet.pull()
        visit = tablet.visits[scene.visit["id"]]
        return visit if set(visit["medical"].values()) <= _THERE else None

    _wait(scene, Step.PIN_GATED_VIEW, available)

    def fresh(read: Callable[[str], Any]) -> Callable[[], dict[str, Any] | None]:
        def look() -> dict[str, Any] | None:
            told: dict[str, Any] = read(patient_id)
            good = told["state"] in _THERE and _since_report(scene, told["fetched_at"])
            return told if good else None

        return look

    drugs = _wait(scene, Step.PIN_GATED_VIEW, fresh(tablet.medications), every=POLL_MEDICAL_SECONDS)["drugs"]
    checkups = _wait(scene, Step.PIN_GATED_VIEW, fresh(tablet.checkups), every=POLL_MEDICAL_SECONDS)["checkups"]
    return f"PINの先で、お薬 {len(drugs)}件・健診 {len(checkups)}回を読めた"


_ACTS: dict[Step, Callable[[Scene], str]] = {
    Step.INVITE_CONSENT: _invite_consent,
    Step.SEND_REQUEST: _send_request,
    Step.RECEIVE_RESULT: _receive_result,
    Step.CONSENTED_LIST: _consented_list,
    Step.MATCH: _match,
    Step.LEDGER: _ledger,
    Step.TABLET_SYNC: _tablet_sync,
    Step.PIN_GATED_VIEW: _pin_gated_view,
}


def _enter(scene: Scene, step: Step, kind: str, data: dict[str, Any]) -> None:
    scene.tablet.pull()
    outcome = scene.tablet.enter(kind, scene.visit["id"], data)
    if outcome != "applied":
        raise StepFailed(step, f"the entry {kind} was {outcome}")


def _open_or_good(step: Step, request: dict[str, Any], *, wanted: str) -> dict[str, Any] | None:
    if request["state"] == "failed":
        raise StepFailed(step, f"the 情報申請 failed: {request['reason']} {request['message'] or ''}".strip())
    return request if request[wanted] else None


def _since_report(scene: Scene, told: str) -> bool:
    """Whether an instant lies after the report; the center stamps whole seconds."""
    return datetime.fromisoformat(told) >= scene.reported_at.replace(microsecond=0)


def _wait(
    scene: Scene, step: Step, look: Callable[[], dict[str, Any] | None], *, every: float = POLL_SECONDS
) -> dict[str, Any]:
    """Look until it is there; StepFailed when patience is over."""
    ends = time.monotonic() + scene.patience
    while (found := look()) is None:
        if time.monotonic() > ends:
            raise StepFailed(step, f"nothing came within {scene.patience:.0f} s")
        time.sleep(every)
    return found
