"""Medical information as a reader gets it: drugs, checkups, treatments; every statement with its rows and source."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from ...domain.checkup import Flag
from ...domain.drug_identity import SameLevel
from ...domain.medical import DrugSource, TreatmentKind, UseClass
from ...domain.medication import SinceVisit, Taking
from .common import In, Out, Typed, example, example_in, example_of


class DrugOut(Out):
    """One drug on one day from one source. `superseded_by` is the row of a better source that tells the same."""

    model_config = example(
        id="4f1d0c2b9a77-1",
        line="code:2149037",
        source="receipt",
        dispensed_on="2026-10-10",
        prescribed_on="2026-10-10",
        month="2026-10",
        drug_name="アテレック錠１０",
        drug_code="610407148",
        ingredient="シルニジピン",
        amount="1",
        unit="錠",
        usage="１日１回朝食後",
        instruction=None,
        times="28",
        use_class="oral",
        prescriber="見本病院",
        dispenser="例示薬局",
        own=False,
        superseded=False,
        superseded_by=None,
        covers_from="2026-10-10",
        covers_to="2026-11-06",
    )
    id: str
    line: str
    source: DrugSource
    dispensed_on: date | None
    prescribed_on: date | None
    month: str | None
    drug_name: str
    drug_code: str | None
    ingredient: str | None
    amount: str | None
    unit: str | None
    usage: str | None
    instruction: str | None
    times: str | None
    use_class: UseClass
    prescriber: str | None
    dispenser: str | None
    own: bool
    superseded: bool
    superseded_by: str | None
    covers_from: date | None
    covers_to: date | None


class GapOut(Out):
    """A long break in supply, both days included."""

    model_config = example(first="2026-06-05", last="2026-08-01")
    first: date
    last: date


class DrugLineOut(Out):
    """One ingredient and route: why it counts as still taken, since when, by whom. `rows` are ids, newest first."""

    model_config = example(
        key="code:2149037",
        drug_name="アテレック錠１０",
        ingredient="シルニジピン",
        class_code="2149",
        use_class="oral",
        as_needed=False,
        rows=["4f1d0c2b9a77-1"],
        first_on="2026-01-12",
        last_on="2026-10-10",
        reaches="2026-11-06",
        taking="supply_reaches",
        regular=True,
        prescribed_only=False,
        change=None,
        gaps=[],
        prescribers=["見本病院"],
        dispensers=["例示薬局"],
    )
    key: str
    drug_name: str
    ingredient: str | None
    class_code: str | None
    use_class: UseClass
    as_needed: bool
    rows: list[str]
    first_on: date | None
    last_on: date | None
    reaches: date | None
    taking: Taking | None
    regular: bool
    prescribed_only: bool
    change: SinceVisit | None
    gaps: list[GapOut]
    prescribers: list[str]
    dispensers: list[str]


class SamePairOut(Out):
    """Two rows that name the same ingredient at the same time: 「同一成分の可能性」. A fact, no warning."""

    model_config = example(
        level="same_ingredient", newer="4f1d0c2b9a77-1", older="09aa3b1c5d6e-1", common_from="2026-10-12",
        common_to="2026-10-20", reaches_today=False, as_needed=False,
    )  # fmt: skip
    level: SameLevel
    newer: str
    older: str
    common_from: date | None
    common_to: date | None
    reaches_today: bool
    as_needed: bool


class SameClassOut(Out):
    """Ingredients of one 薬効分類 (4 digits) from different prescriptions."""

    model_config = example(class_code="2149", lines=["code:2149037", "code:2149040"])
    class_code: str
    lines: list[str]


class NoticeOut(Out):
    """Lines that the clinic's own list asks to see."""

    model_config = example(label="抗凝固薬", lines=["code:3339001"])
    label: str
    lines: list[str]


class DataEndOut(Out):
    """Until when one source speaks; `immediate` is false for receipts, which come one to two months late."""

    model_config = example(source="receipt", first_month="2025-12", last_month="2026-09", immediate=False)
    source: DrugSource
    first_month: str
    last_month: str
    immediate: bool


class MedicationsOut(Out):
    """お薬. "No rows" never means "takes nothing"."""

    model_config = example(
        state="available",
        reason=None,
        fetched_at="2026-11-23T04:41:00Z",
        data_until_month="2026-10",
        available_until="2026-11-24T04:40:00Z",
        drugs=[example_of(DrugOut)],
        lines=[example_of(DrugLineOut)],
        pairs=[],
        same_class=[],
        notices=[],
        ends=[example_of(DataEndOut)],
        regular_count=1,
        many=False,
        since="2026-10-26",
        master_version=None,
        document=False,
    )
    state: str
    reason: str | None
    fetched_at: datetime | None
    data_until_month: str | None
    available_until: datetime | None
    drugs: list[DrugOut]
    lines: list[DrugLineOut]
    pairs: list[SamePairOut]
    same_class: list[SameClassOut]
    notices: list[NoticeOut]
    ends: list[DataEndOut]
    regular_count: int
    many: bool
    since: date | None
    master_version: str | None
    document: bool


class CheckupItemOut(Out):
    """One line of a checkup, as delivered."""

    model_config = example(
        code="9N001000000000001", name="身長", type="PQ", value=158.4, text="158.4", unit="cm", code_name=None
    )
    code: str
    name: str
    type: str | None
    value: float | None
    text: str
    unit: str | None
    code_name: str | None


class CheckupOut(Out):
    """One examination day, as delivered."""

    model_config = example(performed_on="2025-10-20", items=[example_of(CheckupItemOut)])
    performed_on: date | None
    items: list[CheckupItemOut]


class PointOut(Out):
    """One value of a series. `computed` marks an eGFR of ours, `method_changed` another method than before."""

    model_config = example(
        on="2025-10-20", value=6.1, text="6.1", item_name="HbA1c(NGSP値)", flag="guidance", computed=False,
        method_changed=False,
    )  # fmt: skip
    on: date
    value: float
    text: str
    item_name: str
    flag: Flag
    computed: bool
    method_changed: bool


class LimitOut(Out):
    """A judgement value: reached at `at` and above (`upward`) or below; `inclusive` says whether `at` itself counts."""

    model_config = example(at=5.6, upward=True, inclusive=True)
    at: float
    upward: bool
    inclusive: bool


class SeriesOut(Out):
    """One quantity over the years, oldest first, with 保健指導判定値 and 受診勧奨判定値."""

    model_config = example(
        key="HBA1C", name="HbA1c（NGSP）", unit="%", points=[example_of(PointOut)], guidance=example_of(LimitOut),
        referral={"at": 6.5, "upward": True, "inclusive": True}, likely=False,
    )  # fmt: skip
    key: str
    name: str
    unit: str | None
    points: list[PointOut]
    guidance: LimitOut | None
    referral: LimitOut | None
    likely: bool


class AnswerOut(Out):
    """One answer or judgement by the words that came with it."""

    model_config = example(code="9N736000000000011", name="喫煙", text="いいえ")
    code: str
    name: str
    text: str


class CheckupsOut(Out):
    """健診: series for the charts, answers and judgements of the newest, and every checkup as delivered."""

    model_config = example(
        state="available",
        reason=None,
        fetched_at="2026-11-23T04:41:00Z",
        available_until="2026-11-24T04:40:00Z",
        checkups=[example_of(CheckupOut)],
        days=["2025-10-20"],
        series=[example_of(SeriesOut)],
        judgements=[],
        questionnaire=[example_of(AnswerOut)],
        asked_on="2025-10-20",
        others=[],
        missing_years=[2023],
        gfr_stage=None,
        source="標準的な健診・保健指導プログラム（令和6年度版）別紙5",
        document=False,
    )
    state: str
    reason: str | None
    fetched_at: datetime | None
    available_until: datetime | None
    checkups: list[CheckupOut]
    days: list[date]
    series: list[SeriesOut]
    judgements: list[AnswerOut]
    questionnaire: list[AnswerOut]
    asked_on: date | None
    others: list[AnswerOut]
    missing_years: list[int]
    gfr_stage: str | None
    source: str | None
    document: bool


class TreatmentOut(Out):
    """One act on one day at one institution, from receipts."""

    model_config = example(
        kind="diagnosis", treated_on="2026-09-03", month="2026-09", institution="見本病院", own=False, code="160000410",
        name="超音波検査（断層撮影法）", amount=None, unit=None, times="1",
    )  # fmt: skip
    kind: TreatmentKind
    treated_on: date | None
    month: str | None
    institution: str | None
    own: bool
    code: str | None
    name: str
    amount: str | None
    unit: str | None
    times: str | None


class TreatmentsOut(Out):
    """診療 or 手術, each behind its own consent. An absent section never means "not done"."""

    model_config = example(
        state="available",
        reason=None,
        fetched_at="2026-11-23T04:41:00Z",
        available_until="2026-11-24T04:40:00Z",
        treatments=[example_of(TreatmentOut)],
    )
    state: str
    reason: str | None
    fetched_at: datetime | None
    available_until: datetime | None
    treatments: list[TreatmentOut]


class DocumentOut(Out):
    """A PDF that the terminal delivered in place of data, base64. Nothing in it has been read by us."""

    model_config = example(media_type="application/pdf", content="JVBERi0xLjQK")
    media_type: str
    content: str


class NoticeRule(In):
    """One entry of the clinic's own list: a label and what it looks for."""

    model_config = example_in(label="骨吸収抑制薬", classes=[], words=["ドロン酸", "デノスマブ"], use_classes=[])
    label: Typed
    classes: list[Typed] = Field(default_factory=list)
    words: list[Typed] = Field(default_factory=list)
    use_classes: list[UseClass] = Field(default_factory=list)


class NoticesIn(In):
    """The whole list; it replaces the former one."""

    model_config = example_in(rules=[example_of(NoticeRule)])
    rules: list[NoticeRule]


class NoticesOut(Out):
    """The list as it stands."""

    model_config = example(rules=[example_of(NoticeRule)])
    rules: list[NoticeRule]
