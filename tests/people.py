"""The cast of the tests: fixed people with fixed roles. Every name, number and address is invented.

Plain values and two builders; no database and no clock. Whoever needs rows builds them from these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from otonai.domain.access import Role
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.insurance import CoverageFacts, Relation, Sex
from otonai.domain.patient import LedgerPatient

#: A Tuesday, 14:00 in Japan: the afternoon on which most stories play.
NOW = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
TODAY = date(2026, 7, 14)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works at a clinic, with the password, authenticator app and PIN that the tests use."""

    name: str
    login_name: str
    role: Role
    password: str
    pin: str
    totp_secret: str


#: 例示 慎一 drives from house to house and wants the drug list before he rings the bell.
DOCTOR = StaffMember(
    "例示　慎一", "doctor", Role.DOCTOR, "quiet-river-lantern-40", "294781", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
)
#: 見本 さくら visits alone and records what happened at the door.
NURSE = StaffMember(
    "見本　さくら", "nurse", Role.NURSE, "seven-green-umbrellas", "583906", "NBSWY3DPEB3W64TMMQQGC3TEEBTG643F"
)
#: 架空 真帆 keeps the ledger right and never wants to lose a value.
OFFICE = StaffMember(
    "架空　真帆", "office", Role.OFFICE, "paper-crane-in-autumn", "640275", "OBQXAZLSEBRXEYLOMUQGS3RAMF2XI5LN"
)
#: 仮名 健 hands out tablets and stops the lost ones.
ADMIN = StaffMember(
    "仮名　健", "admin", Role.ADMIN, "winter-harbour-signal", "907163", "O5UW45DFOIQGQYLSMJXXK4RAONUWO3TB"
)
STAFF = (DOCTOR, NURSE, OFFICE, ADMIN)
#: What the operator typed when the clinic was opened; the administrator replaced it at first use.
FIRST_PASSWORD = "opened-by-the-operator-once"

CLINIC_NAME = "みなも在宅クリニック"
INSTITUTION_CODE = "1319999990"
OTHER_CLINIC_NAME = "ひなた訪問歯科"
OTHER_INSTITUTION_CODE = "1339999991"

LATE_ELDERLY = "39139993"
ASSOCIATION = "06139992"
CITY = "139998"
ASSISTANCE = "12139994"


def late_elderly(number: str, **facts: Any) -> CoverageFacts:
    """後期高齢者医療: a number alone, neither symbol nor branch."""
    own = CoverageFacts(
        insurer_number=LATE_ELDERLY,
        insurer_name="見本県後期高齢者医療広域連合",
        card_number=number,
        relation=Relation.INSURED,
        contribution_ratio=10,
        valid_from=date(2025, 8, 1),
        valid_until=date(2026, 7, 31),
    )
    return replace(own, **facts)


def family_card(branch: str | None, **facts: Any) -> CoverageFacts:
    """One card of a health insurance association, shared by a household and told apart by the branch."""
    own = CoverageFacts(
        insurer_number=ASSOCIATION,
        insurer_name="みほん健康保険組合",
        card_symbol="１２３",
        card_number="４５６７",
        branch_number=branch,
        relation=Relation.FAMILY,
        insured_name="試験　太郎",
        contribution_ratio=30,
        qualified_on=date(2021, 4, 1),
        valid_from=date(2021, 4, 1),
    )
    return replace(own, **facts)


#: Linked since last year; nothing about him ever changes.
SETTLED = LedgerPatient(
    id="settled",
    chart_number="000128",
    name="資格　一郎",
    name_kana="シカク　イチロウ",
    sex=Sex.MALE,
    birth_date=date(1937, 3, 3),
    postal_code="199-9901",
    address="見本市緑町三丁目９９番９号",
    reference_number="000128",
    coverages=(late_elderly("00031031"),),
)
#: Became 75 on 1 July: his association card ended and 後期高齢者医療 began. The center cannot write his 髙.
TURNED_75 = LedgerPatient(
    id="turned_75",
    chart_number="000311",
    name="例示　髙志",
    name_kana="レイジ　タカシ",
    sex=Sex.MALE,
    birth_date=date(1951, 7, 1),
    postal_code="199-9902",
    address="見本市港一丁目９９番３号",
    coverages=(
        family_card(
            "01", card_symbol="葛う10", card_number="1639", relation=Relation.INSURED, insured_name="例示　髙志"
        ),
    ),
)
#: Twins on one card, as the office typed them years ago: without branch numbers.
TWIN_FIRST = LedgerPatient(
    id="twin_first",
    chart_number="000401",
    name="試験　一子",
    name_kana="シケン　イチコ",
    sex=Sex.FEMALE,
    birth_date=date(1986, 4, 2),
    coverages=(family_card(None),),
)
TWIN_SECOND = replace(TWIN_FIRST, id="twin_second", chart_number="000402", name="試験　二子", name_kana="シケン　ニコ")
#: Husband and wife, born on the same day, on one card.
HUSBAND = LedgerPatient(
    id="husband",
    chart_number="000501",
    name="同居　太一",
    name_kana="ドウキョ　タイチ",
    sex=Sex.MALE,
    birth_date=date(1948, 9, 9),
    coverages=(family_card(None, card_symbol="55", card_number="900"),),
)
WIFE = replace(HUSBAND, id="wife", chart_number="000502", name="同居　はな", name_kana="ドウキョ　ハナ", sex=Sex.FEMALE)
#: Lives on 医療扶助: the fields hold 公費負担者番号 and 受給者番号.
ASSISTED = LedgerPatient(
    id="assisted",
    chart_number="000205",
    name="扶助　四郎",
    name_kana="フジョ　シロウ",
    sex=Sex.MALE,
    birth_date=date(1953, 2, 2),
    coverages=(CoverageFacts(insurer_number=ASSISTANCE, card_number="1234566", card_class="A1"),),
)
#: The record every installation makes to try the printer; no inquiry is ever about it.
TEST_CHART = replace(SETTLED, id="test_chart", chart_number="0", name="テスト　患者", is_test=True)

LEDGER = (SETTLED, TURNED_75, TWIN_FIRST, TWIN_SECOND, HUSBAND, WIFE, ASSISTED, TEST_CHART)


def born(person: LedgerPatient) -> date:
    """Everybody of the cast has a birthday; a chart in general may lack one."""
    assert person.birth_date is not None
    return person.birth_date


def record_of(patient: LedgerPatient, **changes: Any) -> EligibilityRecord:
    """What the center would say about this chart if both agreed in everything but `changes`.

    `coverage` takes a whole insurance; the 照会番号 is absent unless named.
    """
    own = EligibilityRecord(
        name=patient.name,
        name_kana=patient.name_kana,
        sex=patient.sex,
        birth_date=patient.birth_date,
        postal_code=patient.postal_code,
        address=patient.address,
        coverage=patient.current_coverage or CoverageFacts(),
    )
    return replace(own, **changes)
