"""A simulator in a temporary folder with a clock that only tests move."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

from otonai_simulator.clock import JST
from otonai_simulator.config import Institution, Pace, Settings
from otonai_simulator.lookup import SearchKey
from otonai_simulator.people import person
from otonai_simulator.person import ConsentItem
from otonai_simulator.simulator import Simulator

MINAMO = "1319999990"
HINATA = "1339999991"
EVERYTHING = frozenset(ConsentItem)


class Practice:
    """One simulator with two terminals, stepped by hand: drop a request, let time pass, read what appeared."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=JST)
        self.institutions = (
            Institution(MINAMO, "minamo", folder / "minamo"),
            Institution(HINATA, "hinata", folder / "hinata"),
        )
        self.settings = Settings(
            institutions=self.institutions,
            state_dir=folder / "state",
            pace=Pace(pickup_ms=300, answer_ms=1200, bulk_ready_ms=20_000),
            stay_minutes=10_000_000,
        )
        for name, value in settings.items():
            object.__setattr__(self.settings, name, value)
        self.serial = 5000
        self.start()

    def start(self) -> None:
        """(Re)start on the same folders, as after a power cut."""
        self.simulator = Simulator(self.settings, clock=lambda: self.now)
        self.page = self.simulator.app.test_client()

    @property
    def res(self) -> Path:
        """The result folder of clinic 1."""
        return self.institutions[0].results

    @property
    def face(self) -> Path:
        """The reader's folder of clinic 1."""
        return self.institutions[0].faces

    def step(self) -> None:
        """One round of every terminal."""
        for terminal in self.simulator.terminals.values():
            terminal.step()

    def later(self, seconds: float) -> None:
        """Let time pass and the terminals work at its end."""
        self.now += timedelta(seconds=seconds)
        self.step()

    def drop(self, family: str, content: bytes, *, code: str = MINAMO, name: str | None = None) -> str:
        """Put a request into `req` as a bridge does; the stem of the expected answer."""
        self.serial += 1
        stem = name or f"{family}req_20261123{self.serial}"
        folder = next(each for each in self.institutions if each.code == code).requests
        (folder / f"{stem}.part").write_bytes(content)
        (folder / f"{stem}.part").rename(folder / f"{stem}.xml")
        return stem.replace("req_", "res_")

    def ask(self, family: str, content: bytes, *, code: str = MINAMO) -> etree._Element:
        """Drop a request and wait as long as a single answer takes; the answer's root."""
        stem = self.drop(family, content, code=code)
        self.step()
        self.later(0.3)
        self.later(1.2)
        folder = next(each for each in self.institutions if each.code == code).results
        return etree.fromstring((folder / f"{stem}.xml").read_bytes())

    def consent(self, key: str, items: frozenset[ConsentItem] = EVERYTHING, *, days_ago: int = 0) -> None:
        """Someone consented at clinic 1 by the page, some days ago."""
        self.simulator.center.register_consent(
            institution_code=MINAMO,
            person=key,
            items=items,
            prescription="paper",
            consented_at=self.now - timedelta(days=days_ago),
            recorded_at=self.now,
        )


def key_of(name: str) -> SearchKey:
    """The insurance key on someone's present card."""
    someone = person(name)
    assert someone.insurance is not None
    return SearchKey(
        insurer_number=someone.insurance.insurer_number,
        card_symbol=someone.insurance.card_symbol,
        card_number=someone.insurance.card_number,
        branch_number=someone.insurance.branch_number,
        birth_date=someone.birth_date,
    )


def envelope(header: str, body: str, *, encoding: str = "UTF-8", code: str = MINAMO) -> bytes:
    """A request file."""
    return (
        f'<?xml version="1.0" encoding="{encoding}" standalone="no"?><XmlMsg><MessageHeader>'
        f"<MedicalInstitutionCode>{code}</MedicalInstitutionCode>{header}</MessageHeader>"
        f"<MessageBody>{body}</MessageBody></XmlMsg>"
    ).encode("cp932" if encoding == "Shift_JIS" else encoding)


def eligibility_request(
    key: SearchKey, *, extra: str = "", code: str = MINAMO, encoding: str = "UTF-8", limit: str = "0"
) -> bytes:
    """OQSsiquc01 (oqs-interface 4.1); `extra` goes at the end of the query."""
    birth = f"<Birthdate>{key.birth_date:%Y%m%d}</Birthdate>" if key.birth_date else ""
    return envelope(
        "<QualificationConfirmationDate>20261123</QualificationConfirmationDate>"
        "<ArbitraryFileIdentifier>file-7</ArbitraryFileIdentifier>",
        f"<QualificationConfirmSearchInfo>{insurance(key)}{birth}"
        f"<LimitApplicationCertificateRelatedConsFlg>{limit}</LimitApplicationCertificateRelatedConsFlg>{extra}"
        "</QualificationConfirmSearchInfo>",
        code=code,
        encoding=encoding,
    )


def insurance(key: SearchKey) -> str:
    """The elements of an insurance key in the OQS family."""
    return (
        f"<InsurerNumber>{key.insurer_number:>8}</InsurerNumber>"
        f"<InsuredCardSymbol>{key.card_symbol}</InsuredCardSymbol>"
        f"<InsuredIdentificationNumber>{key.card_number}</InsuredIdentificationNumber>"
        f"<InsuredBranchNumber>{key.branch_number}</InsuredBranchNumber>"
    )


def list_request(first: str = "20261101", last: str = "20261123", *, flag: str = "2", code: str = MINAMO) -> bytes:
    """OQSmuhvq01 for a 確認期間."""
    return envelope(
        "<ArbitraryFileIdentifier>file-9</ArbitraryFileIdentifier>",
        f"<QualificationConfirmSearchInfo><ConsentDateFrom>{first}</ConsentDateFrom><ConsentDateTo>{last}</ConsentDateTo>"
        f"<MedicalTreatmentFlag>{flag}</MedicalTreatmentFlag></QualificationConfirmSearchInfo>",
        code=code,
        encoding="Shift_JIS",
    )


def fetch_request(reception_number: str, *, code: str = MINAMO) -> bytes:
    """The 02 step of a bulk inquiry."""
    return envelope("", f"<ReceptionNumber>{reception_number}</ReceptionNumber>", code=code)


def registration(key: SearchKey, number: str) -> str:
    """One ReferenceNumberRegistrationInfo."""
    return (
        f"<ReferenceNumberRegistrationInfo><ReferenceNumber>{number}</ReferenceNumber>{insurance(key)}"
        "</ReferenceNumberRegistrationInfo>"
    )


def medical_request(
    key: SearchKey, *, category: str = "2", flag: str = "2", months: tuple[str, str] = ("", "")
) -> bytes:
    """YZKsiquc01 or TKKsiquc01 (oqs-interface 9.1)."""
    return envelope(
        f"<InsurerNumber>{key.insurer_number}</InsurerNumber>"
        f"<InsuranceCardSymbol>{key.card_symbol}</InsuranceCardSymbol>"
        f"<InsuredPersonIdentificationNumber>{key.card_number}</InsuredPersonIdentificationNumber>"
        f"<BranchNumber>{key.branch_number}</BranchNumber><ArbitraryFileIdentifier>P-1</ArbitraryFileIdentifier>",
        f"<StartDate>{months[0]}</StartDate><EndDate>{months[1]}</EndDate><FileCategory>{category}</FileCategory>"
        f"<PrDiInfClassification>1</PrDiInfClassification><MedicalTreatmentFlag>{flag}</MedicalTreatmentFlag>",
    )


def text(root: etree._Element, name: str) -> str | None:
    """The first element of that name at any depth."""
    found = root.find(f".//{name}")
    return None if found is None else found.text
