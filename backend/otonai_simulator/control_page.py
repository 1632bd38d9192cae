"""The control page and its JSON endpoints, for tests and demos: consents, cards, faults, latency. Loopback only.

Every POST takes JSON or a form; a form answer leads back to the page. Wrong input is 400 with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from .center import Center
from .clock import JST, Clock
from .config import Dial, Institution, Settings
from .consent_page import ITEM_LABELS, PRESCRIPTION_LABELS
from .consents import ConsentState, RegisteredConsent
from .faults import DESCRIPTIONS, FaultBook, fault_from
from .folders import Outbox
from .people import PEOPLE, ledger_entry, person
from .person import ConsentItem, Person
from .reader import CardReader

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything the page can turn."""

    settings: Settings
    center: Center
    reader: CardReader
    faults: FaultBook
    outbox: Outbox
    dial: Dial
    clock: Clock


class _Refused(ValueError):
    """Input that makes no sense; the text says why."""


def control_pages(controls: Controls) -> Blueprint:
    """Routes under `/control`."""
    pages = Blueprint("control", __name__, url_prefix="/control")
    center, settings = controls.center, controls.settings

    @pages.before_request
    def _only_from_this_machine() -> None:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin != request.host_url.rstrip("/")
        if request.remote_addr not in _LOOPBACK or host not in _LOOPBACK_HOSTS or foreign:
            abort(403)

    @pages.errorhandler(_Refused)
    def _explain(reason: _Refused) -> ResponseReturnValue:
        return jsonify(error=str(reason)), 400

    @pages.get("")
    def page() -> str:
        return render_template(
            "control.html",
            institutions=settings.institutions,
            people=PEOPLE,
            names={someone.key: someone.name for someone in PEOPLE},
            item_labels=ITEM_LABELS,
            consents=[_consent_view(consent) | {"consented_at": consent.consented_at} for consent in center.consents()],
            descriptions=DESCRIPTIONS,
            orders=controls.faults.orders(),
            pace=controls.dial.pace,
        )

    @pages.get("/state")
    def state() -> ResponseReturnValue:
        return jsonify(
            institutions=[
                {"code": each.code, "url_key": each.url_key, "name": each.name, "root": str(each.root)}
                for each in settings.institutions
            ],
            consents=[_consent_view(consent) for consent in center.consents()],
            reference_numbers=center.reference_numbers(),
            receptions=[
                {
                    "number": each.number,
                    "institution_code": each.institution_code,
                    "family": each.family,
                    "accepted_at": each.accepted_at.isoformat(),
                    "ready_at": each.ready_at.isoformat(),
                }
                for each in center.receptions()
            ],
            faults=[asdict(fault) for fault in controls.faults.orders()],
            latency=asdict(controls.dial.pace),
            waiting_writes=controls.outbox.waiting,
        )

    @pages.get("/people")
    def people() -> ResponseReturnValue:
        return jsonify(
            people=[
                {
                    "key": someone.key,
                    "clinic": someone.clinic,
                    "name": someone.name,
                    "birth_date": someone.birth_date.isoformat(),
                    "ledger": ledger_entry(someone, controls.clock().date()),
                }
                for someone in PEOPLE
            ]
        )

    @pages.post("/consents")
    def consents() -> ResponseReturnValue:
        given = _input()
        someone = _person(given)
        if someone.insurance is None:
            raise _Refused("this card was never linked to an insurance")
        now = controls.clock()
        consent = center.register_consent(
            institution_code=_institution(given, settings).code,
            person=someone.key,
            items=_items(given),
            prescription=_prescription(given),
            consented_at=_moment(given) or now,
            recorded_at=now,
        )
        return _answered(_consent_view(consent), 201)

    @pages.post("/consents/end")
    def end_consent() -> ResponseReturnValue:
        given = _input()
        try:
            wanted = ConsentState(str(given.get("state", "")))
        except ValueError:
            raise _Refused("state must be cancelled or expired") from None
        if wanted is ConsentState.GIVEN:
            raise _Refused("state must be cancelled or expired")
        ended = center.end_consent(_institution(given, settings).code, _person(given).key, wanted)
        return _answered({"ended": ended}, 200)

    @pages.post("/face")
    def face() -> ResponseReturnValue:
        given = _input()
        reading = controls.reader.read_card(
            _institution(given, settings),
            _person(given),
            items=_items(given),
            prescription=_prescription(given),
            at=_moment(given),
        )
        return _answered(asdict(reading), 201)

    @pages.post("/faults")
    def faults() -> ResponseReturnValue:
        try:
            fault = fault_from(dict(_input()))
            controls.faults.order(fault)
        except (ValueError, KeyError) as reason:
            raise _Refused(f"no such fault: {reason}") from reason
        return _answered(asdict(fault), 201)

    @pages.post("/faults/clear")
    def clear_faults() -> ResponseReturnValue:
        controls.faults.clear()
        return _answered({"faults": []}, 200)

    @pages.post("/latency")
    def latency() -> ResponseReturnValue:
        try:
            pace = controls.dial.turn(**{str(name): int(str(value)) for name, value in _input().items()})
        except (ValueError, TypeError) as reason:
            raise _Refused(str(reason)) from reason
        return _answered(asdict(pace), 200)

    return pages


def _input() -> Mapping[str, Any]:
    if not request.is_json:
        return request.form
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise _Refused("a JSON object is expected")
    return given


def _answered(body: dict[str, Any], status: int) -> ResponseReturnValue:
    return (jsonify(body), status) if request.is_json else redirect(url_for("control.page"), code=303)


def _person(given: Mapping[str, Any]) -> Person:
    try:
        return person(str(given.get("person")))
    except KeyError:
        raise _Refused("no such person") from None


def _institution(given: Mapping[str, Any], settings: Settings) -> Institution:
    """The named institution; the only one when there is just one and none is named."""
    code = str(given.get("institution_code") or "")
    if not code and len(settings.institutions) == 1:
        return settings.institutions[0]
    found = settings.institution(code)
    if found is None:
        raise _Refused("no such institution")
    return found


def _items(given: Mapping[str, Any]) -> frozenset[ConsentItem]:
    """A list of agreed items, an object item → true/false, or nothing said = everything."""
    if isinstance(given, MultiDict):
        named: list[str] = given.getlist("items")
    else:
        wanted = given.get("items", list(ConsentItem))
        named = [name for name, yes in wanted.items() if yes] if isinstance(wanted, dict) else list(wanted)
    try:
        return frozenset(ConsentItem(name) for name in named)
    except ValueError as reason:
        raise _Refused(str(reason)) from reason


def _prescription(given: Mapping[str, Any]) -> str:
    form = str(given.get("prescription") or "paper")
    if form not in PRESCRIPTION_LABELS:
        raise _Refused("prescription must be electronic or paper")
    return form


def _moment(given: Mapping[str, Any]) -> datetime | None:
    """ISO 8601; without a zone it is Japanese time."""
    text = str(given.get("at") or "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as reason:
        raise _Refused("at must be ISO 8601") from reason
    return moment.replace(tzinfo=JST) if moment.tzinfo is None else moment.astimezone(JST)


def _consent_view(consent: RegisteredConsent) -> dict[str, Any]:
    return {
        "id": consent.id,
        "institution_code": consent.institution_code,
        "person": consent.person,
        "care": consent.care.name.lower(),
        "items": sorted(consent.items),
        "prescription": consent.prescription,
        "consented_at": consent.consented_at.isoformat(),
        "state": consent.state,
    }
