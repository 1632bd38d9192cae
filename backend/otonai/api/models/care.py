"""Home visit link and requests, visits, medical information, sync, bridge."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ...domain.bedside import PaperKind, Present
from ...domain.cadence import RequestState, Trigger
from ...domain.insurance import Validity
from ...domain.readiness import NextAction
from ...domain.trouble import Light
from ...domain.visit import CardPlan, IdentityMethod, VisitState, VisitType
from .common import In, Instant, LongTyped, Out, Typed, example, example_in, example_of
from .ledger import PatientOut
from .off_card import ChartOut


class LinkOut(Out):
    """The clinic's own page of マイナ在宅受付Web, as address and code."""

    model_config = example(
        url="https://consent.example.jp/visit/abc",
        host="consent.example.jp",
        official=True,
        label="みなも在宅クリニック",
        qr_svg="<svg/>",
    )
    url: str
    host: str
    official: bool
    label: str
    qr_svg: str


class PeriodIn(In):
    """確認期間 of a 情報申請, both days included."""

    model_config = example_in(consent_from="2026-11-21", consent_to="2026-11-23")
    consent_from: date
    consent_to: date


class RequestOut(Out):
    """A 情報申請 on its way."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000f1",
        consent_from="2026-11-21",
        consent_to="2026-11-23",
        state="accepted",
        trigger="consent_reported",
        requested_at="2026-11-23T04:40:00Z",
        accepted_at="2026-11-23T04:40:01Z",
        reception_number="202611231340010001",
        fetched_at=None,
        found=None,
        reason=None,
        message=None,
        next_fetch_at="2026-11-23T04:40:11Z",
    )
    id: UUID
    consent_from: date
    consent_to: date
    state: RequestState
    trigger: Trigger
    requested_at: datetime
    accepted_at: datetime | None
    reception_number: str | None
    fetched_at: datetime | None
    found: int | None
    reason: str | None
    message: str | None
    next_fetch_at: datetime | None


class RequestListOut(Out):
    """Newest first."""

    model_config = example(items=[example_of(RequestOut)])
    items: list[RequestOut]


class FetchOut(Out):
    """Which requests are being fetched now."""

    model_config = example(requests=[example_of(RequestOut)])
    requests: list[RequestOut]


class HomeVisitStatusOut(Out):
    """The four steps above the list, in one look."""

    model_config = example(
        period_from="2026-11-21",
        period_to="2026-11-23",
        last_requested_at="2026-11-23T04:40:00Z",
        last_trigger="consent_reported",
        last_fetched_at="2026-11-23T04:40:12Z",
        automatic=True,
        next_automatic_at="2026-11-23T04:45:00Z",
        waiting=0,
        fetched=12,
        needs_decision=3,
        bridge="connected",
    )
    period_from: date | None
    period_to: date | None
    last_requested_at: datetime | None
    last_trigger: Trigger | None
    last_fetched_at: datetime | None
    automatic: bool
    next_automatic_at: datetime | None
    waiting: int
    fetched: int
    needs_decision: int
    bridge: Literal["connected", "silent", "never"]


class EligibilityOut(Out):
    """Validity with its day."""

    model_config = example(validity="valid", validity_code="1", checked_at="2026-11-23T04:40:12Z")
    validity: Validity | None
    validity_code: str | None
    checked_at: datetime | None


class VisitConsentOut(Out):
    """Where the consent of this visit stands and who acts next."""

    model_config = example(state="waiting", detail=None, at="2026-11-23T04:40:00Z")
    state: Literal["none", "qr_needed", "reported", "waiting", "given", "refused", "failed"]
    detail: str | None
    at: datetime | None


class MedicalStateOut(Out):
    """Whether drugs and checkups are there to be read."""

    model_config = example(drug="available", checkup="no_consent")
    drug: str
    checkup: str


class PaperSeenOut(Out):
    """A paper that was shown: its kind and the day it says it is valid until; never a number."""

    model_config = example(kind="certificate", until="2027-07-31")
    kind: PaperKind
    until: date | None


class RegistrationOut(Out):
    """What was registered at the bedside."""

    model_config = example(
        registered_at="2026-11-23T04:48:00Z",
        by="見本 さくら",
        identity_method="web_pin",
        outcome="completed",
        reason=None,
        items=[{"kind": "drug", "given": True}],
        prescription_form="paper",
        helper="family",
        note="次回は玄関の呼び鈴を鳴らす",
        started_at="2026-11-23T04:31:00Z",
        ended_at="2026-11-23T04:48:00Z",
        present=["family"],
        papers=[example_of(PaperSeenOut)],
        next_visit_on="2026-12-07",
        page_code=None,
        name_confirmed=True,
    )
    registered_at: datetime
    by: str
    identity_method: IdentityMethod
    outcome: str
    reason: str | None
    items: list[dict[str, Any]]
    prescription_form: str | None
    helper: str | None
    note: str | None
    # Days sealed on tablets by earlier versions hold none of these.
    started_at: datetime | None = None
    ended_at: datetime | None = None
    present: list[Present] = Field(default_factory=list)
    papers: list[PaperSeenOut] = Field(default_factory=list)
    next_visit_on: date | None = None
    page_code: str | None = None
    name_confirmed: bool = False
    after_cancellation: bool = False  # the office had called the visit off, and did not know better (F18)


class BesideOut(RegistrationOut):
    """What somebody else registered of the same visit, without knowing of the other one: it waits for a person."""

    model_config = example(**example_of(RegistrationOut), entry_id="019a0000-0000-7000-8000-0000000000aa")
    entry_id: UUID


class ChooseIn(In):
    """The registration that stands."""

    model_config = example_in(entry_id="019a0000-0000-7000-8000-0000000000aa")
    entry_id: UUID


class VisitOut(Out):
    """One visit of a day. `previous`: what was registered at the visit before it; `readiness`: what the card wants."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000f7",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        planned_at="2026-11-23T04:30:00Z",
        visit_type="home_visit",
        place_note="玄関は右側の引き戸",
        card_plan="card",
        card_note=None,
        state="visited",
        consent=example_of(VisitConsentOut),
        eligibility=example_of(EligibilityOut),
        medical=example_of(MedicalStateOut),
        registration=example_of(RegistrationOut),
        version=4,
        route_position=3,
        readiness="ready",
        previous=example_of(RegistrationOut),
    )
    id: UUID
    patient_id: UUID
    planned_at: datetime
    visit_type: VisitType
    place_note: str | None
    card_plan: CardPlan
    card_note: str | None
    state: VisitState
    consent: VisitConsentOut
    eligibility: EligibilityOut
    medical: MedicalStateOut
    registration: RegistrationOut | None
    version: int
    route_position: int | None = None
    readiness: NextAction | None = None
    previous: RegistrationOut | None = None


class OfficeVisitOut(VisitOut):
    """The same with the person, for the office's board.

    `to_choose`: all registrations of a visit that two people registered, while nobody has said which one stands.
    """

    model_config = example(
        **example_of(VisitOut),
        to_choose=[],
        patient_name="資格　一郎",
        patient_name_kana="シカク　イチロウ",
        chart_number="000128",
        age=89,
    )
    patient_name: str
    patient_name_kana: str | None
    chart_number: str | None
    age: int
    to_choose: list[BesideOut] = Field(default_factory=list)


class VisitListOut(Out):
    """A day's visits by time."""

    model_config = example(items=[example_of(OfficeVisitOut)])
    items: list[OfficeVisitOut]


class PeopleQuery(In):
    """Part of a name, kana, chart number or birthday; long enough to mean somebody."""

    query: str = Field(min_length=2, max_length=100)


class PeopleOut(Out):
    """The people found, few at a time."""

    model_config = example(items=[example_of(PatientOut)])
    items: list[PatientOut]


class VisitIn(In):
    """A planned visit."""

    model_config = example_in(
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        planned_at="2026-11-23T04:30:00Z",
        visit_type="home_visit",
        place_note="玄関は右側の引き戸",
        card_plan="card",
    )
    patient_id: UUID
    planned_at: Instant
    visit_type: VisitType
    place_note: LongTyped | None = None
    card_plan: CardPlan = CardPlan.UNKNOWN
    card_note: Typed | None = None


class DayQuery(In):
    """Which day in Japan; today when absent."""

    day: date | None = None


class PackIn(In):
    """Which day to pack; today when absent."""

    model_config = example_in(day="2026-11-23")
    day: date | None = None


class PackOut(Out):
    """The day as this tablet may hold it."""

    model_config = example(
        cursor="WzQyLCIyMDI2LTExLTIzIl0",
        day="2026-11-23",
        server_time="2026-11-23T00:10:00Z",
        not_after="2026-11-23T15:00:00Z",
        carry_medical=False,
        visits=[example_of(VisitOut)],
        patients=[example_of(ChartOut)],
        link=example_of(LinkOut),
    )
    cursor: str
    day: date
    server_time: datetime
    not_after: datetime
    carry_medical: bool
    visits: list[VisitOut]
    patients: list[ChartOut]
    link: LinkOut | None


class ChangesQuery(In):
    """Everything since an opaque cursor."""

    cursor: str = Field(max_length=200)


class ForgetOut(Out):
    """A record that left what this tablet may hold."""

    model_config = example(kind="visit", id="019a0000-0000-7000-8000-0000000000f7")
    kind: Literal["visit", "patient"]
    id: UUID


class ChangesOut(Out):
    """Rows as they are now, and rows to forget."""

    model_config = example(
        cursor="WzQ0LCIyMDI2LTExLTIzIl0",
        visits=[example_of(VisitOut)],
        patients=[],
        forget=[example_of(ForgetOut)],
        more=False,
    )
    cursor: str
    visits: list[VisitOut]
    patients: list[ChartOut]
    forget: list[ForgetOut]
    more: bool


class EntryIn(In):
    """One sealed entry of a tablet."""

    model_config = example_in(
        sequence=7, id="019a0000-0000-7000-8000-0000000000aa", schema="entry/1", key_id="k1", box="BG9…"
    )
    sequence: int = Field(ge=1)
    id: UUID
    schema_: Literal["entry/1"] = Field(alias="schema")
    key_id: str = Field(max_length=60)
    box: str = Field(max_length=200_000)


class EntriesIn(In):
    """An ordered batch; good entries are kept when one is bad."""

    model_config = example_in(entries=[example_of(EntryIn)], unsent=1)
    entries: list[EntryIn] = Field(max_length=100)
    unsent: int | None = Field(default=None, ge=0, le=1_000_000)


class EntryResultOut(Out):
    """What became of one entry."""

    model_config = example(id="019a0000-0000-7000-8000-0000000000aa", sequence=7, outcome="applied", code=None)
    id: UUID
    sequence: int
    outcome: Literal["applied", "merged", "conflict", "rejected", "duplicate"]
    code: str | None


class EntriesOut(Out):
    """One answer per entry, and the number expected next."""

    model_config = example(results=[example_of(EntryResultOut)], expected_sequence=8)
    results: list[EntryResultOut]
    expected_sequence: int


class BridgeJobOut(Out):
    """One file to write into `req`."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000b1",
        file_name="OQSmuhvq01req_202611235001.xml",
        folder="req",
        content="PD94bWwg…",
        sha256="0" * 64,
        expected_stem="OQSmuhvq01res_202611235001",
        answer_by="2026-11-23T04:41:00Z",
    )
    id: UUID
    file_name: str
    folder: Literal["req"] = "req"
    content: str
    sha256: str
    expected_stem: str
    answer_by: datetime


class BridgeLiveOut(Out):
    """Where the bridge listens for "ask for jobs now"."""

    model_config = example(url="https://otonai.example.jp/live/bridge", ticket="…")
    url: str
    ticket: str


class BridgeJobsOut(Out):
    """What the bridge has to do and to wait for."""

    model_config = example(
        jobs=[example_of(BridgeJobOut)],
        expected=["OQSmuhvq01res_202611235001"],
        poll_after_ms=2000,
        live=example_of(BridgeLiveOut),
    )
    jobs: list[BridgeJobOut]
    expected: list[str]
    poll_after_ms: int
    live: BridgeLiveOut | None


class BridgeFileMeta(In):
    """What the bridge says about a file it moved."""

    model_config = example_in(
        kind="answer",
        job_id="019a0000-0000-7000-8000-0000000000b1",
        file_name="OQSmuhvq01res_202611235001.xml",
        sha256="0" * 64,
        size=812,
        modified_at="2026-11-23T04:40:01Z",
        seen_at="2026-11-23T04:40:01Z",
        delivery_id="019a0000-0000-7000-8000-0000000000b2",
        reason=None,
    )
    kind: Literal["written", "answer", "face", "write_failed"]
    job_id: UUID | None = None
    file_name: str = Field(max_length=300)
    sha256: str | None = Field(default=None, max_length=64)
    size: int | None = None
    modified_at: datetime | None = None
    seen_at: datetime | None = None
    delivery_id: UUID
    reason: str | None = Field(default=None, max_length=60)


class BridgeFileIn(In):
    """The two parts of a delivery; the file is absent when only its fate is told."""

    model_config = example_in(meta=example_of(BridgeFileMeta), file="(bytes)")
    meta: BridgeFileMeta
    file: str | None = Field(default=None, json_schema_extra={"format": "binary"})


class BridgeFileOut(Out):
    """Said only after a durable commit."""

    model_config = example(
        delivery_id="019a0000-0000-7000-8000-0000000000b2", outcome="accepted", reason=None, jobs_waiting=True
    )
    delivery_id: UUID
    outcome: Literal["accepted", "duplicate", "quarantined"]
    reason: str | None
    jobs_waiting: bool


class FolderFlow(In):
    """How files pass through one folder: how many wait, and the middle time from seen to safely delivered."""

    model_config = example_in(queue=0, latency_ms=240)
    queue: int = Field(ge=0)
    latency_ms: int | None = Field(default=None, ge=0)


class HeartbeatIn(In):
    """How the bridge and its folders are."""

    model_config = example_in(
        version="0.1.0",
        started_at="2026-11-23T00:00:00Z",
        folders={"req": "ok", "res": "ok", "face": "ok"},
        queue=0,
        flow={"res": {"queue": 0, "latency_ms": 240}, "face": {"queue": 0, "latency_ms": 180}},
        last_delivered_at=None,
        clock="2026-11-23T04:40:00Z",
    )
    version: str = Field(max_length=40)
    started_at: datetime
    folders: dict[Literal["req", "res", "face"], Literal["ok", "missing", "read_only", "error"]]
    queue: int = Field(ge=0)
    #: Bridges of an earlier version do not tell it.
    flow: dict[Literal["res", "face"], FolderFlow] = Field(default_factory=dict)
    last_delivered_at: datetime | None = None
    clock: datetime


class HeartbeatOut(Out):
    """The server's time and whether there is work."""

    model_config = example(server_time="2026-11-23T04:40:00Z", jobs_waiting=False, live=example_of(BridgeLiveOut))
    server_time: datetime
    jobs_waiting: bool
    live: BridgeLiveOut | None


class HealthOut(Out):
    """Whether the server answers and can reach its data."""

    model_config = example(status="ok", version="0.1.0")
    status: Literal["ok"]
    version: str


class LightOut(Out):
    """One light: what it shows, the last sign of it, what waits there, and the middle time it took lately."""

    model_config = example(state="working", last_at="2026-11-23T04:40:12Z", queue=0, latency_ms=1800)
    state: Light
    last_at: datetime | None
    queue: int
    latency_ms: int | None


class LightsOut(Out):
    """Bridge, terminal and reader (S-203)."""

    model_config = example(bridge=example_of(LightOut), terminal=example_of(LightOut), reader=example_of(LightOut))
    bridge: LightOut
    terminal: LightOut
    reader: LightOut


class ConnectionOut(Out):
    """One light per link, for the office."""

    model_config = example(
        lights=example_of(LightsOut),
        bridge="connected",
        bridge_seen_at="2026-11-23T04:40:00Z",
        folders={"req": "ok", "res": "ok", "face": "ok"},
        last_answer_at="2026-11-23T04:40:12Z",
        waiting_jobs=0,
        unanswered_today=0,
        quarantined_today=0,
        alarms=[],
    )
    lights: LightsOut
    bridge: Literal["connected", "silent", "never"]
    bridge_seen_at: datetime | None
    folders: dict[str, str]
    last_answer_at: datetime | None
    waiting_jobs: int
    unanswered_today: int
    quarantined_today: int
    alarms: list[str]
