"""A tablet as the flow's tests hold it: enrolled with a key, its pairs by name, opened by people's PINs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from uuid import UUID

from sqlmodel import Session
from tests.flow.story import Story
from tests.people import NURSE

from otonai.domain.dates import business_day
from otonai.domain.device_proof import ProofOutcome, SignedProof
from otonai.domain.devices import DeviceRules
from otonai.flow.device_access import Holder, holder_of, note_use, opened_by
from otonai.flow.enrol_device import keep_tokens, refreshable
from otonai.flow.tablet_pins import Opened, add_person_to_tablet, try_pin
from otonai.rules.devices import device_rules_on
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import Device


class Tablet:
    """One enrolled tablet of the story's clinic. Its first pair is number 1."""

    def __init__(self, story: Story, name: str, key: str = "key") -> None:
        self.story, self.name, self.key = story, name, f"{key} of {name}"
        self._numbers = count(1)
        self.device = Device(
            clinic_id=story.clinic.id, id=new_id(), kind="tablet", name=name, key_thumbprint=self.key,
            enrolled_at=story.now,
        )  # fmt: skip
        with writing(story.engine, story.clinic.id) as session:
            session.add(self.device)
            session.flush()
            self.keep(session, 1)

    @property
    def rules(self) -> DeviceRules:
        """Those in force in the story."""
        return device_rules_on(business_day(self.story.now))

    def access(self, number: int) -> str:
        """The access token of a pair."""
        return f"access {number} of {self.name}"

    def refresh(self, number: int) -> str:
        """The refresh token of a pair."""
        return f"refresh {number} of {self.name}"

    def proof(self, *, key: str | None = None, unique: str | None = None) -> SignedProof:
        """What a good signature says; the newest every time unless `unique` repeats an earlier one."""
        return SignedProof(
            thumbprint=key or self.key, method="POST", address="https://otonai.example/api/oauth/token",
            issued_at=int(self.story.now.timestamp()), unique=unique or f"proof {next(self._numbers)}",
        )  # fmt: skip

    def keep(self, session: Session, number: int, family: UUID | None = None) -> None:
        """Store pair `number`, as the token endpoint does."""
        keep_tokens(
            session, self.row(session), access_token=self.access(number), refresh_token=self.refresh(number),
            family=family, rules=self.rules, now=self.story.now,
        )  # fmt: skip

    def renew(self, shown: int, number: int, proof: SignedProof | None = None) -> bool | ProofOutcome:
        """Exchange the refresh token of pair `shown` for pair `number`."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            proof = proof or self.proof()
            row = refreshable(session, self.refresh(shown), proof, rules=self.rules, now=self.story.now)
            if row is None or isinstance(row, ProofOutcome):
                return row or False
            row.spent_at = self.story.now
            self.keep(session, number, row.family)
            return True

    def holder(self, number: int = 1) -> Holder:
        """Who is known behind the access token of a pair."""
        found = self.story.look(lambda s: holder_of(s, self.access(number), self.story.now))
        assert found is not None
        return found

    def works(self, number: int) -> bool:
        """Whether the access token of a pair opens anything."""
        return self.holder(number).active and not self.holder(number).ended

    def use(self, number: int = 1, unlock: str = "", proof: SignedProof | None = None) -> bool:
        """One call with the access token of a pair; False when its proof was used before."""
        holder, now = self.holder(number), self.story.now
        opened = self.story.look(lambda s: opened_by(s, holder, unlock, now))
        with writing(self.story.engine, self.story.clinic.id) as session:
            proof = proof or self.proof()
            return note_use(session, holder, opened, proof, forget_at=now + self.rules.keep_proofs, now=now)

    def choose(self, login: str, password: str, pin: str = NURSE.pin) -> Opened:
        """First use by a person."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            return add_person_to_tablet(
                session, self.row(session), login_name=login, password=password, new_pin=pin, now=self.story.now
            )

    def pin(self, staff_id: UUID, pin: str = NURSE.pin) -> Opened:
        """One try at a PIN."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            opened = try_pin(session, self.row(session), staff_id, pin, self.story.now)
        assert opened is not None
        return opened

    def row(self, session: Session) -> Device:
        """The device itself."""
        return session.get_one(Device, (self.story.clinic.id, self.device.id))

    def opened_by(self, unlock: str) -> UUID | None:
        """Who has it open with this unlock."""
        told: Callable[[Session], UUID | None] = lambda s: (  # noqa: E731 -- one look
            found.staff_id if (found := opened_by(s, self.holder(), unlock, self.story.now)) else None
        )
        return self.story.look(told)
