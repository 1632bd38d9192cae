"""Patients, insurances, comparison, consented list, history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from ...domain.comparison import DifferenceDefault, DifferenceKind, DifferenceReason, FieldGroup
from ...domain.consent import ConsentFlag, ConsentKind
from ...domain.insurance import Relation, Sex, Validity
from ...domain.match import MatchOutcome
from ...domain.safe_row import Acceptance
from .common import In, Out, PageQuery, Typed, example, example_in, example_of


class CoverageOut(Out):
    """One insurance of a patient."""

    model_config = example(
        id="019a0000-0000-7000-8000-00000000c001",
        insurer_number="39139993",
        insurer_name="見本都後期高齢者医療広域連合",
        card_symbol=None,
        card_number="00067890",
        branch_number=None,
        relation="insured",
        insured_name=None,
        contribution_ratio=10,
        card_class="01",
        qualified_on="2015-10-11",
        lost_on=None,
        valid_from="2026-08-01",
        valid_until="2027-07-31",
        issued_on=None,
        limit_category=None,
        limit_from=None,
        limit_until=None,
        past_label=None,
    )
    id: UUID
    insurer_number: str | None
    insurer_name: str | None
    card_symbol: str | None
    card_number: str | None
    branch_number: str | None
    relation: Relation | None
    insured_name: str | None
    contribution_ratio: int | None
    card_class: str | None
    qualified_on: date | None
    lost_on: date | None
    valid_from: date | None
    valid_until: date | None
    issued_on: date | None
    limit_category: str | None
    limit_from: date | None
    limit_until: date | None
    past_label: str | None


class CoverageIn(In):
    """An insurance as typed from a certificate."""

    model_config = example_in(
        insurer_number="39139993",
        insurer_name="見本都後期高齢者医療広域連合",
        card_number="00067890",
        relation="insured",
        contribution_ratio=10,
        valid_from="2026-08-01",
        valid_until="2027-07-31",
    )
    insurer_number: Typed | None = None
    insurer_name: Typed | None = None
    card_symbol: Typed | None = None
    card_number: Typed | None = None
    branch_number: Typed | None = None
    relation: Relation | None = None
    insured_name: Typed | None = None
    contribution_ratio: int | None = Field(default=None, ge=0, le=100)
    card_class: Typed | None = None
    qualified_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    issued_on: date | None = None
    limit_category: Typed | None = None
    limit_from: date | None = None
    limit_until: date | None = None


class ConsentOut(Out):
    """The newest answer for one kind of information."""

    model_config = example(kind="drug", flag="given", consented_at="2026-11-23T01:15:00Z", available_until=None)
    kind: ConsentKind
    flag: ConsentFlag
    consented_at: datetime | None
    available_until: datetime | None


class LastCheckOut(Out):
    """確認日 with its kind."""

    model_config = example(
        checked_at="2026-11-23T04:40:12Z", kind="myna_home_visit", validity="valid", validity_code="1"
    )
    checked_at: datetime
    kind: str
    validity: Validity | None
    validity_code: str | None


class PatientOut(Out):
    """A chart of the ledger."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000e1",
        chart_number="000128",
        name="資格　一郎",
        name_kana="シカク　イチロウ",
        sex="male",
        birth_date="1937-03-03",
        age=89,
        postal_code="100-0099",
        address="見本市緑町3-99-9",
        telephone=None,
        reference_number="000128",
        link="linked",
        coverage=None,
        past_coverages=[],
        last_check=None,
        consents=[],
        version=3,
    )
    id: UUID
    chart_number: str | None
    name: str
    name_kana: str | None
    sex: Sex | None
    birth_date: date
    age: int
    postal_code: str | None
    address: str | None
    telephone: str | None
    reference_number: str | None
    link: Literal["linked", "unlinked"]
    coverage: CoverageOut | None
    past_coverages: list[CoverageOut]
    last_check: LastCheckOut | None
    consents: list[ConsentOut]
    version: int


class PatientIn(In):
    """A new chart, typed at the office."""

    model_config = example_in(
        chart_number="000128", name="資格　一郎", name_kana="シカク　イチロウ", sex="male", birth_date="1937-03-03"
    )
    chart_number: Typed | None = None
    name: Typed = Field(min_length=1)
    name_kana: Typed | None = None
    sex: Sex | None = None
    birth_date: date
    postal_code: Typed | None = None
    address: Typed | None = None
    telephone: Typed | None = None
    is_test: bool = False
    coverage: CoverageIn | None = None


class PatientPatchIn(In):
    """Values to change; only those sent are written, on the version they were read from."""

    model_config = example_in(telephone="03-0000-0000", base_version=3)
    chart_number: Typed | None = None
    name: Typed = Field(default="", min_length=1)
    name_kana: Typed | None = None
    sex: Sex | None = None
    postal_code: Typed | None = None
    address: Typed | None = None
    telephone: Typed | None = None
    base_version: int


class PatientListOut(Out):
    """Charts, ordered by kana."""

    model_config = example(items=[example_of(PatientOut)], next_cursor=None, total=1)
    items: list[PatientOut]
    next_cursor: str | None
    total: int


class PatientQuery(PageQuery):
    """Search by kana, kanji, chart number or birthday."""

    query: str | None = Field(default=None, max_length=100)


class AlternativeOut(Out):
    """A chart that may be the person."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000e2",
        chart_number="000402",
        name="試験　二子",
        name_kana="シケン　ニコ",
        birth_date="1986-04-02",
        reasons=["insurance_equal", "birth_date_equal", "kana_differs"],
        score=60,
    )
    patient_id: UUID
    chart_number: str | None
    name: str
    name_kana: str | None
    birth_date: date
    reasons: list[str]
    score: int | None


class MatchOut(Out):
    """照合の提案."""

    model_config = example(
        outcome="proposed",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        chart_number="000128",
        patient_name="資格　一郎",
        reasons=["birth_date", "kana"],
        candidates=1,
        alternatives=[],
    )
    outcome: MatchOutcome
    patient_id: UUID | None
    chart_number: str | None
    patient_name: str | None
    reasons: list[str]
    candidates: int
    alternatives: list[AlternativeOut]


class ConsentedPatientOut(Out):
    """One row of the 訪問オン資同意済一覧."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000a1",
        route="home_visit",
        state="needs_check",
        confirmed_at="2026-11-23T04:40:12Z",
        name="資格　一郎",
        name_kana="シカク　イチロウ",
        name_unsafe=False,
        sex="male",
        birth_date="1937-03-03",
        insurer_number="39139993",
        reference_number=None,
        validity="valid",
        validity_code="1",
        match=example_of(MatchOut),
        result=None,
        result_count=None,
        imported=False,
        consents=[example_of(ConsentOut)],
        prescription_form="electronic",
        can_undo=False,
        version=2,
    )
    id: UUID
    #: Which question brought it: the consented list, or an inquiry without the card.
    route: Literal["home_visit", "number", "reinquiry"]
    state: Literal["needs_check", "unconfirmed", "confirmed"]
    confirmed_at: datetime
    name: str | None
    name_kana: str | None
    name_unsafe: bool
    sex: Sex | None
    birth_date: date | None
    insurer_number: str | None
    reference_number: str | None
    validity: Validity | None
    validity_code: str | None
    match: MatchOut
    result: str | None
    result_count: int | None
    imported: bool
    consents: list[ConsentOut]
    prescription_form: Literal["electronic", "paper"] | None
    can_undo: bool
    version: int


class ConsentedCountsOut(Out):
    """How many rows each filter holds."""

    model_config = example(all=12, needs_check=3, unconfirmed=2, confirmed=7)
    all: int
    needs_check: int
    unconfirmed: int
    confirmed: int


class ConsentedListOut(Out):
    """The office's inbox; no row is ever hidden by size."""

    model_config = example(
        items=[example_of(ConsentedPatientOut)],
        next_cursor=None,
        total=12,
        counts=example_of(ConsentedCountsOut),
        seen="WzQyXQ",
    )
    items: list[ConsentedPatientOut]
    next_cursor: str | None
    total: int
    counts: ConsentedCountsOut
    seen: str = Field(description="What `changes` goes on from.")


class ConsentedChangesOut(Out):
    """What became of the inbox since a moment. `whole`: so much that the list is asked for anew."""

    model_config = example(
        items=[example_of(ConsentedPatientOut)],
        gone=[],
        whole=False,
        counts=example_of(ConsentedCountsOut),
        seen="WzQzXQ",
    )
    items: list[ConsentedPatientOut]
    gone: list[UUID]
    whole: bool
    counts: ConsentedCountsOut
    seen: str


class SinceQuery(In):
    """From where on: the `seen` of an answer before."""

    since: str = Field(min_length=1, max_length=200)


class ConsentedQuery(PageQuery):
    """Filters of the list."""

    filter: Literal["all", "needs_check", "unconfirmed", "confirmed"] = "all"
    include_imported: bool = True
    query: str | None = Field(default=None, max_length=100)


class DifferenceOut(Out):
    """One field, ours left and theirs right."""

    model_config = example(
        field="insurer_number",
        group="coverage",
        ours="06139992",
        theirs="39139993",
        kind="real",
        default="take",
        reason=None,
    )
    field: str
    group: FieldGroup
    ours: str | None
    theirs: str | None
    kind: DifferenceKind
    default: DifferenceDefault
    reason: DifferenceReason | None


class ComparisonOut(Out):
    """The comparison screen."""

    model_config = example(
        consented=example_of(ConsentedPatientOut),
        patient=example_of(PatientOut),
        differences=[example_of(DifferenceOut)],
        suggested="update",
        switch_date_default="2026-08-01",
        coverage_started_on="2026-08-01",
        limit_started_on=None,
        base_version=3,
    )
    consented: ConsentedPatientOut
    patient: PatientOut | None
    differences: list[DifferenceOut]
    suggested: Literal["update", "overwrite", "cancel", "register"]
    switch_date_default: date | None
    coverage_started_on: date | None
    limit_started_on: date | None
    base_version: int


class ComparisonQuery(In):
    """With which chart; the matched one when absent."""

    patient_id: UUID | None = None


class MatchIn(In):
    """A person decides the chart; null unlinks."""

    model_config = example_in(patient_id="019a0000-0000-7000-8000-0000000000e1")
    patient_id: UUID | None


class ApplyIn(In):
    """更新する, 上書きする, 保険追加 or キャンセル; `switch_date` is the first day of the insurance to begin."""

    model_config = example_in(
        mode="overwrite",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        fields=["valid_until"],
        switch_date=None,
        base_version=3,
    )
    mode: Literal["update", "overwrite", "add", "cancel"]
    patient_id: UUID
    fields: list[str] = Field(default_factory=list, max_length=40)
    switch_date: date | None = None
    base_version: int


class RegisterIn(In):
    """新患登録: theirs, completed by hand."""

    model_config = example_in(chart_number="000512", telephone="03-0000-0000", overrides={"name": "例示　髙志"})
    chart_number: Typed | None = None
    telephone: Typed | None = None
    overrides: dict[str, Typed | None] = Field(default_factory=dict)


class AppliedOut(Out):
    """What the act made of row and chart."""

    model_config = example(
        consented=example_of(ConsentedPatientOut),
        patient=example_of(PatientOut),
        change_id="019a0000-0000-7000-8000-0000000000b7",
    )
    consented: ConsentedPatientOut
    patient: PatientOut
    change_id: UUID | None


class SafeWriteOut(Out):
    """One empty field, and what accepting the row puts there."""

    model_config = example(field="address", theirs="見本市緑町3-99-9")
    field: str
    theirs: str


class SafeRowOut(Out):
    """One person whom accepting concerns; without `writes` only the link and 確認日 are written."""

    model_config = example(
        consented_id="019a0000-0000-7000-8000-0000000000a1",
        version=2,
        base_version=3,
        chart_number="000128",
        patient_name="資格　一郎",
        patient_name_kana="シカク　イチロウ",
        writes=[example_of(SafeWriteOut)],
    )
    consented_id: UUID
    version: int
    base_version: int
    chart_number: str | None
    patient_name: str
    patient_name_kana: str | None
    writes: list[SafeWriteOut]


class SafeRowsOut(Out):
    """What may be accepted in one step: the first of `total`; the others follow in the next step."""

    model_config = example(items=[example_of(SafeRowOut)], total=1)
    items: list[SafeRowOut]
    total: int


class LookedIn(In):
    """One row on the versions that the person has seen."""

    model_config = example_in(consented_id="019a0000-0000-7000-8000-0000000000a1", version=2, base_version=3)
    consented_id: UUID
    version: int
    base_version: int


class AcceptIn(In):
    """The rows that the person has seen and accepts."""

    model_config = example_in(
        items=[{"consented_id": "019a0000-0000-7000-8000-0000000000a1", "version": 2, "base_version": 3}]
    )
    items: list[LookedIn] = Field(min_length=1, max_length=200)


class AcceptedRowOut(Out):
    """What became of one row."""

    model_config = example(consented_id="019a0000-0000-7000-8000-0000000000a1", outcome="accepted")
    consented_id: UUID
    outcome: Acceptance


class AcceptedRowsOut(Out):
    """One word for each row, in the order in which they were named."""

    model_config = example(items=[example_of(AcceptedRowOut)], accepted=1)
    items: list[AcceptedRowOut]
    accepted: int


class FieldHistoryOut(Out):
    """One value before and after."""

    model_config = example(field="insurer_number", before="06139992", after="39139993")
    field: str
    before: str | None
    after: str | None


class LedgerChangeOut(Out):
    """One act of the chart's history."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000b7",
        at="2026-11-23T04:52:00Z",
        kind="updated",
        by="架空 真帆",
        source="check",
        fields=[example_of(FieldHistoryOut)],
        can_undo=True,
        undone=False,
    )
    id: UUID
    at: datetime
    kind: str
    by: str
    source: str
    fields: list[FieldHistoryOut]
    can_undo: bool
    undone: bool


class HistoryOut(Out):
    """Newest first."""

    model_config = example(items=[example_of(LedgerChangeOut)])
    items: list[LedgerChangeOut]
