"""Who may be asked about without the card, when, and what the answer is called: decision tables without I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.people import SETTLED

from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.dates import JST
from otonai.domain.eligibility import FileOutcome, PersonOutcome, PersonResult, TerminalResult
from otonai.domain.errors import Invalid
from otonai.domain.inquiry import (
    Asked,
    AskWhen,
    InquiryRoute,
    MayAsk,
    checked_history_period,
    checked_row_count,
    may_ask_by_number,
    may_reinquire,
    problems,
    route_by_itself,
    send_at,
)
from otonai.domain.inquiry_outcome import (
    CommonCause,
    InquiryOutcome,
    common_cause,
    outcome_of,
    outcome_of_failure,
    support_codes,
)
from otonai.domain.insurance import CoverageFacts, Validity
from otonai.domain.visit import VisitType
from otonai.rules import cadence_on
from otonai.rules.inquiry import inquiry_rules_on

TODAY = date(2026, 7, 14)
RULES = inquiry_rules_on(TODAY)
CHECKED = datetime(2026, 5, 2, 3, 0, tzinfo=UTC)
COVERAGE = SETTLED.current_coverage or CoverageFacts()
ASKED = Asked(
    birth_date=SETTLED.birth_date,
    coverage=COVERAGE,
    electronic_at=CHECKED,
    visit_type=VisitType.HOME_VISIT,
    newest_visit=TODAY - timedelta(days=14),
)


def drug(flag: ConsentFlag) -> Consent:
    return Consent(ConsentKind.DRUG, flag)


@pytest.mark.shows("S-102", "S-155")
@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, MayAsk.YES),
        ({"newest_visit": TODAY + timedelta(days=7)}, MayAsk.YES),
        ({"visit_type": None}, MayAsk.YES),
        ({"consents": (drug(ConsentFlag.NONE),)}, MayAsk.YES),
        ({"consents": (drug(ConsentFlag.GIVEN), drug(ConsentFlag.EXPIRED))}, MayAsk.YES),
        ({"refused_at": CHECKED - timedelta(days=1)}, MayAsk.YES),
        ({"reinquiry_on": False}, MayAsk.REINQUIRY_OFF),
        ({"electronic_at": None}, MayAsk.NO_FIRST_CHECK),
        ({"refused_at": CHECKED + timedelta(days=1)}, MayAsk.CONSENT_AGAIN),
        ({"consents": (drug(ConsentFlag.EXPIRED), drug(ConsentFlag.NONE))}, MayAsk.CONSENT_AGAIN),
        ({"visit_type": VisitType.HOUSE_CALL}, MayAsk.OTHER_VISIT_TYPE),
        ({"visit_type": VisitType.OUTPATIENT}, MayAsk.OTHER_VISIT_TYPE),
        ({"newest_visit": None}, MayAsk.CARE_ENDED),
        ({"newest_visit": TODAY - timedelta(days=92)}, MayAsk.YES),
        ({"newest_visit": TODAY - timedelta(days=93)}, MayAsk.CARE_ENDED),
        ({"coverage": replace(COVERAGE, card_number=None)}, MayAsk.INSURANCE_INCOMPLETE),
        ({"open_routes": frozenset({InquiryRoute.REINQUIRY})}, MayAsk.ALREADY_ASKED),
        ({"open_routes": frozenset({InquiryRoute.NUMBER})}, MayAsk.YES),
    ],
)
def test_a_reinquiry_is_open_after_an_own_electronic_check_while_home_care_goes_on(
    changes: dict[str, object], may: MayAsk
) -> None:
    assert may_reinquire(replace(ASKED, **changes), TODAY, RULES) is may  # type: ignore[arg-type]


@pytest.mark.shows("S-069", "S-159")
@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, MayAsk.YES),
        ({"electronic_at": None, "newest_visit": None, "visit_type": VisitType.OUTPATIENT}, MayAsk.YES),
        ({"birth_date": None}, MayAsk.INSURANCE_INCOMPLETE),
        ({"coverage": CoverageFacts()}, MayAsk.INSURANCE_INCOMPLETE),
        ({"coverage": replace(COVERAGE, insurer_number="39139994")}, MayAsk.INSURANCE_INCOMPLETE),
        ({"open_routes": frozenset({InquiryRoute.NUMBER})}, MayAsk.ALREADY_ASKED),
    ],
)
def test_the_number_can_be_asked_once_birth_date_and_insurance_are_filled_in(
    changes: dict[str, object], may: MayAsk
) -> None:
    asked = replace(ASKED, **changes)  # type: ignore[arg-type]
    assert may_ask_by_number(asked) is may
    assert bool(problems(asked)) is (may is MayAsk.INSURANCE_INCOMPLETE)


@pytest.mark.shows("S-151")
@pytest.mark.parametrize(
    ("changes", "route"),
    [
        ({}, InquiryRoute.REINQUIRY),
        ({"electronic_at": None}, InquiryRoute.NUMBER),
        ({"visit_type": VisitType.HOUSE_CALL}, InquiryRoute.NUMBER),
        ({"electronic_at": None, "coverage": CoverageFacts()}, None),
        ({"open_routes": frozenset({InquiryRoute.NUMBER})}, None),
    ],
)
def test_by_itself_the_richer_route_is_taken_and_never_a_second_one(
    changes: dict[str, object], route: InquiryRoute | None
) -> None:
    assert route_by_itself(replace(ASKED, **changes), TODAY, RULES) is route  # type: ignore[arg-type]


def at(clock: str, day: int = 14) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 7, day, hour, minute, tzinfo=JST)


@pytest.mark.shows("S-160", "S-168", "F60")
@pytest.mark.parametrize(
    ("route", "when", "now", "sent"),
    [
        (InquiryRoute.REINQUIRY, AskWhen.NOW, at("10:00"), at("10:00")),
        (InquiryRoute.REINQUIRY, AskWhen.TONIGHT, at("10:00"), at("20:00")),
        (InquiryRoute.NUMBER, AskWhen.TONIGHT, at("10:00"), at("20:00")),
        (InquiryRoute.REINQUIRY, AskWhen.TONIGHT, at("21:30"), at("21:30")),
        (InquiryRoute.REINQUIRY, AskWhen.TONIGHT, at("04:00"), at("04:30")),
        (InquiryRoute.NUMBER, AskWhen.TONIGHT, at("07:00"), at("20:00")),
    ],
)
def test_many_are_asked_at_night_unless_a_person_wants_it_now(
    route: InquiryRoute, when: AskWhen, now: datetime, sent: datetime
) -> None:
    assert send_at(route, when, now, cadence_on(TODAY).retry, many=True) == sent


@pytest.mark.shows("S-128", "S-129")
def test_a_history_needs_a_period_of_two_years_at_most_and_is_never_cut_short() -> None:
    def refused(first: date | None, last: date | None) -> str:
        with pytest.raises(Invalid) as refusal:
            checked_history_period(first, last, TODAY, RULES)
        return refusal.value.code

    assert checked_history_period(date(2024, 7, 14), TODAY, TODAY, RULES) == (date(2024, 7, 14), TODAY)
    assert refused(None, TODAY) == refused(TODAY, None) == "inquiry_period_missing"
    assert refused(TODAY, TODAY - timedelta(days=1)) == "period_reversed"
    assert refused(date(2024, 7, 12), TODAY) == "inquiry_period_too_old"
    assert checked_row_count(10_000, RULES) == 10_000
    with pytest.raises(Invalid) as many:
        checked_row_count(10_001, RULES)
    assert many.value.code == "too_many_inquiries"


def person(outcome: PersonOutcome = PersonOutcome.DONE, validity: Validity | None = None, **more: str) -> PersonResult:
    return PersonResult(outcome=outcome, validity=validity, **more)  # type: ignore[arg-type]


@pytest.mark.shows("S-134", "S-135", "S-136", "S-137", "S-138", "S-139", "S-141")
@pytest.mark.parametrize(
    ("file", "told", "route", "outcome"),
    [
        (FileOutcome.DONE, person(validity=Validity.VALID), InquiryRoute.NUMBER, "valid"),
        (FileOutcome.DONE, person(validity=Validity.INVALID), InquiryRoute.NUMBER, "invalid"),
        (FileOutcome.DONE, person(validity=Validity.INVALID_NEW_EXISTS), InquiryRoute.NUMBER, "invalid_new_exists"),
        (FileOutcome.DONE, person(validity=Validity.NOT_FOUND), InquiryRoute.NUMBER, "not_found"),
        (FileOutcome.DONE, person(validity=Validity.MULTIPLE), InquiryRoute.NUMBER, "multiple"),
        (FileOutcome.DONE, person(validity=Validity.VALID_UNREGISTERED), InquiryRoute.NUMBER, "valid_unregistered"),
        (FileOutcome.DONE, person(PersonOutcome.ERROR), InquiryRoute.NUMBER, "error"),
        (FileOutcome.DONE, person(PersonOutcome.ERROR), InquiryRoute.REINQUIRY, "consent_again"),
        (FileOutcome.FAILED, None, InquiryRoute.REINQUIRY, "error"),
        (FileOutcome.DONE, None, InquiryRoute.NUMBER, "unknown"),
        (FileOutcome.DONE, person(), InquiryRoute.NUMBER, "unknown"),
    ],
)
def test_three_layers_make_one_word(
    file: FileOutcome, told: PersonResult | None, route: InquiryRoute, outcome: str
) -> None:
    assert outcome_of(file, told, route) == outcome
    assert [outcome_of_failure(r) for r in ("no_answer", "bounced", "not_written", "name_taken")] == [
        "no_answer", "error", "not_sent", "not_sent",
    ]  # fmt: skip


@pytest.mark.shows("S-140")
def test_support_gets_the_codes_in_the_words_of_the_terminal() -> None:
    lost = person(validity=Validity.INVALID, validity_code="2")
    assert support_codes(None, lost) == "[資格有効性:2]"
    refused = person(PersonOutcome.ERROR, code="OQSSIM2001")
    assert support_codes(None, refused) == "[処理結果状況:2][処理結果コード:OQSSIM2001]"
    failed = TerminalResult(family="OQSsiquc01", institution_code=None, error_code="OQSSIM1801")
    assert support_codes(failed, None) == "[エラーコード:OQSSIM1801]"
    assert support_codes(None, None) is None


@pytest.mark.shows("S-139", "S-150")
def test_many_equal_answers_point_at_one_cause() -> None:
    nobody, valid = InquiryOutcome.NOT_FOUND, InquiryOutcome.VALID
    assert common_cause([nobody] * 5, 5) is CommonCause.ALL_NOT_FOUND
    assert common_cause([nobody] * 4, 5) is None
    assert common_cause([nobody] * 5 + [valid], 5) is None
    assert common_cause([InquiryOutcome.NO_ANSWER] * 3 + [InquiryOutcome.ERROR] * 2, 5) is CommonCause.ALL_FAILED
