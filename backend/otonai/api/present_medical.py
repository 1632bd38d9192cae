"""Domain views of medical information as API models: the same for tablet, office and `otonai terminal medical`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ..domain.checkup import Answer, CheckupView, Limit, Programme, Series, checkup_view
from ..domain.drug_identity import NO_MASTER, DrugMaster, identify
from ..domain.insurance import Sex
from ..domain.medical import Checkup, DrugEvent, Institution, TreatmentEvent
from ..domain.medication import DrugLine, Medication, medication
from ..domain.notice import NoticeRule
from ..domain.same_drug import SamePair, same_pairs
from ..domain.supply import supply_of
from ..flow.show_medical import Shown
from .models import medical


def medications_out(
    shown: Shown,
    *,
    today: date,
    since: date | None = None,
    master: DrugMaster = NO_MASTER,
    notices: Sequence[NoticeRule] = (),
) -> medical.MedicationsOut:
    """お薬 as one reader gets them on a day; empty lists unless the state is `available`."""
    view = medication(shown.drugs, today=today, since=since, master=master, notices=notices)
    return medical.MedicationsOut(
        state=shown.state,
        reason=shown.reason,
        fetched_at=shown.fetched_at,
        data_until_month=shown.data_until_month,
        available_until=shown.available_until,
        drugs=drugs_out(view, master),
        lines=lines_out(view),
        pairs=pairs_out(view, today, master),
        same_class=[medical.SameClassOut(class_code=code, lines=list(keys)) for code, keys in view.same_class],
        notices=[medical.NoticeOut(label=label, lines=list(keys)) for label, keys in view.notices],
        ends=[medical.DataEndOut.model_validate(end) for end in view.ends],
        regular_count=view.regular_count,
        many=view.many,
        since=since,
        master_version=view.master_version,
        document=shown.document,
    )


def checkups_out(
    shown: Shown, *, birth_date: date, sex: Sex | None, today: date, programme: Programme
) -> medical.CheckupsOut:
    """健診 as one reader gets them."""
    view = checkup_view(shown.checkups, birth_date=birth_date, sex=sex, today=today, programme=programme)
    return medical.CheckupsOut(
        state=shown.state,
        reason=shown.reason,
        fetched_at=shown.fetched_at,
        available_until=shown.available_until,
        checkups=checkups_as_delivered(shown.checkups),
        days=list(view.days),
        series=series_out(view),
        judgements=answers_out(view.judgements),
        questionnaire=answers_out(view.questionnaire),
        asked_on=view.asked_on,
        others=answers_out(view.others),
        missing_years=list(view.missing_years),
        gfr_stage=view.gfr_stage,
        source=view.source if view.series else None,
        document=shown.document,
    )


def treatments_shown(shown: Shown) -> medical.TreatmentsOut:
    """診療 or 手術 as one reader gets them."""
    return medical.TreatmentsOut(
        state=shown.state,
        reason=shown.reason,
        fetched_at=shown.fetched_at,
        available_until=shown.available_until,
        treatments=treatments_out(shown.treatments),
    )


def drugs_out(view: Medication, master: DrugMaster) -> list[medical.DrugOut]:
    """All rows, newest first, superseded ones among them."""
    return [_drug(row, master) for row in view.rows]


def _drug(row: DrugEvent, master: DrugMaster) -> medical.DrugOut:
    identity = identify(row, master)
    span = supply_of(row, identity)
    return medical.DrugOut(
        id=row.id,
        line=identity.key,
        source=row.source,
        dispensed_on=row.dispensed_on,
        prescribed_on=row.prescribed_on,
        month=row.month,
        drug_name=row.drug_name,
        drug_code=row.drug_code,
        ingredient=row.ingredient,
        amount=row.amount_text,
        unit=row.unit,
        usage=row.usage,
        instruction=row.instruction,
        times=row.times_text,
        use_class=identity.use_class,
        prescriber=_name(row.prescriber),
        dispenser=_name(row.dispenser),
        own=row.own_institution,
        superseded=row.superseded,
        superseded_by=row.superseded_by,
        covers_from=span.first if span else None,
        covers_to=span.last if span else None,
    )


def lines_out(view: Medication) -> list[medical.DrugLineOut]:
    """One per ingredient, what is probably taken first."""
    return [_line(line) for line in view.lines]


def _line(line: DrugLine) -> medical.DrugLineOut:
    return medical.DrugLineOut(
        key=line.key,
        drug_name=line.drug_name,
        ingredient=line.ingredient,
        class_code=line.class_code,
        use_class=line.use_class,
        as_needed=line.as_needed,
        rows=[row.id for row in line.rows],
        first_on=line.first_on,
        last_on=line.last_on,
        reaches=line.reaches,
        taking=line.taking,
        regular=line.regular,
        prescribed_only=line.prescribed_only,
        change=line.change,
        gaps=[medical.GapOut(first=gap.first, last=gap.last) for gap in line.gaps],
        prescribers=_names(line.prescribers),
        dispensers=_names(line.dispensers),
    )


def pairs_out(view: Medication, today: date, master: DrugMaster) -> list[medical.SamePairOut]:
    """Pairs of swallowed drugs first, then those that only 屯用・外用 make, marked for the screen's switch."""
    daily = same_pairs(view.rows, today=today, master=master)
    known = {(pair.newer, pair.older) for pair in daily}
    more = same_pairs(view.rows, today=today, master=master, with_prn=True)
    return [_pair(pair, as_needed=False) for pair in daily] + [
        _pair(pair, as_needed=True) for pair in more if (pair.newer, pair.older) not in known and pair.common is None
    ]


def _pair(pair: SamePair, *, as_needed: bool) -> medical.SamePairOut:
    return medical.SamePairOut(
        level=pair.level,
        newer=pair.newer,
        older=pair.older,
        common_from=pair.common.first if pair.common else None,
        common_to=pair.common.last if pair.common else None,
        reaches_today=pair.reaches_today,
        as_needed=as_needed,
    )


def checkups_as_delivered(checkups: Iterable[Checkup]) -> list[medical.CheckupOut]:
    """Every checkup with every item, newest first."""
    newest_first = sorted(checkups, key=lambda one: one.performed_on or date.min, reverse=True)
    return [
        medical.CheckupOut(
            performed_on=one.performed_on,
            items=[
                medical.CheckupItemOut(
                    code=item.code,
                    name=item.name,
                    type=item.data_type,
                    value=item.number,
                    text=item.text,
                    unit=item.unit,
                    code_name=item.code_name,
                )
                for item in one.items
            ],
        )
        for one in newest_first
    ]


def series_out(view: CheckupView) -> list[medical.SeriesOut]:
    """The charts."""
    return [_series(one) for one in view.series]


def _series(one: Series) -> medical.SeriesOut:
    return medical.SeriesOut(
        key=one.key,
        name=one.name,
        unit=one.unit,
        points=[medical.PointOut.model_validate(point) for point in one.points],
        guidance=_limit(one.guidance),
        referral=_limit(one.referral),
        likely=one.likely,
    )


def _limit(limit: Limit | None) -> medical.LimitOut | None:
    return medical.LimitOut.model_validate(limit) if limit is not None else None


def answers_out(answers: Iterable[Answer]) -> list[medical.AnswerOut]:
    """Answers and judgements."""
    return [medical.AnswerOut.model_validate(answer) for answer in answers]


def treatments_out(treatments: Iterable[TreatmentEvent]) -> list[medical.TreatmentOut]:
    """診療 and 手術 rows."""
    return [
        medical.TreatmentOut(
            kind=row.kind,
            treated_on=row.treated_on,
            month=row.month,
            institution=_name(row.institution),
            own=row.own_institution,
            code=row.code,
            name=row.name,
            amount=row.amount_text,
            unit=row.unit,
            times=row.times_text,
        )
        for row in treatments
    ]


def _name(institution: Institution) -> str | None:
    return institution.name or institution.code


def _names(institutions: Sequence[Institution]) -> list[str]:
    return [name for each in institutions if (name := _name(each)) is not None]
