"""What the rules of inquiries need to know about patients, read in a few questions however many they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from ..domain.inquiry import Asked, InquiryRoute, InquiryRules
from ..domain.insurance import CoverageFacts
from ..store.consented import consents_of
from ..store.inquiries import charts, newest_checks, open_inquiries, refused_at, visited_since
from ..store.patients import charts_of
from ..store.tables import Clinic

#: How far back visits are looked at for the kind of care; longer than any `care_goes_on` of the rules.
_VISITS_BACK = timedelta(days=400)


def asked_of(
    session: Session, clinic: Clinic, patient_ids: Collection[UUID], today: date, rules: InquiryRules
) -> dict[UUID, Asked]:
    """The facts of some patients of the clinic, by id. Charts that cannot be found, and test charts, are left out."""
    ids = [chart.id for chart in charts(session, clinic.id, patient_ids).values() if not chart.is_test]
    found = charts_of(session, clinic.id, ids)
    consents, refused = consents_of(session, clinic.id, ids), refused_at(session, clinic.id, ids)
    electronic = newest_checks(session, clinic.id, ids, rules.electronic_checks)
    visits = visited_since(session, clinic.id, today - _VISITS_BACK, today, ids)
    under_way: dict[UUID, set[InquiryRoute]] = {}
    for inquiry in open_inquiries(session, clinic.id, ids):
        under_way.setdefault(inquiry.patient_id, set()).add(InquiryRoute(inquiry.route))
    told = dict[UUID, Asked]()
    for patient_id, chart in found.items():
        kind, newest = visits.get(patient_id, (None, None))
        told[patient_id] = Asked(
            birth_date=chart.birth_date,
            coverage=chart.current_coverage or CoverageFacts(),
            electronic_at=electronic.get(patient_id),
            visit_type=kind,
            newest_visit=newest,
            consents=tuple(consents[patient_id]),
            refused_at=refused.get(patient_id),
            open_routes=frozenset(under_way.get(patient_id, ())),
            reinquiry_on=clinic.reinquiry,
        )
    return told
