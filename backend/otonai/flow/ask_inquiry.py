"""Step 2 for people without their card: one inquiry, or many; sent at once or in the night; never twice beside itself.

`ask_one` and `ask_many` write what is wanted, `send_due` makes the files whose time has come and fetches what bulk
files brought. Whether one may be asked is decided in `domain/inquiry.py`, by a person's wish and again before sending.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from ..domain.cadence import Cadence, RequestState, reception_expired
from ..domain.dates import business_day, end_of_business_day
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Conflict, Invalid, NotFound
from ..domain.inquiry import (
    Asked,
    AskWhen,
    InquiryRoute,
    InquiryRules,
    InquiryState,
    MayAsk,
    Occasion,
    day_has_begun,
    may_ask_by_number,
    may_reinquire,
    route_by_itself,
    send_at,
)
from ..domain.inquiry_outcome import InquiryOutcome
from ..domain.limit import LimitConsent, asks_for_limit
from ..domain.month_check import month_of
from ..domain.retry import Question, earliest
from ..domain.visit import VisitState
from ..store.audit import THE_RULES, Actor, Told, write_event, write_events
from ..store.ids import new_id
from ..store.inquiries import (
    asked_since,
    awaits_bulk_answer,
    hold_clinic,
    newest_checks,
    open_bulks,
    open_inquiries,
    open_key,
    open_of_bulk,
    save_inquiries,
    save_inquiry,
)
from ..store.requests import next_serial, queue_file
from ..store.tables import BulkInquiry, Clinic, Inquiry
from ..store.visits import visits_on
from ..terminal import bulk_request, names
from ..terminal import request as build
from .inquiry_facts import asked_of

SINGLE, REINQUIRY = "inquiry", "reinquiry"
BULK, BULK_FETCH = "bulk_inquiry", "bulk_inquiry_fetch"
#: So many people at a time are wished for: meanwhile nobody else in the clinic can write.
AT_ONCE = 200
#: Occasions of which many people are put into one file.
_BULK_OCCASIONS = frozenset({Occasion.TODAY.value, Occasion.BOOKED.value, Occasion.MONTH.value})


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of the wish to ask about one patient: an inquiry, or the word why there is none.

    Words beside those of `MayAsk`: `already_checked` for somebody who was checked in the stretch that counts.
    """

    patient_id: UUID
    inquiry_id: UUID | None
    word: str


def ask_one(
    session: Session,
    clinic: Clinic,
    patient_id: UUID,
    route: InquiryRoute,
    *,
    limit_consent: LimitConsent,
    actor: Actor,
    now: datetime,
    cadence: Cadence,
    rules: InquiryRules,
) -> Inquiry:
    """One inquiry by a person's wish, sent at once. What is under way already is that inquiry (S-159).

    Raises Conflict with the word of `MayAsk` when the rule forbids it, NotFound for a foreign chart.
    """
    hold_clinic(session, clinic.id)
    today = business_day(now)
    asked = asked_of(session, clinic, [patient_id], today, rules).get(patient_id)
    if asked is None:
        raise NotFound()
    standing = [i for i in open_inquiries(session, clinic.id, [patient_id]) if i.route == route.value]
    if standing:
        (inquiry,) = standing
        if inquiry.state == InquiryState.PLANNED.value:
            inquiry.due_at, inquiry.at_night, inquiry.limit_consent = now, False, limit_consent.value
            inquiry.occasion, inquiry.asked_by = Occasion.PERSON.value, actor.id
            _send_single(session, clinic, inquiry, asked, now, cadence)
        return inquiry
    may = _may(asked, route, now, rules)
    if may is not MayAsk.YES:
        raise Conflict(code=may.value)
    inquiry = _wanted(clinic, patient_id, route, Occasion.PERSON, limit_consent, actor, now, due_at=now)
    session.add(inquiry)
    session.flush()
    write_event(
        session, clinic.id, now, action="inquiry_wanted", actor=actor, outcome=f"{route.value}:{limit_consent.value}",
        patient_id=patient_id, subject=str(inquiry.id),
    )  # fmt: skip
    _send_single(session, clinic, inquiry, asked, now, cadence)
    return inquiry


def ask_on_arrival(
    session: Session, clinic: Clinic, patient_id: UUID, now: datetime, cadence: Cadence, rules: InquiryRules
) -> Inquiry | None:
    """Somebody came on today's list: ask by itself, once a day, if the clinic wishes it (S-151, S-152)."""
    if not clinic.automatic_inquiries:
        return None
    hold_clinic(session, clinic.id)
    today = business_day(now)
    checked = newest_checks(session, clinic.id, [patient_id]).get(patient_id)
    asked = asked_of(session, clinic, [patient_id], today, rules).get(patient_id)
    if asked is None or (checked is not None and business_day(checked) == today):
        return None
    route = route_by_itself(asked, today, rules)
    if route is None:
        return None
    inquiry = _wanted(clinic, patient_id, route, Occasion.VISIT_ADDED, LimitConsent.UNKNOWN, THE_RULES, now, due_at=now)
    session.add(inquiry)
    session.flush()
    write_event(
        session, clinic.id, now, action="inquiry_wanted", actor=THE_RULES, outcome=route.value,
        patient_id=patient_id, subject=str(inquiry.id),
    )  # fmt: skip
    _send_single(session, clinic, inquiry, asked, now, cadence)
    return inquiry


def booked_for_the_day(session: Session, clinic: Clinic, now: datetime, rules: InquiryRules) -> list[UUID]:
    """Those whose visit of today was booked before and who were not asked about today, if the clinic wishes it.

    Once a day and patient, whatever becomes of it; a wish of a person stays free (S-151, S-152). Only reads.
    """
    if not (clinic.automatic_inquiries and day_has_begun(now, rules)):
        return []
    booked = visits_on(session, clinic.id, business_day(now))
    waiting = {visit.patient_id for visit in booked if visit.state == VisitState.PLANNED.value}
    return sorted(waiting - asked_since(session, clinic.id, waiting, _midnight(now)))


def ask_for_the_day(
    session: Session, clinic: Clinic, booked: Sequence[UUID], now: datetime, cadence: Cadence, rules: InquiryRules
) -> int:
    """Ask about these, but for those who were asked about since they were looked for; says about how many."""
    hold_clinic(session, clinic.id)
    waiting = set(booked) - asked_since(session, clinic.id, booked, _midnight(now))
    today = business_day(now)
    facts = asked_of(session, clinic, waiting, today, rules)
    routes = {patient_id: route_by_itself(facts[patient_id], today, rules) for patient_id in sorted(facts)}
    count = 0
    for route in InquiryRoute:
        people = [patient_id for patient_id, its in routes.items() if its is route]
        wishes = ask_many(
            session, clinic, people, route, occasion=Occasion.TODAY, when=AskWhen.NOW, actor=THE_RULES,
            now=now, cadence=cadence, rules=rules,
        )  # fmt: skip
        count += sum(wish.word == MayAsk.YES.value for wish in wishes)
    return count


def ask_many(
    session: Session,
    clinic: Clinic,
    patient_ids: Sequence[UUID],
    route: InquiryRoute,
    *,
    occasion: Occasion,
    when: AskWhen,
    actor: Actor,
    now: datetime,
    cadence: Cadence,
    rules: InquiryRules,
) -> list[Wish]:
    """An inquiry for each of these patients who may have one and was not checked yet; safe to repeat.

    Checked means: today for today's list, this month otherwise (S-102, S-153). At night unless a person wants it now.
    """
    hold_clinic(session, clinic.id)
    facts = asked_of(session, clinic, patient_ids, business_day(now), rules)
    checked = newest_checks(session, clinic.id, patient_ids)
    standing = {i.patient_id: i for i in open_inquiries(session, clinic.id, patient_ids) if i.route == route.value}
    due_at = send_at(route, when, now, cadence.retry, many=True)
    wishes, made, told = list[Wish](), list[Inquiry](), list[Told]()
    for patient_id in dict.fromkeys(patient_ids):
        inquiry = standing.get(patient_id)
        if inquiry is not None:
            if when is AskWhen.NOW and inquiry.state == InquiryState.PLANNED.value:
                inquiry.due_at, inquiry.at_night = now, False
                made.append(inquiry)
            wishes.append(Wish(patient_id, inquiry.id, MayAsk.ALREADY_ASKED.value))
            continue
        asked = facts.get(patient_id)
        word = "not_found" if asked is None else _may(asked, route, now, rules).value
        if word == MayAsk.YES.value and _checked(checked.get(patient_id), occasion, now):
            word = "already_checked"
        if word != MayAsk.YES.value:
            wishes.append(Wish(patient_id, None, word))
            continue
        inquiry = _wanted(clinic, patient_id, route, occasion, LimitConsent.UNKNOWN, actor, now, due_at=due_at)
        inquiry.at_night = when is AskWhen.TONIGHT
        made.append(inquiry)
        wishes.append(Wish(patient_id, inquiry.id, word))
        told.append(Told("inquiry_wanted", f"{route.value}:{occasion.value}", patient_id, str(inquiry.id)))
    save_inquiries(session, clinic.id, made)
    write_events(session, clinic.id, now, actor, told)
    return wishes


def call_off(session: Session, clinic: Clinic, patient_ids: Collection[UUID], actor: Actor, now: datetime) -> int:
    """Take back what is planned and not sent. What the terminal has already is answered as ever."""
    hold_clinic(session, clinic.id)
    standing = open_inquiries(session, clinic.id, patient_ids)
    planned = [inquiry for inquiry in standing if inquiry.state == InquiryState.PLANNED.value]
    for inquiry in planned:
        inquiry.state, inquiry.closed_at, inquiry.reason = InquiryState.CALLED_OFF.value, now, "by_person"
    save_inquiries(session, clinic.id, planned)
    told = [Told("inquiry_called_off", "by_person", inquiry.patient_id, str(inquiry.id)) for inquiry in planned]
    write_events(session, clinic.id, now, actor, told)
    return len(planned)


def send_due(session: Session, clinic: Clinic, now: datetime, cadence: Cadence, rules: InquiryRules) -> datetime | None:
    """Send the planned inquiries whose time has come, fetch bulk results; returns when something is next due."""
    waits = [at for bulk in open_bulks(session, clinic.id) if (at := _fetch(session, clinic, bulk, now, cadence))]
    standing = open_inquiries(session, clinic.id)
    if not standing:
        return min(waits, default=None)
    planned = [i for i in standing if i.state == InquiryState.PLANNED.value]
    ready = [i for i in planned if i.due_at <= now and _its_night(i, now, cadence)]
    ready = _still_wanted(session, clinic, ready, now)
    under_way = sum(i.state == InquiryState.ASKED.value and i.bulk_id is None for i in standing)
    together = [i for i in ready if _goes_in_bulk(i)]
    if any(RequestState(bulk.state).is_open for bulk in open_bulks(session, clinic.id)):
        together = []
    together, alone = together[: rules.most_in_bulk], [i for i in ready if not _goes_in_bulk(i)]
    room = max(rules.most_open - under_way, 0)
    # Thousands may wait for their turn; facts are read about those who have it.
    turn = {i.patient_id for i in (*together, *alone[:room])}
    facts = asked_of(session, clinic, turn, business_day(now), rules)
    if together:
        _send_bulk(session, clinic, together, facts, now, cadence)
    for inquiry in alone[:room]:
        asked = facts.get(inquiry.patient_id)
        may = MayAsk.INSURANCE_INCOMPLETE if asked is None else _open_but_for_itself(asked, inquiry, now, rules)
        if asked is None or may is not MayAsk.YES:
            _not_sent(session, inquiry, may.value, now)
            continue
        room -= _send_single(session, clinic, inquiry, asked, now, cadence)
    if room > 0 and any(i.state == InquiryState.PLANNED.value for i in alone):
        waits.append(now)  # somebody who could not be asked took the place of somebody who can
    waits += [i.due_at for i in planned if i.state == InquiryState.PLANNED.value and i.due_at > now]
    # Somebody may be looking at 照会中: a silence is named as soon as it is one.
    silent_at = [i.asked_at + cadence.answer_within for i in standing if i.state == "asked" and i.asked_at]
    waits += [max(at, now + cadence.retry_after_processing) for at in silent_at]
    return min(waits, default=None)


# --- deciding again ---------------------------------------------------------------------------------------


def _may(asked: Asked, route: InquiryRoute, now: datetime, rules: InquiryRules) -> MayAsk:
    if route is InquiryRoute.NUMBER:
        return may_ask_by_number(asked)
    return may_reinquire(asked, business_day(now), rules)


def _open_but_for_itself(asked: Asked, inquiry: Inquiry, now: datetime, rules: InquiryRules) -> MayAsk:
    may = _may(asked, InquiryRoute(inquiry.route), now, rules)
    return MayAsk.YES if may is MayAsk.ALREADY_ASKED else may


def _checked(at: datetime | None, occasion: Occasion, now: datetime) -> bool:
    if at is None:
        return False
    if occasion is Occasion.TODAY:
        return business_day(at) == business_day(now)
    return month_of(at) == month_of(now)


def _midnight(now: datetime) -> datetime:
    return end_of_business_day(now) - timedelta(days=1)


def _goes_in_bulk(inquiry: Inquiry) -> bool:
    return inquiry.route == InquiryRoute.NUMBER.value and inquiry.occasion in _BULK_OCCASIONS


def _its_night(inquiry: Inquiry, now: datetime, cadence: Cadence) -> bool:
    """A night that was missed is not made up for at opening hours: it is the next one's."""
    if not inquiry.at_night:
        return True
    return (earliest(Question.REINQUIRY, now, cadence.retry) or now) <= now


def _still_wanted(session: Session, clinic: Clinic, ready: Iterable[Inquiry], now: datetime) -> list[Inquiry]:
    """Somebody who was checked since is not asked about again."""
    wanted, over = list[Inquiry](), list[Inquiry]()
    checked = newest_checks(session, clinic.id, {i.patient_id for i in ready})
    for inquiry in ready:
        at = checked.get(inquiry.patient_id)
        if inquiry.at_night and at is not None and at > inquiry.wanted_at:
            inquiry.state, inquiry.closed_at = InquiryState.CALLED_OFF.value, now
            inquiry.reason = "already_checked"
            over.append(inquiry)
        else:
            wanted.append(inquiry)
    save_inquiries(session, clinic.id, over)
    told = [Told("inquiry_called_off", "already_checked", inquiry.patient_id, str(inquiry.id)) for inquiry in over]
    write_events(session, clinic.id, now, THE_RULES, told)
    return wanted


# --- the files --------------------------------------------------------------------------------------------


def _wanted(
    clinic: Clinic,
    patient_id: UUID,
    route: InquiryRoute,
    occasion: Occasion,
    limit_consent: LimitConsent,
    actor: Actor,
    now: datetime,
    *,
    due_at: datetime,
) -> Inquiry:
    return Inquiry(
        clinic_id=clinic.id,
        id=new_id(),
        patient_id=patient_id,
        route=route.value,
        occasion=occasion.value,
        state=InquiryState.PLANNED.value,
        open_key=open_key(patient_id, route),
        limit_consent=limit_consent.value,
        wanted_at=now,
        due_at=due_at,
        asked_by=actor.id if actor.kind == "staff" else None,
    )


def _send_single(
    session: Session, clinic: Clinic, inquiry: Inquiry, asked: Asked, now: datetime, cadence: Cadence
) -> bool:
    """One file about one person; False when it cannot be written in the terminal's characters."""
    try:
        file = _single_file(session, clinic, inquiry, asked, now)
    except Invalid as refusal:
        _not_sent(session, inquiry, refusal.code, now)
        return False
    family = SINGLE if inquiry.route == InquiryRoute.NUMBER.value else REINQUIRY
    job = queue_file(session, clinic.id, family, file, now, cadence.answer_within, patient_id=inquiry.patient_id)
    job.inquiry_id = inquiry.id
    session.add(job)
    _asked_now(session, [inquiry], now)
    return True


def _single_file(session: Session, clinic: Clinic, inquiry: Inquiry, asked: Asked, now: datetime) -> TerminalRequest:
    if asked.birth_date is None:
        raise Invalid("no birth date", code="insurance_incomplete")
    day, serial = next_serial(session, clinic.id, now)
    ask = build.eligibility_single if inquiry.route == InquiryRoute.NUMBER.value else build.reinquiry
    return ask(
        institution_code=clinic.institution_code,
        coverage=asked.coverage,
        birth_date=asked.birth_date,
        confirmed_on=business_day(now),
        limit_consent=asks_for_limit(LimitConsent(inquiry.limit_consent)),
        file_identifier=inquiry.id.hex,
        day=day,
        serial=serial,
        arbitrary_identifier=inquiry.id.hex,
    )


def _send_bulk(
    session: Session,
    clinic: Clinic,
    inquiries: Sequence[Inquiry],
    facts: dict[UUID, Asked],
    now: datetime,
    cadence: Cadence,
) -> None:
    """Everybody in one file. Who cannot be written is left out by name; the others go."""
    people = list[tuple[Inquiry, bulk_request.AskedPerson]]()
    day, serial = next_serial(session, clinic.id, now)
    for inquiry in inquiries:
        asked = facts.get(inquiry.patient_id)
        try:
            people.append((inquiry, _person(clinic, inquiry, asked, now, serial)))
        except Invalid as refusal:
            _not_sent(session, inquiry, refusal.code, now)
    if not people:
        return
    bulk = BulkInquiry(
        clinic_id=clinic.id, id=new_id(), state=RequestState.REQUESTED.value, people=len(people), requested_at=now
    )
    session.add(bulk)
    session.flush()
    file = bulk_request.eligibility_bulk(
        institution_code=clinic.institution_code,
        people=[person for _, person in people],
        confirmed_on=business_day(now),
        file_identifier=bulk.id.hex,
        day=day,
        serial=serial,
    )
    job = queue_file(session, clinic.id, BULK, file, now, cadence.bulk_answer_within)
    job.bulk_inquiry_id = bulk.id
    session.add(job)
    for inquiry, _ in people:
        inquiry.bulk_id = bulk.id
    _asked_now(session, [inquiry for inquiry, _ in people], now)


def _person(
    clinic: Clinic, inquiry: Inquiry, asked: Asked | None, now: datetime, serial: int
) -> bulk_request.AskedPerson:
    """One person of a bulk file, tried alone first: one chart must not hold up the others."""
    if asked is None or asked.birth_date is None:
        raise Invalid("no birth date", code="insurance_incomplete")
    person = bulk_request.AskedPerson(
        key=inquiry.id.hex,
        coverage=asked.coverage,
        birth_date=asked.birth_date,
        limit_class_code="01" if asked.coverage.limit_category else None,
    )
    bulk_request.eligibility_bulk(
        institution_code=clinic.institution_code,
        people=[person],
        confirmed_on=business_day(now),
        file_identifier=inquiry.id.hex,
        day=business_day(now),
        serial=serial,
    )
    return person


def _fetch(session: Session, clinic: Clinic, bulk: BulkInquiry, now: datetime, cadence: Cadence) -> datetime | None:
    """一括照会結果取得 when it is due (S-154); returns when to look again."""
    if bulk.reception_number is None or bulk.state == RequestState.REQUESTED.value:
        return None
    if reception_expired(bulk.accepted_at, now, cadence):
        bulk.state, bulk.reason = RequestState.FAILED.value, "reception_expired"
        session.add(bulk)
        for inquiry in open_of_bulk(session, clinic.id, bulk.id):
            _not_sent(session, inquiry, "reception_expired", now)
        return None
    if awaits_bulk_answer(session, bulk):
        return now + cadence.retry_after_processing
    fetch_at = earliest(Question.LIST, max(now, bulk.next_fetch_at or now), cadence.retry) or now
    if fetch_at > now:
        return fetch_at
    day, serial = next_serial(session, clinic.id, now)
    file = bulk_request.fetch(
        family=names.BULK_FETCH,
        institution_code=clinic.institution_code,
        reception_number=bulk.reception_number,
        day=day,
        serial=serial,
    )
    job = queue_file(session, clinic.id, BULK_FETCH, file, now, cadence.bulk_answer_within)
    job.bulk_inquiry_id = bulk.id
    session.add(job)
    return now + cadence.retry_after_processing


def _asked_now(session: Session, inquiries: Sequence[Inquiry], now: datetime) -> None:
    """Those of one file; there is at least one."""
    for inquiry in inquiries:
        inquiry.state, inquiry.asked_at, inquiry.tries = InquiryState.ASKED.value, now, inquiry.tries + 1
        inquiry.outcome = inquiry.reason = inquiry.code = inquiry.message = None
    clinic_id = inquiries[0].clinic_id
    save_inquiries(session, clinic_id, inquiries)
    told = [Told("inquiry_sent", inquiry.route, inquiry.patient_id, str(inquiry.id)) for inquiry in inquiries]
    write_events(session, clinic_id, now, THE_RULES, told)


def _not_sent(session: Session, inquiry: Inquiry, reason: str, now: datetime) -> None:
    inquiry.state, inquiry.closed_at = InquiryState.FAILED.value, now
    inquiry.outcome, inquiry.reason = InquiryOutcome.NOT_SENT.value, reason
    save_inquiry(session, inquiry)
    write_event(
        session, inquiry.clinic_id, now, action="inquiry_answered", actor=THE_RULES, outcome=reason,
        patient_id=inquiry.patient_id, subject=str(inquiry.id),
    )  # fmt: skip
