"""Clinic 2, ひなた訪問歯科: few people, other insurers, names the center can hardly write."""

from __future__ import annotations

from datetime import date

from .insurers import LATE_ELDERLY_NEIGHBOUR, MUTUAL_AID, NEXT_CITY, employee, late_elderly, national
from .person import ConsentItem, EarlierConsent, LedgerDifference, Person, Sex

_DRUG_AND_CHECKUP = frozenset({ConsentItem.CHECKUP, ConsentItem.DRUG})


def _elderly(
    key: str,
    chart_number: str | None,
    *,
    name: str,
    name_kana: str,
    sex: Sex,
    birth_date: date,
    drug_profile: str = "",
    ledger: LedgerDifference | None = None,
    earlier_consent: EarlierConsent | None = None,
) -> Person:
    """Someone of 例示市 with a 後期高齢者 card whose number follows from the birth date."""
    return Person(
        key=key,
        clinic=2,
        chart_number=chart_number,
        name=name,
        name_kana=name_kana,
        sex=sex,
        birth_date=birth_date,
        postal_code="249-9901",
        address="例示県例示市見晴台２－９９",
        telephone="046-000-0201",
        insurance=late_elderly(
            f"01{birth_date:%y%m%d}",
            date(birth_date.year + 75, birth_date.month, birth_date.day),
            insurer=LATE_ELDERLY_NEIGHBOUR,
        ),
        drug_profile=drug_profile,
        ledger=ledger or LedgerDifference(),
        earlier_consent=earlier_consent,
    )


DENTAL: tuple[Person, ...] = (
    _elderly(
        "dental_regular",
        "D-0101",
        name="歯科　ふみ",
        name_kana="シカ　フミ",
        sex=Sex.FEMALE,
        birth_date=date(1938, 6, 4),
        drug_profile="bones",
    ),
    _elderly(
        "dental_anticoagulant",
        "D-0102",
        name="入歯　源治",
        name_kana="イレバ　ゲンジ",
        sex=Sex.MALE,
        birth_date=date(1941, 2, 14),
        drug_profile="anticoagulant",
        earlier_consent=EarlierConsent(days_ago=0, at="09:05", items=_DRUG_AND_CHECKUP),
    ),
    _elderly(
        "dental_kana_differs",
        "D-0103",
        name="奥場　しづ",
        name_kana="オクバ　シヅ",
        sex=Sex.FEMALE,
        birth_date=date(1935, 10, 10),
        drug_profile="blood_pressure",
        ledger=LedgerDifference(name_kana="オクバ　シズ"),
    ),
    _elderly(
        "dental_sugar",
        "D-0104",
        name="前場　弘",
        name_kana="マエバ　ヒロシ",
        sex=Sex.MALE,
        birth_date=date(1944, 8, 8),
        drug_profile="sugar",
    ),
    _elderly(
        "dental_sleep",
        "D-0105",
        name="見晴　久美",
        name_kana="ミハラシ　クミ",
        sex=Sex.FEMALE,
        birth_date=date(1949, 1, 25),
        drug_profile="sleep",
    ),
    _elderly(
        "dental_new",
        None,
        name="日向　さと",
        name_kana="ヒナタ　サト",
        sex=Sex.FEMALE,
        birth_date=date(1940, 3, 31),
        drug_profile="heart",
    ),
    Person(
        key="dental_retired_teacher",
        clinic=2,
        chart_number="D-0106",
        name="模擬　修",
        name_kana="モギ　オサム",
        sex=Sex.MALE,
        birth_date=date(1956, 11, 11),
        postal_code="249-9902",
        address="例示県例示市浜町５－９９－１",
        telephone="046-000-0206",
        insurance=employee(MUTUAL_AID, "公立見本", "20611", "01", date(1990, 4, 1), elderly_ratio=20),
        drug_profile="gout",
        checkup_profile="smoker",
    ),
    Person(
        key="dental_national",
        clinic=2,
        chart_number="D-0107",
        name="模擬　節子",
        name_kana="モギ　セツコ",
        sex=Sex.FEMALE,
        birth_date=date(1960, 7, 17),
        postal_code="249-9902",
        address="例示県例示市浜町５－９９－１",
        telephone="046-000-0207",
        insurance=national("例示０１", "5512", "02", date(2015, 4, 1), head="模擬　修", family=True, insurer=NEXT_CITY),
        drug_profile="thyroid",
        checkup_profile="steady",
    ),
    Person(
        key="dental_hidden_marks",
        clinic=2,
        chart_number="D-0108",
        name="●田　一",
        name_kana="ヨシダ　ハジメ",
        sex=Sex.MALE,
        birth_date=date(1943, 4, 29),
        postal_code="249-9903",
        address="例示県例示市●丘１－９９",
        telephone="046-000-0208",
        insurance=late_elderly("01430429", date(2018, 4, 29), insurer=LATE_ELDERLY_NEIGHBOUR, ratio=20),
        drug_profile="movement",
        ledger=LedgerDifference(name="𠮷田　一", address="例示県例示市𠮷丘１－９９"),
    ),
)
