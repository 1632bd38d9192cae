"""What one chart's medical information becomes in an answer: read at a bedside or office, or packed for a tablet."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from ..domain.insurance import Sex
from ..domain.notice import NoticeRule
from ..flow.show_medical import Shown
from ..rules import checkup_programme_on
from ..store.drug_master import master_for
from ..store.facts import from_json
from ..store.tables import Clinic, Patient
from ..store.visits import last_visited
from .models.medical import CheckupsOut, MedicationsOut
from .present_medical import checkups_out, medications_out


def medications_of(session: Session, chart: Patient, shown: Shown, today: date) -> MedicationsOut:
    """お薬, with what the clinic's drug master and notices say of them and what is new since the last visit."""
    since = last_visited(session, chart.clinic_id, chart.id, today)
    master = master_for(session, (each.drug_code for each in shown.drugs))
    clinic = session.get_one(Clinic, chart.clinic_id)
    notices = [from_json(NoticeRule, told) for told in clinic.notice_rules or []]
    return medications_out(shown, today=today, since=since, master=master, notices=notices)


def checkups_of(chart: Patient, shown: Shown, today: date) -> CheckupsOut:
    """健診, by the programme in force today."""
    sex = Sex(chart.sex) if chart.sex else None
    return checkups_out(shown, birth_date=chart.birth_date, sex=sex, today=today, programme=checkup_programme_on(today))
