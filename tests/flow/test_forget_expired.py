"""What is only of passing use is deleted by itself, on a schedule; what has to be kept is not touched."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from tests import people
from tests.databases import TwoClinics, rows_of_all

from otonai.domain.dates import business_day
from otonai.flow.forget_expired import forget_expired
from otonai.rules.retention import retention_on
from otonai.rules.sign_in import sign_in_rules_on
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import (
    Authenticator,
    Device,
    DeviceToken,
    HandedCode,
    IdempotentAnswer,
    KnownBrowser,
    SignInTries,
    Staff,
    StaffSession,
    Unlock,
)
from otonai.worker import Worker

NOW = people.NOW
RULES = retention_on(business_day(NOW))
SIGN_IN = sign_in_rules_on(business_day(NOW))
MOMENT = timedelta(seconds=1)


def old_rows(
    engine: Engine,
    clinic_id: UUID,
    *,
    answer: datetime,
    used: datetime,
    renewable: datetime,
    code: datetime,
    browser: datetime,
    tried: datetime,
) -> None:
    """One row of each kind, last of use at these instants."""
    with writing(engine, clinic_id) as session:
        staff = session.exec(select(Staff).where(Staff.clinic_id == clinic_id)).first()
        assert staff is not None
        device = Device(clinic_id=clinic_id, id=new_id(), kind="tablet", name="1号", enrolled_at=used)
        session.add(device)
        session.flush()
        session.add_all(
            [
                IdempotentAnswer(
                    clinic_id=clinic_id, key=new_id().hex, actor_id=staff.id, request_hash="", status=200, body="{}",
                    at=answer,
                ),
                StaffSession(
                    clinic_id=clinic_id, id=new_id(), staff_id=staff.id, token_hash=new_id().hex, stage="open",
                    factors=["passkey"], created_at=used, proved_at=used, last_used_at=used, expires_at=used,
                ),
                Unlock(
                    clinic_id=clinic_id, id=new_id(), device_id=device.id, staff_id=staff.id, token_hash=new_id().hex,
                    opened_at=used, last_used_at=used,
                ),
                DeviceToken(
                    clinic_id=clinic_id, id=new_id(), device_id=device.id, family=new_id(), access_hash=new_id().hex,
                    refresh_hash=new_id().hex, issued_at=used, access_expires_at=used, refresh_expires_at=renewable,
                ),
                HandedCode(
                    clinic_id=clinic_id, id=new_id(), staff_id=staff.id, purpose="sign_up", code_hash=new_id().hex,
                    made_at=code, expires_at=code,
                ),
                Authenticator(clinic_id=clinic_id, id=new_id(), staff_id=staff.id, secret="", created_at=code),
                Authenticator(
                    clinic_id=clinic_id, id=new_id(), staff_id=staff.id, secret="", created_at=code, confirmed_at=code
                ),
                KnownBrowser(
                    clinic_id=clinic_id, id=new_id(), staff_id=staff.id, token_hash=new_id().hex, known_since=browser,
                    last_used_at=browser,
                ),
                SignInTries(key=new_id().hex, count="stranger", last_at=tried),
            ]
        )  # fmt: skip


def test_what_has_expired_goes_to_the_second_and_nothing_else(engine: Engine, clinics: TwoClinics) -> None:
    before = rows_of_all(engine)
    just_kept = {
        "answer": NOW - RULES.answers,
        "used": NOW - RULES.sign_ins,
        "renewable": NOW - RULES.tokens,
        "code": NOW - RULES.codes,
        "browser": NOW - RULES.browsers,
        "tried": NOW - RULES.tries,
    }
    just_over = {name: at - MOMENT for name, at in just_kept.items()}
    old_rows(engine, clinics.minamo.id, **just_kept)
    kept = rows_of_all(engine)
    old_rows(engine, clinics.minamo.id, **just_over)
    old_rows(engine, clinics.hinata.id, **just_over)
    full = rows_of_all(engine)
    kinds = ("answers", "sessions", "unlocks", "tokens", "codes", "apps", "browsers")
    assert forget_expired(engine, clinics.minamo.id, NOW) == dict.fromkeys(kinds, 1) | {
        "tries": 2, "shares": 0, "box_keys": 0,
    }  # fmt: skip
    after = rows_of_all(engine)
    gone = {name: full[name] - after[name] for name in full if full[name] != after[name]}
    own = ("idempotent_answer", "staff_session", "unlock", "device_token", "handed_code", "authenticator")
    assert gone == dict.fromkeys((*own, "known_browser"), 1) | {"sign_in_tries": 2}
    assert kept["device"] > before["device"]
    assert not any(forget_expired(engine, clinics.minamo.id, NOW).values())


def test_a_browser_is_forgotten_when_it_is_a_stranger_again_and_a_count_when_it_counts_no_more() -> None:
    assert RULES.browsers == SIGN_IN.known_browser
    assert RULES.tries > SIGN_IN.tries.forgotten_after > SIGN_IN.tries.lock


def test_the_worker_does_it_once_a_day_without_anybody_asking(
    engine: Engine, clinics: TwoClinics, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[UUID, datetime]] = []
    monkeypatch.setattr("otonai.worker.forget_expired", lambda _, clinic_id, now: asked.append((clinic_id, now)))
    worker = Worker(engine)
    for hours in (0, 1, 2, 24, 25):
        now = NOW + timedelta(hours=hours)
        while worker.work_once(now):
            pass
    each = {clinics.minamo.id, clinics.hinata.id}
    assert {clinic_id for clinic_id, _ in asked} == each
    assert sorted(at for _, at in asked) == [NOW, NOW, NOW + timedelta(days=1), NOW + timedelta(days=1)]
