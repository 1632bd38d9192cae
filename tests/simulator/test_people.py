"""The invented people: whatever else changes in them, these things hold."""

from __future__ import annotations

from datetime import date

from tests.simulator.practice import key_of

from otonai_simulator.lookup import Validity, look_up
from otonai_simulator.people import PEOPLE, VISITS, ledger_entry, people_of, person
from otonai_simulator.person import Person, Sex, has_valid_check_digit
from otonai_simulator.wire import HIDDEN_MARK, half_kana

TODAY = date(2026, 11, 23)


def insurances() -> list[tuple[Person, str]]:
    return [
        (someone, each.insurer_number)
        for someone in PEOPLE
        for each in (someone.insurance, *someone.former, someone.ledger.old_insurance)
        if each is not None
    ]


def test_there_are_about_thirty_patients_of_clinic_1_and_some_of_clinic_2() -> None:
    assert len(people_of(1)) >= 30
    assert 8 <= len(people_of(2)) <= 10


def test_keys_and_chart_numbers_are_unique() -> None:
    charts = [(someone.clinic, someone.chart_number) for someone in PEOPLE if someone.chart_number]
    assert len({someone.key for someone in PEOPLE}) == len(PEOPLE)
    assert len(set(charts)) == len(charts)


def test_every_insurer_number_carries_its_check_digit() -> None:
    assert [number for _, number in insurances() if not has_valid_check_digit(number)] == []
    assert not has_valid_check_digit("39139998")


def test_late_elderly_cards_have_neither_symbol_nor_branch() -> None:
    cards = [each for someone in PEOPLE if (each := someone.insurance) and each.insurer_number.startswith("39")]
    assert cards
    assert all(not each.card_symbol and not each.branch_number and each.ratio for each in cards)


def test_each_person_is_found_by_the_own_card() -> None:
    linked = [someone for someone in PEOPLE if someone.insurance]
    assert len(linked) == len(PEOPLE) - 1
    for someone in linked:
        found = look_up(key_of(someone.key), PEOPLE, TODAY)
        assert found.person is someone, someone.key


def test_visiting_patients_are_old_with_few_exceptions() -> None:
    ages = [(TODAY - someone.birth_date).days / 365.25 for someone in people_of(1)]
    assert sum(65 <= age <= 99 for age in ages) >= 28


def test_twins_differ_in_branch_and_name_alone() -> None:
    first, second = person("twin_first"), person("twin_second")
    assert first.insurance is not None
    assert second.insurance is not None
    assert first.birth_date == second.birth_date
    assert (first.insurance.insurer_number, first.insurance.card_symbol, first.insurance.card_number) == (
        second.insurance.insurer_number,
        second.insurance.card_symbol,
        second.insurance.card_number,
    )
    assert (first.insurance.branch_number, second.insurance.branch_number) == ("02", "03")


def test_a_couple_shares_birthday_and_household_card() -> None:
    husband, wife = person("couple_husband"), person("couple_wife")
    assert husband.birth_date == wife.birth_date
    assert husband.sex != wife.sex


def test_the_difficult_writings_are_there() -> None:
    names = "".join(someone.name for someone in PEOPLE)
    assert "髙橋" in names
    assert "﨑山" in names
    assert HIDDEN_MARK in person("turned_75_hidden_mark").delivered_name
    assert HIDDEN_MARK not in person("turned_75_hidden_mark").name
    assert {Sex.UNSET, Sex.BLANK} <= {someone.sex for someone in PEOPLE}
    assert any(len(someone.name) > 9 for someone in PEOPLE)


def test_names_and_addresses_fit_the_terminals_character_set() -> None:
    for someone in PEOPLE:
        f"{someone.delivered_name}{someone.address}{half_kana(someone.name_kana)}".encode("cp932")


def test_at_least_three_people_are_new_to_the_clinic() -> None:
    newcomers = [someone for someone in people_of(1) if someone.chart_number is None]
    assert len(newcomers) >= 3
    assert all(ledger_entry(someone, TODAY) is None for someone in newcomers)


def test_the_ledger_of_someone_who_turned_75_still_holds_the_old_insurance() -> None:
    entry = ledger_entry(person("turned_75_hidden_mark"), TODAY)
    assert entry is not None
    assert entry["name"] == "例示　髙志"
    assert entry["coverage"]["insurer_number"] == "139998"
    present = person("turned_75_hidden_mark").insurance
    assert present is not None
    assert present.insurer_number == "39139993"


def test_the_ledger_can_differ_in_width_branch_kana_and_character() -> None:
    keys = ("width_differs", "oldest", "variant_surname", "twin_first")
    entries = {key: ledger_entry(person(key), TODAY) or {} for key in keys}
    assert entries["width_differs"]["coverage"]["card_symbol"] == "見本12"
    assert entries["oldest"]["name_kana"] == "ホウモン　トネ"
    assert entries["variant_surname"]["name"] == "高橋　花江"
    assert entries["twin_first"]["coverage"]["branch_number"] is None


def test_the_ledger_of_an_undisputed_person_repeats_the_center() -> None:
    assert ledger_entry(person("settled"), TODAY) == {
        "chart_number": "000164",
        "name": "在宅　静子",
        "name_kana": "ザイタク　シズコ",
        "sex": "female",
        "birth_date": "1940-05-05",
        "postal_code": "199-9902",
        "address": "東京都見本市本町１－９９－２",
        "telephone": "042-000-0164",
        "coverage": {
            "insurer_number": "39139993",
            "insurer_name": "見本都後期高齢者医療広域連合",
            "card_symbol": None,
            "card_number": "00016402",
            "branch_number": None,
            "relation": "insured",
            "insured_name": None,
            "card_class": "01",
            "contribution_ratio": 10,
            "qualified_on": "2015-05-05",
            "valid_from": "2026-08-01",
            "valid_until": "2027-07-31",
        },
    }


def test_the_card_period_turns_in_august() -> None:
    before, after = (ledger_entry(person("settled"), day) for day in (date(2027, 7, 31), date(2027, 8, 1)))
    assert before is not None
    assert after is not None
    assert (before["coverage"]["valid_until"], after["coverage"]["valid_until"]) == ("2027-07-31", "2028-07-31")


def test_todays_visits_are_to_people_in_the_ledger() -> None:
    assert 12 <= len(VISITS[1]) <= 14
    for clinic, visits in VISITS.items():
        assert all(person(visit.person).clinic == clinic for visit in visits)
        assert all(person(visit.person).chart_number for visit in visits)
        assert [visit.at for visit in visits] == sorted(visit.at for visit in visits)
    assert {visit.visit_type for visit in VISITS[1]} == {"home_visit", "house_call"}


def test_a_conflict_is_waiting_over_a_birth_date() -> None:
    entry = ledger_entry(person("birth_date_conflict"), TODAY)
    assert entry is not None
    assert entry["birth_date"] != person("birth_date_conflict").birth_date.isoformat()


def test_a_moved_persons_old_card_says_that_a_new_one_exists() -> None:
    old = person("moved_house").former[0]
    key = key_of("moved_house")
    found = look_up(
        type(key)(insurer_number=old.insurer_number, card_number=old.card_number, birth_date=key.birth_date),
        PEOPLE,
        TODAY,
    )
    assert found.validity is Validity.INVALID_NEW_EXISTS


def test_people_do_not_print_themselves() -> None:
    assert repr(person("settled")) == "Person(settled)"
    assert "00016402" not in repr(person("settled").insurance)
