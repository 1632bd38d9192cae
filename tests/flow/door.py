"""The ways into one clinic, each try in a transaction of its own, as the API does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Self, TypeVar
from uuid import UUID

from sqlmodel import Session
from tests.flow.story import Story
from tests.flow.tablets import Tablet
from tests.people import NURSE, StaffMember
from tests.staffing import SEALING, a_while_passes, employ, one_time_code

from otonai.domain.access import TryOutcome
from otonai.domain.factors import Factor
from otonai.flow import sign_in
from otonai.flow.handed_codes import Purpose
from otonai.flow.sessions import OfficeSession, session_of
from otonai.flow.sign_in import Entrance, KnockOutcome, Tried, identity_proved
from otonai.flow.tablet_pins import Opened
from otonai.flow.tries import Place
from otonai.store.audit import Actor
from otonai.store.session import reading, writing
from otonai.store.tables import Staff

T = TypeVar("T")

WRONG = "not-the-right-one-at-all"
HALF_HOUR = timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)
HER_PC = Place(address="192.0.2.10")
A_STRANGERS = Place(address="198.51.100.7")


class Door:
    """The office's door of みなも, and its nurse, who has completed her account."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.admin = Actor("staff", story.clinic.admin_id)
        self.nurse = self.change(lambda s: employ(s, story.clinic.id, NURSE, story.now, by=self.admin).id)

    def change(self, act: Callable[[Session], T]) -> T:
        """One act in one transaction."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            return act(session)

    def her(self, session: Session, staff_id: UUID | None = None) -> Staff:
        """The nurse's account, or another one."""
        return session.get_one(Staff, (self.story.clinic.id, staff_id or self.nurse))

    # --- first proofs ---

    def tried(self, password: str = NURSE.password, name: str = NURSE.login_name, place: Place = HER_PC) -> Tried:
        """A name and a password; nothing is known of the clinic before."""
        with writing(self.story.engine) as session:
            return sign_in.try_password(session, name, password, place, self.story.now)

    def password(
        self, password: str = NURSE.password, name: str = NURSE.login_name, place: Place = HER_PC
    ) -> KnockOutcome:
        """What that led to."""
        return self.tried(password, name, place).outcome

    def handed(self, code: str, place: Place = HER_PC, purpose: Purpose = Purpose.SIGN_UP) -> Tried:
        """A code that somebody was handed."""
        with writing(self.story.engine) as session:
            return sign_in.try_handed_code(session, code, purpose, place, self.story.now)

    # --- second proofs ---

    def code(
        self,
        code: str | None = None,
        *,
        steps: int = 0,
        factor: Factor = Factor.ONE_TIME_CODE,
        place: Place = HER_PC,
        person: StaffMember = NURSE,
    ) -> KnockOutcome:
        """A code of her app, `steps` of thirty seconds ahead of the clock, or one that is given."""
        told = one_time_code(person, self.story.now, steps=steps) if code is None else code
        return self.change(
            lambda s: sign_in.try_code(s, self.her(s), told, factor, place, SEALING, self.story.now).outcome
        )

    # --- coming in ---

    def enter(
        self, *factors: Factor, place: Place = HER_PC, after: str | None = None, staff_id: UUID | None = None
    ) -> Entrance:
        """These factors were proved; `after` is the cookie of the proofs before."""
        arriving = self.whose(after) if after else None

        def act(session: Session) -> Entrance:
            return identity_proved(
                session, self.her(session, staff_id), factors, place, self.story.now, arriving=arriving
            )

        return self.change(act)

    def cookie(self, place: Place = HER_PC) -> str:
        """Signed in with both factors."""
        return self.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, place=place).token

    def known_place(self, address: str = HER_PC.address) -> Place:
        """A browser at which she has signed in before."""
        browser = self.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, place=Place(address=address)).browser
        assert browser is not None
        return Place(address=address, browser=browser)

    def whose(self, cookie: str) -> OfficeSession | None:
        """The session behind a cookie; nothing is known of the clinic before."""
        with reading(self.story.engine) as session:
            return session_of(session, cookie, self.story.now)

    def codes_are_unspent(self) -> None:
        """As if the app had not been used for a while."""
        self.change(a_while_passes)

    def outcomes(self, action: str) -> Iterable[str]:
        """What the audit trail says of one kind of act, oldest first."""
        return [event.outcome for event in self.story.events(action)]


class NursesTablet(Tablet):
    """A tablet on which the nurse of this clinic chooses her PIN."""

    def __init__(self, door: Door, name: str) -> None:
        super().__init__(door.story, name)
        self.door = door

    @classmethod
    def opened(cls, door: Door, name: str = "一台目") -> Self:
        """With her PIN chosen."""
        made = cls(door, name)
        assert made.first_use().outcome is TryOutcome.OPENED
        return made

    def first_use(self, pin: str = NURSE.pin, password: str = NURSE.password, login: str = NURSE.login_name) -> Opened:
        """Name, password and a new PIN."""
        return self.choose(login, password, pin)

    def try_pin(self, pin: str = NURSE.pin) -> Opened:
        """One try at her PIN."""
        return self.pin(self.door.nurse, pin)
