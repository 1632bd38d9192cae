"""Who a delivered record is about: the pitfalls of a real ledger, one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.people import (
    ASSISTED,
    CITY,
    HUSBAND,
    LEDGER,
    SETTLED,
    TEST_CHART,
    TURNED_75,
    TWIN_FIRST,
    TWIN_SECOND,
    WIFE,
    family_card,
    late_elderly,
    record_of,
)

from otonai.domain import match as match_rules
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.evidence import Evidence
from otonai.domain.insurance import CoverageFacts, Sex
from otonai.domain.match import LedgerIndex, MatchOutcome, match
from otonai.domain.match_keys import ChartKeys, RecordKeys, weigh
from otonai.domain.patient import LedgerPatient
from otonai.domain.writing import kana_key


def with_branch(patient: LedgerPatient, branch: str) -> LedgerPatient:
    """The same chart after the office typed its branch number."""
    return replace(patient, coverages=tuple(replace(c, branch_number=branch) for c in patient.coverages))


# --- A: the 照会番号 -------------------------------------------------------------------------------------


def test_a_person_known_by_reference_number_is_linked_without_anybody() -> None:
    found = match(record_of(SETTLED, reference_number="000128", coverage=CoverageFacts()), LEDGER)
    assert found.outcome is MatchOutcome.LINKED
    assert found.patient_id == SETTLED.id
    assert found.outcome.links_by_itself


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"birth_date": date(1937, 3, 4)}, "birth_date_differs"),
        ({"birth_date": None}, "birth_date_missing"),
        ({"sex": Sex.FEMALE}, "sex_differs"),
        ({"name": "見本　次郎", "name_kana": "ミホン　ジロウ"}, "name_differs"),
    ],
)
@pytest.mark.shows("S-092")
def test_a_reference_number_that_points_to_another_person_shows_nothing(
    changes: dict[str, object], reason: str
) -> None:
    found = match(record_of(SETTLED, reference_number="000128", **changes), LEDGER)
    assert found.outcome is MatchOutcome.CONFLICTING
    assert found.patient_id == SETTLED.id
    assert reason in found.reasons
    assert not found.outcome.links_by_itself


def test_a_reference_number_swapped_between_twins_is_seen_even_through_a_mark() -> None:
    first = replace(TWIN_FIRST, reference_number="T-1")
    sister = record_of(TWIN_SECOND, reference_number="T-1", name="試験　●子")
    assert match(sister, [first, TWIN_SECOND]).outcome is MatchOutcome.CONFLICTING


def test_kana_spelt_otherwise_does_not_break_a_link_while_the_kanji_agree() -> None:
    chart = replace(SETTLED, name="大野　一郎", name_kana="オーノ　イチロウ")
    record = record_of(chart, reference_number="000128", name_kana="オオノ　イチロウ")
    assert match(record, [chart]).outcome is MatchOutcome.LINKED


def test_a_mark_stands_for_one_character_when_no_kana_can_speak() -> None:
    chart = replace(TURNED_75, name_kana=None, reference_number="000311")
    linked = match(record_of(chart, reference_number="000311", name="例示　●志"), [chart])
    assert linked.outcome is MatchOutcome.LINKED
    other = match(record_of(chart, reference_number="000311", name="例示　●●志"), [chart])
    assert other.outcome is MatchOutcome.CONFLICTING


def test_one_reference_number_on_two_charts_is_for_a_person_to_settle() -> None:
    copy = replace(SETTLED, id="settled_again", chart_number="000999")
    found = match(record_of(SETTLED, reference_number="000128"), [SETTLED, copy])
    assert found.outcome is MatchOutcome.AMBIGUOUS
    assert "chart_twice" in found.reasons


# --- B: the insurance -------------------------------------------------------------------------------------


@pytest.mark.parametrize("patient", [SETTLED, ASSISTED, HUSBAND, WIFE, TURNED_75], ids=lambda p: p.id)
def test_insurance_birth_date_and_kana_together_name_one_chart(patient: LedgerPatient) -> None:
    found = match(record_of(patient), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.MATCHED, patient.id)


@pytest.mark.parametrize(
    "delivered",
    [
        family_card(None, card_symbol="55", card_number="900"),
        family_card(None, card_symbol="５５", card_number="０９００"),
        family_card(None, card_symbol=" 5-5 ", card_number="000900"),
    ],
)
def test_a_card_is_the_same_card_in_every_writing(delivered: CoverageFacts) -> None:
    assert match(record_of(HUSBAND, coverage=delivered), LEDGER).outcome is MatchOutcome.MATCHED


@pytest.mark.parametrize("padded", ["  139998", "00139998", "１３９９９８"])
def test_the_padding_of_an_insurer_number_does_not_matter(padded: str) -> None:
    chart = replace(SETTLED, reference_number=None, coverages=(family_card(None, insurer_number=CITY),))
    record = record_of(chart, coverage=family_card(None, insurer_number=padded))
    assert match(record, [chart]).outcome is MatchOutcome.MATCHED


@pytest.mark.shows("S-132", "F58")
def test_twins_without_branch_numbers_are_for_a_person_to_tell_apart() -> None:
    found = match(record_of(TWIN_FIRST, coverage=family_card("02")), LEDGER)
    assert found.outcome is MatchOutcome.AMBIGUOUS
    assert {c.patient_id for c in found.candidates} == {TWIN_FIRST.id, TWIN_SECOND.id}
    assert found.patient_id is None


@pytest.mark.shows("S-132")
@pytest.mark.parametrize(
    ("branch", "patient_id"), [("02", TWIN_FIRST.id), ("03", TWIN_SECOND.id), ("3", TWIN_SECOND.id)]
)
def test_branch_numbers_tell_twins_apart(branch: str, patient_id: str) -> None:
    ledger = [with_branch(TWIN_FIRST, "02"), with_branch(TWIN_SECOND, "03")]
    twin = TWIN_FIRST if branch == "02" else TWIN_SECOND
    found = match(record_of(twin, coverage=family_card(branch)), ledger)
    assert (found.outcome, found.patient_id) == (MatchOutcome.MATCHED, patient_id)


def test_a_branch_that_contradicts_the_name_is_only_proposed() -> None:
    ledger = [with_branch(TWIN_FIRST, "02"), with_branch(TWIN_SECOND, "03")]
    found = match(record_of(TWIN_SECOND, coverage=family_card("02")), ledger)
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, TWIN_FIRST.id)


def test_a_couple_born_on_one_day_is_told_apart_by_sex_and_kana() -> None:
    assert match(record_of(WIFE), LEDGER).patient_id == WIFE.id
    assert match(record_of(HUSBAND), LEDGER).patient_id == HUSBAND.id


@pytest.mark.shows("S-054")
@pytest.mark.parametrize("sex", [None, Sex.UNSET])
def test_an_empty_sex_neither_fails_nor_decides(sex: Sex | None) -> None:
    assert match(record_of(SETTLED, sex=sex), LEDGER).outcome is MatchOutcome.MATCHED
    assert match(record_of(WIFE, sex=sex), LEDGER).outcome is MatchOutcome.AMBIGUOUS


@pytest.mark.shows("F58")
def test_one_person_with_two_charts_is_never_chosen_for() -> None:
    found = match(record_of(SETTLED), [SETTLED, replace(SETTLED, id="settled_again")])
    assert found.outcome is MatchOutcome.AMBIGUOUS


@pytest.mark.parametrize(("name_kana", "why"), [("レイジ　タカユキ", "kana_differs"), ("ベビー", "kana_differs")])
def test_other_kana_on_the_same_card_is_a_proposal(name_kana: str, why: str) -> None:
    found = match(record_of(TURNED_75, name_kana=name_kana), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, TURNED_75.id)
    assert why in found.reasons


def test_a_newborn_whose_kana_nobody_wrote_yet_is_proposed_at_most() -> None:
    newborn = replace(TURNED_75, name_kana=None, birth_date=date(2026, 7, 1))
    found = match(record_of(newborn, name_kana="レイジ　タカシ"), [newborn])
    assert found.outcome is MatchOutcome.PROPOSED
    assert "kana_missing" in found.reasons


def test_the_former_insurance_of_a_chart_still_finds_it() -> None:
    moved_on = replace(SETTLED, reference_number=None, coverages=(family_card("01"), *SETTLED.coverages))
    assert match(record_of(SETTLED), [moved_on]).outcome is MatchOutcome.MATCHED


# --- C: birth date and kana ------------------------------------------------------------------------------


def test_the_75th_birthday_brings_a_new_card_and_a_proposal() -> None:
    found = match(record_of(TURNED_75, name="例示　●志", coverage=late_elderly("00451208")), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, TURNED_75.id)
    assert "insurance_differs" in found.reasons


def test_two_people_with_one_name_and_birthday_are_ambiguous() -> None:
    namesake = replace(SETTLED, id="namesake", reference_number=None, coverages=(family_card("07"),))
    found = match(record_of(SETTLED, coverage=late_elderly("00099999")), [SETTLED, namesake])
    assert found.outcome is MatchOutcome.AMBIGUOUS


def test_a_foreign_residents_chart_may_carry_the_name_used_in_daily_life() -> None:
    chart = replace(SETTLED, reference_number=None, name="見本　マリア", name_kana="ミホン　マリア", sex=Sex.FEMALE)
    record = record_of(
        chart,
        name="ＭＩＨＯＮ　ＭＡＲＩＡ　ＧＯＭＥＺ",
        name_kana="ミホン　マリア　ゴメス",
        name_other="見本　マリア",
        name_other_kana="ミホン　マリア",
    )
    assert match(record, [chart]).outcome is MatchOutcome.MATCHED
    assert match(replace(record, name_other_kana=None), [chart]).outcome is MatchOutcome.PROPOSED


@pytest.mark.shows("S-090")
def test_a_name_with_a_mark_is_proposed_at_most_and_only_while_no_kana_contradict() -> None:
    chart = replace(TURNED_75, name_kana=None)
    record = record_of(TURNED_75, name="例示　●志", coverage=late_elderly("00451208"))
    found = match(record, [chart])
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, TURNED_75.id)
    assert found.reasons == ("birth_date_equal", "name_may_be_equal", "insurance_differs")
    brother = replace(TURNED_75, id="brother", name="例示　高志", name_kana="レイジ　コウシ")
    assert match(record, [brother]).outcome is MatchOutcome.NEW
    assert match(replace(record, name="●●　●●"), [chart]).outcome is MatchOutcome.NEW, "marks alone speak for nobody"


# --- D and E: contradictions and newcomers ---------------------------------------------------------------


@pytest.mark.shows("S-092")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"birth_date": date(1937, 3, 13)}, "birth_date_differs"), ({"sex": Sex.FEMALE}, "sex_differs")],
)
def test_one_card_and_name_with_another_birth_date_or_sex_is_a_conflict(
    changes: dict[str, object], reason: str
) -> None:
    found = match(record_of(SETTLED, **changes), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.CONFLICTING, SETTLED.id)
    assert reason in found.reasons


def test_a_family_member_on_a_known_card_is_a_new_patient() -> None:
    child = record_of(TURNED_75, name="例示　光太", name_kana="レイジ　コウタ", birth_date=date(1979, 5, 5))
    assert match(child, LEDGER).outcome is MatchOutcome.NEW


@pytest.mark.shows("S-065")
def test_nobody_found_is_a_new_patient() -> None:
    stranger = record_of(
        SETTLED,
        name="新患　すみれ",
        name_kana="シンカン　スミレ",
        sex=Sex.FEMALE,
        birth_date=date(1944, 4, 4),
        coverage=late_elderly("00077777"),
    )
    found = match(stranger, LEDGER)
    assert found.outcome is MatchOutcome.NEW
    assert found.candidates == ()


def test_a_changed_family_name_offers_the_chart_with_the_same_given_name() -> None:
    married = record_of(
        TWIN_FIRST, name="例示　一子", name_kana="レイジ　イチコ", coverage=family_card("02", card_symbol="77")
    )
    found = match(married, LEDGER)
    assert found.outcome is MatchOutcome.NEW
    assert [c.patient_id for c in found.candidates] == [TWIN_FIRST.id]


def test_the_test_chart_is_never_anybody() -> None:
    assert match(record_of(TEST_CHART), [TEST_CHART]).outcome is MatchOutcome.NEW


@pytest.mark.parametrize("missing", ["insurer_number", "card_number"])
def test_half_an_insurance_identifies_nobody(missing: str) -> None:
    half = replace(late_elderly("00031031"), **{missing: None})
    found = match(record_of(SETTLED, name_kana="ベツ　ジン", name="別　人", coverage=half), LEDGER)
    assert found.outcome is MatchOutcome.NEW


# --- what decides besides, one pitfall each ---------------------------------------------------------------


@pytest.mark.shows("S-092")
def test_a_link_survives_a_marriage_but_not_another_given_name() -> None:
    linked = replace(TWIN_FIRST, reference_number="T-1")
    married = record_of(linked, reference_number="T-1", name="例示　一子", name_kana="レイジ　イチコ")
    assert match(married, [linked]).outcome is MatchOutcome.LINKED
    sister = replace(married, name="例示　二子", name_kana="レイジ　ニコ")
    assert match(sister, [linked]).outcome is MatchOutcome.CONFLICTING


@pytest.mark.shows("S-090")
def test_a_link_survives_a_mark_and_another_reading_when_the_card_is_this_persons_alone() -> None:
    chart = replace(TURNED_75, reference_number="000311")
    record = record_of(chart, reference_number="000311", name="例示　●志", name_kana="レイジ　タカユキ")
    assert match(record, [chart]).outcome is MatchOutcome.LINKED
    other_card = replace(record, coverage=late_elderly("00451208"))
    assert match(other_card, [chart]).outcome is MatchOutcome.CONFLICTING


@pytest.mark.shows("S-054")
@pytest.mark.parametrize("sex", [None, Sex.UNSET])
def test_a_link_does_not_ask_for_a_sex_that_nobody_told(sex: Sex | None) -> None:
    assert match(record_of(SETTLED, reference_number="000128", sex=sex), LEDGER).outcome is MatchOutcome.LINKED


def test_a_reference_number_of_nobody_here_leaves_the_insurance_to_decide() -> None:
    found = match(record_of(HUSBAND, reference_number="980001"), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.MATCHED, HUSBAND.id)


@pytest.mark.shows("S-122")
def test_somebody_known_to_the_center_under_another_of_our_numbers_is_not_linked_by_itself() -> None:
    found = match(record_of(SETTLED, reference_number="000777"), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, SETTLED.id)
    assert "reference_number_differs" in found.reasons


def test_the_wife_of_a_couple_of_one_day_is_new_while_only_he_has_a_chart() -> None:
    found = match(record_of(WIFE), [HUSBAND])
    assert found.outcome is MatchOutcome.NEW, "another sex and another name: she only has no chart yet"


def test_a_twin_without_a_chart_is_proposed_to_the_other_and_never_matched() -> None:
    found = match(record_of(TWIN_SECOND), [TWIN_FIRST])
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, TWIN_FIRST.id)
    assert "kana_differs" in found.reasons


def test_a_twin_with_a_branch_of_her_own_is_new_while_only_her_sister_has_a_chart() -> None:
    found = match(record_of(TWIN_SECOND, coverage=family_card("03")), [with_branch(TWIN_FIRST, "02")])
    assert found.outcome is MatchOutcome.NEW


@pytest.mark.shows("S-132")
def test_twins_of_one_reading_are_told_apart_by_nothing_but_the_branch() -> None:
    twins = [replace(TWIN_FIRST, name_kana="シケン　アオイ"), replace(TWIN_SECOND, name_kana="シケン　アオイ")]
    told = record_of(twins[0], coverage=family_card("02"))
    assert match(told, twins).outcome is MatchOutcome.AMBIGUOUS
    apart = [with_branch(twins[0], "02"), with_branch(twins[1], "03")]
    assert match(told, apart).patient_id == TWIN_FIRST.id


@pytest.mark.parametrize("written", ["葛う10", "葛う１０", "葛ウ－10", " 葛う・10 "])
def test_a_symbol_with_or_without_separators_is_one_symbol(written: str) -> None:
    card = replace(TURNED_75.coverages[0], card_symbol=written)
    assert match(record_of(TURNED_75, coverage=card), LEDGER).outcome is MatchOutcome.MATCHED


@pytest.mark.parametrize("number", ["6139992", "０６１３９９９２", " 06139992 ", "06-139992"])
def test_an_insurer_number_that_lost_its_zero_in_a_table_is_the_same_insurer(number: str) -> None:
    card = replace(TURNED_75.coverages[0], insurer_number=number)
    assert match(record_of(TURNED_75, coverage=card), LEDGER).outcome is MatchOutcome.MATCHED


@pytest.mark.parametrize(
    "kana",
    ["しかく いちろう", "ｼｶｸ ｲﾁﾛｳ", "シカクイチロウ", "シカク・イチロウ", "シカク　イチロウ ", "シカク\u00a0イチロウ"],
)
def test_a_reading_is_the_same_in_every_writing(kana: str) -> None:
    assert match(record_of(SETTLED, name_kana=kana), LEDGER).outcome is MatchOutcome.MATCHED


def test_a_name_written_in_kana_needs_no_reading_beside_it() -> None:
    chart = replace(SETTLED, reference_number=None, name="マリア・ゴメス", name_kana=None)
    record = record_of(chart, name="ＭＡＲＩＡ　ＧＯＭＥＺ", name_kana="マリア　ゴメス")
    assert match(record, [chart]).outcome is MatchOutcome.MATCHED


@pytest.mark.shows("S-072")
def test_on_medical_assistance_the_recipient_number_is_the_persons_own() -> None:
    told = replace(ASSISTED.coverages[0], card_symbol="扶助", branch_number="01", card_number="1234566")
    assert match(record_of(ASSISTED, coverage=told), LEDGER).patient_id == ASSISTED.id
    moved = record_of(SETTLED, coverage=ASSISTED.coverages[0])
    assert match(moved, [SETTLED]).outcome is MatchOutcome.PROPOSED, "another scheme: a person looks"


@pytest.mark.shows("S-092")
def test_a_number_of_one_person_alone_on_another_birthday_stops_whatever_the_name() -> None:
    stranger = record_of(SETTLED, name="別　人", name_kana="ベツ　ジン", birth_date=date(1940, 1, 1))
    found = match(stranger, LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.CONFLICTING, SETTLED.id)


@pytest.mark.shows("S-092")
def test_the_same_name_and_birthday_with_another_sex_stops_though_the_insurance_changed() -> None:
    found = match(record_of(SETTLED, sex=Sex.FEMALE, coverage=family_card("01")), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.CONFLICTING, SETTLED.id)
    assert found.reasons == ("birth_date_equal", "kana_equal", "sex_differs")


@pytest.mark.shows("S-092")
def test_a_wrong_birthday_is_seen_in_a_household_of_several_charts() -> None:
    found = match(record_of(HUSBAND, birth_date=date(1948, 9, 10)), LEDGER)
    assert (found.outcome, found.patient_id) == (MatchOutcome.CONFLICTING, HUSBAND.id)


@pytest.mark.shows("S-092")
def test_two_charts_that_contradict_in_the_same_way_stop_without_naming_one() -> None:
    copies = [SETTLED, replace(SETTLED, id="settled_again")]
    found = match(record_of(SETTLED, birth_date=date(1937, 3, 4)), copies)
    assert (found.outcome, found.patient_id, len(found.candidates)) == (MatchOutcome.CONFLICTING, None, 2)


def test_a_birthday_that_nobody_wrote_is_proposed_never_matched() -> None:
    chart = replace(SETTLED, reference_number=None, birth_date=None)
    found = match(record_of(SETTLED), [chart])
    assert (found.outcome, found.patient_id) == (MatchOutcome.PROPOSED, SETTLED.id)
    assert "birth_date_missing" in found.reasons
    assert match(record_of(SETTLED, birth_date=None), [replace(SETTLED, reference_number=None)]).patient_id == "settled"


def test_nothing_known_on_both_sides_is_no_agreement() -> None:
    assert match(EligibilityRecord(), [LedgerPatient(id="empty")]).outcome is MatchOutcome.NEW


# --- reasons and score ------------------------------------------------------------------------------------


def test_a_candidate_says_everything_that_was_compared() -> None:
    found = match(record_of(TWIN_FIRST, coverage=family_card("02")), [with_branch(TWIN_FIRST, "02"), TWIN_SECOND])
    assert (found.outcome, found.score) == (MatchOutcome.MATCHED, 100)
    assert found.candidates[0].reasons == ("insurance_equal", "branch_equal", "birth_date_equal", "kana_equal")
    apart = match(record_of(TWIN_FIRST, name_kana="シケン　サクラ", name="試験　●子"), [TWIN_FIRST, TWIN_SECOND])
    assert apart.candidates[0].reasons == (
        "insurance_equal", "birth_date_equal", "kana_differs", "name_may_be_equal",
    )  # fmt: skip


def test_who_agrees_in_more_stands_first() -> None:
    found = match(record_of(TWIN_SECOND, coverage=family_card("02")), [TWIN_FIRST, TWIN_SECOND])
    assert [c.patient_id for c in found.candidates] == [TWIN_SECOND.id, TWIN_FIRST.id]
    assert found.candidates[0].score > found.candidates[1].score


def test_a_contradiction_keeps_the_score_low() -> None:
    found = match(record_of(SETTLED, reference_number="000128", birth_date=date(1937, 3, 4)), LEDGER)
    assert found.score is not None
    assert found.score <= 40


def test_what_was_compared_does_not_print_a_person() -> None:
    for shown in (repr(RecordKeys(record_of(SETTLED))), repr(ChartKeys(SETTLED)), repr(ChartKeys(SETTLED).cards)):
        assert "資格" not in shown
        assert "31031" not in shown


# --- whatever the ledger ----------------------------------------------------------------------------------

_SOME = st.sampled_from
_CARDS = st.builds(
    CoverageFacts,
    insurer_number=_SOME([None, "06139992", "6139992", "39139993", "12139994", "  139998"]),
    card_symbol=_SOME([None, "１２３", "12-3"]),
    card_number=_SOME([None, "4567", "００４５６７", "99"]),
    branch_number=_SOME([None, "1", "02"]),
)
_PERSON = {
    "name": _SOME([None, "試験　一子", "試験一子", "試験　●子", "例示　一子"]),
    "name_kana": _SOME([None, "シケン　イチコ", "ｼｹﾝ ｲﾁｺ", "シケン　ニコ", "レイジ　イチコ"]),
    "sex": _SOME([None, Sex.UNSET, Sex.MALE, Sex.FEMALE]),
    "birth_date": _SOME([None, date(1986, 4, 2), date(1986, 4, 3)]),
    "reference_number": _SOME([None, "1", "2"]),
}
_RECORDS = st.builds(EligibilityRecord, coverage=_CARDS, **_PERSON)
_CHARTS = st.builds(LedgerPatient, id=st.uuids().map(str), coverages=st.lists(_CARDS, max_size=2).map(tuple), **_PERSON)


@settings(max_examples=300)
@given(_RECORDS, st.lists(_CHARTS, max_size=6, unique_by=lambda chart: chart.id), st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_never_changes_the_decision(
    record: EligibilityRecord, ledger: list[LedgerPatient], chance: random.Random
) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)
    assert match(record, ledger) == match(record, LedgerIndex(shuffled))


@settings(max_examples=300)
@given(_RECORDS, st.lists(_CHARTS, max_size=6, unique_by=lambda chart: chart.id))
@pytest.mark.shows("S-092")
def test_whoever_is_linked_without_a_person_has_that_birthday_and_no_other_sex(
    record: EligibilityRecord, ledger: list[LedgerPatient]
) -> None:
    found = match(record, ledger)
    if not found.outcome.links_by_itself:
        return
    (chart,) = (chart for chart in ledger if chart.id == found.patient_id)
    known = {Sex.MALE, Sex.FEMALE}
    assert chart.birth_date == record.birth_date is not None
    assert chart.sex is record.sex or not {chart.sex, record.sex} <= known
    others = [other for other in ledger if other.id != chart.id]
    if found.outcome is MatchOutcome.LINKED:
        assert not any(other.reference_number == record.reference_number for other in others)
    else:
        assert kana_key(chart.name_kana or chart.name) == kana_key(record.name_kana or record.name) != ""
        assert match(record, [*others, replace(chart, id="copy"), chart]).outcome is MatchOutcome.AMBIGUOUS


@given(_SOME([p for p in LEDGER if not p.is_test]), st.integers(0, 10_000))
def test_the_cast_is_found_in_any_order(patient: LedgerPatient, seed: int) -> None:
    shuffled = list(LEDGER)
    random.Random(seed).shuffle(shuffled)
    assert match(record_of(patient), LEDGER) == match(record_of(patient), shuffled)


def test_a_ledger_of_ten_thousand_is_looked_up_and_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how many charts are compared for one record."""
    crowd = [
        replace(
            SETTLED,
            id=f"p{n}",
            reference_number=f"R{n}",
            birth_date=date(1930, 1, 1) + timedelta(days=n),
            coverages=(late_elderly(f"{n:08}"),),
        )
        for n in range(10_000)
    ]
    compared: list[str] = []

    def counted(record: RecordKeys, chart: ChartKeys) -> Evidence:
        compared.append(chart.chart.id)
        return weigh(record, chart)

    monkeypatch.setattr(match_rules, "weigh", counted)
    assert match(record_of(crowd[5_000]), LedgerIndex(crowd)).patient_id == "p5000"
    assert compared == ["p5000"]
