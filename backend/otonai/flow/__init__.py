"""The eight steps from the consent at the bedside to the drug list on the tablet.

1. `invite_consent`   the clinic's official page as address and code; a hand-over at one visit → ConsentInvitation
2. `send_request`     情報申請 and its fetch: one file each for the bridge → TerminalRequest
   `request_medical`  drugs and checkups of those who agreed, whose copy is missing or old → TerminalRequest
   `ask_inquiry`      people without their card: by number, 再照会, one or many, now or at night → TerminalRequest
3. `receive_result`   a file that the bridge brought: archived first, read second → TerminalResult
4. `told_people`      every person of the consented list, kept once however often they arrive → ConsentedPatient
5. `match_patients`   which chart it is; the rules link only what is certain → Match
6. `update_ledger`    確認日 always; differences wait for a person, whose act is versioned → LedgerChange
7. `sync_tablet`      the day as one tablet may hold it → TabletRecord
8. `show_medical`     drugs and checkups, behind PIN, role, consent and deadline; each look is audited

What may be about thousands (medical information, answers that never came) is done for some at a time, so that nobody
else in the clinic waits for long to write. `advance()` runs whatever of steps 2-6 is ready for one clinic. It may be
called at any time and any number of times: buttons, the worker and an arriving file all call it, so that automation
and people use one code path.
Flow files do not call each other (step 4, `take_card` for cards at the office and `receive_inquiry` run inside step
3's transaction); what one leaves in the database is the next one's input.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from ..domain.dates import business_day
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..store.due import want_by
from ..store.session import reading, writing
from ..store.tables import Clinic
from ..terminal.result import ReadOutcome
from . import ask_inquiry, match_patients, receive_result, request_medical, send_request, update_ledger

log = logging.getLogger("otonai.flow")

#: Latest time until a clinic is looked at again although nothing is due.
LONGEST_REST = timedelta(minutes=5)


def advance(engine: Engine, clinic_id: UUID, now: datetime, just_read: ReadOutcome | None = None) -> datetime:
    """Run what is ready; each step is its own transaction.

    `just_read` is the file that brought the caller here; it need not be read again. Returns, and writes down for the
    workers, when something will be ready next.
    """
    with reading(engine, clinic_id) as session:
        restarts = session.get_one(Clinic, clinic_id).terminal_restarts
    cadence = cadence_on(business_day(now), restarts=restarts)
    for message_id in receive_result.waiting_messages(engine, clinic_id):
        try:
            with writing(engine, clinic_id) as session:
                receive_result.read_message(session, clinic_id, message_id, now, cadence, just_read)
        except Exception:
            # It stays in the archive, unread, and is tried again; the others must not wait for it.
            log.exception("message not read clinic=%s message=%s", clinic_id, message_id)
    with writing(engine, clinic_id) as session:
        match_patients.match_waiting(session, clinic_id, now)
    with writing(engine, clinic_id) as session:
        update_ledger.confirm_certain(session, clinic_id, now)
    more = True
    while more:
        with writing(engine, clinic_id) as session:
            more = send_request.give_up_unanswered(session, clinic_id, now)
    rules = inquiry_rules_on(business_day(now))
    with reading(engine, clinic_id) as session:
        booked = ask_inquiry.booked_for_the_day(session, session.get_one(Clinic, clinic_id), now, rules)
        wants = request_medical.wanted(session, clinic_id, now, cadence)
    for start in range(0, len(wants), request_medical.AT_ONCE):
        with writing(engine, clinic_id) as session:
            request_medical.ask(session, clinic_id, wants[start : start + request_medical.AT_ONCE], now, cadence)
    for start in range(0, len(booked), ask_inquiry.AT_ONCE):
        with writing(engine, clinic_id) as session:
            some = booked[start : start + ask_inquiry.AT_ONCE]
            ask_inquiry.ask_for_the_day(session, session.get_one(Clinic, clinic_id), some, now, cadence, rules)
    with writing(engine, clinic_id) as session:
        clinic = session.get_one(Clinic, clinic_id)
        inquiry_due = ask_inquiry.send_due(session, clinic, now, cadence, rules)
        due = min(send_request.request_and_fetch(session, clinic_id, now, cadence), now + LONGEST_REST)
        due = due if inquiry_due is None else min(due, inquiry_due)
        want_by(session, clinic_id, due)
    return due


def advance_soon(engine: Engine, clinic_id: UUID, now: datetime, just_read: ReadOutcome | None = None) -> None:
    """Advance now, on behalf of a caller whose own work is already committed.

    A failure must not turn the caller's success into an error: it is logged, and a worker takes the clinic up.
    """
    try:
        advance(engine, clinic_id, now, just_read)
    except Exception:
        log.exception("advance failed clinic=%s", clinic_id)
        with writing(engine, clinic_id) as session:
            want_by(session, clinic_id, now)
