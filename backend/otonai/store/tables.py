"""Every table. Clinic-owned tables have the primary key (clinic_id, id) and foreign keys that carry clinic_id.

Two rules hold the wall (design 7): a row is addressed by its clinic and its id together, and a reference
into another clinic cannot be written. Ids are UUIDv7, made by the caller. Enums are stored as their words.
Undistributed tables (needed before a clinic is known) are grouped at the end and hold no personal data.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    column,
    false,
    true,
)
from sqlmodel import Field, SQLModel

#: Every constraint has a name, so that a later migration can speak of it on both engines.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _owned_by(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key inside one clinic: (clinic_id, column) → (clinic_id, id)."""
    return ForeignKeyConstraint(["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"])


class Clinic(SQLModel, table=True):
    """One clinic (医療機関) and its settings."""

    __tablename__ = "clinic"
    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str
    institution_code: str = Field(unique=True)
    consent_url: str | None = None
    link_by_itself: bool = True
    carry_medical: bool = False
    offline_medical: str = "strict"
    automatic_requests: bool = True
    automatic_inquiries: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    reinquiry: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    terminal_restarts: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    notice_rules: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON))
    support_card: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    password_policy: str = Field(default="long_phrase", sa_column_kwargs={"server_default": "long_phrase"})
    two_factors: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    one_factor_since: datetime | None = None
    own_provider: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime


class ClinicOwned(SQLModel):
    """What every row of a clinic carries, first in its key; sessions keep to one clinic by it (`store/session.py`)."""

    clinic_id: UUID = Field(primary_key=True, foreign_key="clinic.id")


class _Owned(ClinicOwned):
    """What almost every clinic-owned row has: an id of its own beside its clinic's."""

    id: UUID = Field(primary_key=True)


class ClinicClock(ClinicOwned, table=True):
    """Counters of one clinic. The row lock makes commit order equal number order (sync-engine 6)."""

    __tablename__ = "clinic_clock"
    change_sequence: int = 0
    job_sequence: int = 0
    audit_sequence: int = 0
    audit_hash: str = "0" * 64
    file_day: date | None = None
    file_serial: int = 5000


class Staff(_Owned, table=True):
    """A person who works at the clinic, or the emergency account of one sealed code.

    `password_hash` is empty as long as nobody has chosen a password. `password_due`: a new one must be chosen first.
    """

    __tablename__ = "staff"
    name: str
    login_name: str = Field(unique=True)
    role: str
    password_hash: str = Field(default="", repr=False)
    password_changed_at: datetime | None = None
    password_due: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    active: bool = True
    created_at: datetime


class StaffSession(_Owned, table=True):
    """A browser at the office on its way in or signed in; the cookie's value is stored only as a hash.

    `stage` and `factors` are the words of `domain/factors.py`; only the stage `open` reaches the clinic.
    """

    __tablename__ = "staff_session"
    staff_id: UUID
    token_hash: str = Field(unique=True, repr=False)
    stage: str
    factors: list[str] = Field(sa_column=Column(JSON, nullable=False))
    browser: str = ""
    created_at: datetime
    proved_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    __table_args__ = (_owned_by("staff", "staff_id"), Index("staff_session_by_staff", "clinic_id", "staff_id"))


class Authenticator(_Owned, table=True):
    """An authenticator app (RFC 6238) of one person; proves nothing before its first code was confirmed.

    `last_step` is the time step of the newest accepted code: no code works twice.
    """

    __tablename__ = "authenticator"
    staff_id: UUID
    secret: str = Field(repr=False)
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    __table_args__ = (_owned_by("staff", "staff_id"), Index("authenticator_by_staff", "clinic_id", "staff_id"))


class RecoveryCode(_Owned, table=True):
    """One of ten codes for the day the telephone is lost; argon2id, each works once."""

    __tablename__ = "recovery_code"
    staff_id: UUID
    position: int
    code_hash: str = Field(repr=False)
    made_at: datetime
    used_at: datetime | None = None
    __table_args__ = (_owned_by("staff", "staff_id"), UniqueConstraint("clinic_id", "staff_id", "position"))


class Passkey(_Owned, table=True):
    """A passkey of one person: its public key, and what the authenticator last said about itself.

    `credential_hash` is the digest of the credential's id, by which it is found. A key that seems to be in two hands is
    suspended for good.
    """

    __tablename__ = "passkey"
    staff_id: UUID
    name: str
    credential_id: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    credential_hash: str = Field(unique=True)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sign_count: int = Field(sa_column=Column(BigInteger, nullable=False))
    backup_eligible: bool
    backed_up: bool
    transports: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime
    last_used_at: datetime | None = None
    suspended_at: datetime | None = None
    __table_args__ = (_owned_by("staff", "staff_id"), Index("passkey_by_staff", "clinic_id", "staff_id"))


class SpentChallenge(_Owned, table=True):
    """A challenge of a sign-in that was answered and is good for nothing more. `id` is a digest of it."""

    __tablename__ = "spent_challenge"
    forget_at: datetime
    __table_args__ = (Index("spent_challenge_by_end", "clinic_id", "forget_at"),)


class SignInProvider(ClinicOwned, table=True):
    """The clinic's own OpenID provider. The secret is sealed (`flow/sealing.py`); a public client has none."""

    __tablename__ = "sign_in_provider"
    issuer: str
    client_id: str
    client_secret: str | None = Field(default=None, repr=False)
    claim: str
    second_factor_by: str
    acr: str | None = None
    password_too: bool = True
    chosen_at: datetime


class ProviderLink(_Owned, table=True):
    """Under which name the provider knows one person of the clinic. Made once, by that person."""

    __tablename__ = "provider_link"
    staff_id: UUID
    issuer: str
    subject: str = Field(repr=False)
    linked_at: datetime
    last_used_at: datetime | None = None
    __table_args__ = (
        _owned_by("staff", "staff_id"),
        UniqueConstraint("clinic_id", "staff_id"),
        UniqueConstraint("clinic_id", "issuer", "subject"),
    )


class HandedCode(_Owned, table=True):
    """A one-use code that somebody hands to a person: to begin an account or (demo profile) to sign in once."""

    __tablename__ = "handed_code"
    staff_id: UUID
    purpose: str
    code_hash: str = Field(unique=True, repr=False)
    made_by: UUID | None = None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    __table_args__ = (_owned_by("staff", "staff_id"),)


class KnownBrowser(_Owned, table=True):
    """A browser at which a person has signed in: its tries are counted apart from those of strangers (F53)."""

    __tablename__ = "known_browser"
    staff_id: UUID
    token_hash: str = Field(repr=False)
    known_since: datetime
    last_used_at: datetime
    __table_args__ = (_owned_by("staff", "staff_id"), UniqueConstraint("clinic_id", "staff_id", "token_hash"))


class EmergencySeal(_Owned, table=True):
    """One sealed code of the emergency account: made, opened once, ended (シス11). `staff_id` is the account it opens.

    Opened, it lets in again only the browser that opened it, and only until `ends_at`.
    """

    __tablename__ = "emergency_seal"
    staff_id: UUID
    code_hash: str = Field(unique=True, repr=False)
    made_by: UUID | None = None
    made_at: datetime
    opened_at: datetime | None = None
    opened_by: UUID | None = None
    reason: str | None = None
    browser_hash: str | None = Field(default=None, repr=False)
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    __table_args__ = (_owned_by("staff", "staff_id"), Index("emergency_seal_by_time", "clinic_id", "made_at"))


class Device(_Owned, table=True):
    """An enrolled tablet or bridge. `key_thumbprint` names the key that signs its requests (RFC 7638).

    Devices taken in before there were keys have none; they are asked to enrol again.
    """

    __tablename__ = "device"
    kind: str
    name: str
    ownership: str = "clinic"
    key_thumbprint: str | None = None
    state: str = "active"
    enrolled_at: datetime
    enrolled_by: UUID | None = None
    last_seen_at: datetime | None = None
    version: str | None = None
    unsent: int | None = None
    next_sequence: int = 1
    health: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    key_mode: str | None = None
    storage_persisted: bool | None = None
    skew_seconds: int | None = None
    packed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    stopped_at: datetime | None = None
    stopped_because: str | None = None
    wiped_at: datetime | None = None


class DayShare(_Owned, table=True):
    """The server's half of one person's day key on one tablet. Without `secret`, the tablet's pages are noise."""

    __tablename__ = "day_share"
    device_id: UUID
    staff_id: UUID
    day: date
    data_class: str
    secret: str | None = None
    made_at: datetime
    not_after: datetime
    ended_at: datetime | None = None
    ended_because: str | None = None
    __table_args__ = (
        _owned_by("device", "device_id"),
        _owned_by("staff", "staff_id"),
        UniqueConstraint("clinic_id", "device_id", "staff_id", "day", "data_class"),
    )


class PackedDay(_Owned, table=True):
    """Whose data one tablet carried on one day, by ids: what has to be told when it is lost."""

    __tablename__ = "packed_day"
    device_id: UUID
    staff_id: UUID
    day: date
    patients: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    medical: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    packed_at: datetime
    __table_args__ = (
        _owned_by("device", "device_id"),
        _owned_by("staff", "staff_id"),
        UniqueConstraint("clinic_id", "device_id", "staff_id", "day"),
    )


class DeviceToken(_Owned, table=True):
    """One access/refresh pair of a device, as hashes. A family is one enrolment; reuse of a spent pair ends it."""

    __tablename__ = "device_token"
    device_id: UUID
    family: UUID
    access_hash: str = Field(unique=True)
    refresh_hash: str = Field(unique=True)
    issued_at: datetime
    access_expires_at: datetime
    refresh_expires_at: datetime
    used_at: datetime | None = None
    spent_at: datetime | None = None
    revoked_at: datetime | None = None
    __table_args__ = (_owned_by("device", "device_id"),)


class UsedProof(_Owned, table=True):
    """A proof of possession that was shown once and is good for nothing more. `id` is a digest of key and proof."""

    __tablename__ = "used_proof"
    device_id: UUID
    forget_at: datetime
    __table_args__ = (_owned_by("device", "device_id"), Index("used_proof_by_end", "clinic_id", "forget_at"))


class TabletPerson(_Owned, table=True):
    """A staff member who may open one tablet, with the PIN they chose there (argon2id) and its tries."""

    __tablename__ = "tablet_person"
    device_id: UUID
    staff_id: UUID
    pin_hash: str
    wrong_in_row: int = 0
    locked_until: datetime | None = None
    chosen_at: datetime
    __table_args__ = (
        _owned_by("device", "device_id"),
        _owned_by("staff", "staff_id"),
        UniqueConstraint("clinic_id", "device_id", "staff_id"),
    )


class Unlock(_Owned, table=True):
    """A tablet opened by a person's PIN; ends by lock, idleness or stop."""

    __tablename__ = "unlock"
    device_id: UUID
    staff_id: UUID
    token_hash: str = Field(unique=True)
    opened_at: datetime
    last_used_at: datetime
    ended_at: datetime | None = None
    __table_args__ = (_owned_by("device", "device_id"), _owned_by("staff", "staff_id"))


class Patient(_Owned, table=True):
    """A chart of the ledger (患者原簿): the values in force. What they were before is in `ledger_change`.

    `withdrawn` marks a chart whose registration was undone: kept with its history, found by nobody.
    """

    __tablename__ = "patient"
    chart_number: str | None = None
    name: str
    name_kana: str | None = None
    kana_key: str = ""
    sex: str | None = None
    birth_date: date
    postal_code: str | None = None
    address: str | None = None
    telephone: str | None = None
    reference_number: str | None = None
    linked: bool = False
    is_test: bool = False
    withdrawn: bool = False
    last_checked_at: datetime | None = None
    last_check_kind: str | None = None
    last_validity: str | None = None
    last_validity_code: str | None = None
    version: int = 1
    created_at: datetime
    __table_args__ = (
        UniqueConstraint("clinic_id", "chart_number"),
        Index("patient_by_birth_date", "clinic_id", "birth_date"),
        Index("patient_by_kana", "clinic_id", "kana_key"),
    )


class Coverage(_Owned, table=True):
    """One insurance of a patient. `position` 0 is in force, 1 is 過1, and so on."""

    __tablename__ = "coverage"
    patient_id: UUID
    position: int = 0
    insurer_number: str | None = None
    insurer_name: str | None = None
    card_symbol: str | None = None
    card_number: str | None = None
    branch_number: str | None = None
    relation: str | None = None
    insured_name: str | None = None
    card_class: str | None = None
    contribution_ratio: int | None = None
    qualified_on: date | None = None
    lost_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    issued_on: date | None = None
    limit_category: str | None = None
    limit_from: date | None = None
    limit_until: date | None = None
    withdrawn: bool = False
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("coverage_by_patient", "clinic_id", "patient_id"),
    )


class Insurer(_Owned, table=True):
    """One word about an insurer, by its number without padding; the highest version stands, the others are its past."""

    __tablename__ = "insurer"
    number: str
    version: int
    name: str | None = None
    telephone: str | None = None
    postal_code: str | None = None
    address: str | None = None
    source: str
    source_id: UUID | None = None
    told_at: datetime
    __table_args__ = (UniqueConstraint("clinic_id", "number", "version"),)


class PublicExpense(_Owned, table=True):
    """One 公費 of a patient, typed from its certificate. `monthly_limit` in yen."""

    __tablename__ = "public_expense"
    patient_id: UUID
    payer_number: str | None = None
    recipient_number: str | None = None
    priority: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    monthly_limit: int | None = None
    withdrawn: bool = False
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("public_expense_by_patient", "clinic_id", "patient_id"),
    )


class CareInsurance(_Owned, table=True):
    """One 認定 of 介護保険, typed from its certificate. `contribution_ratio` in per cent."""

    __tablename__ = "care_insurance"
    patient_id: UUID
    insurer_number: str | None = None
    insured_number: str | None = None
    care_level: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    contribution_ratio: int | None = None
    ratio_from: date | None = None
    ratio_until: date | None = None
    withdrawn: bool = False
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("care_insurance_by_patient", "clinic_id", "patient_id"),
    )


class LedgerChange(_Owned, table=True):
    """One act on one chart: every value before and after, who or which check it came from, and its undoing."""

    __tablename__ = "ledger_change"
    patient_id: UUID
    kind: str
    at: datetime
    actor_kind: str
    actor_id: UUID | None = None
    source_kind: str
    source_id: UUID | None = None
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    undone_at: datetime | None = None
    undoes: UUID | None = None
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("ledger_change_by_patient", "clinic_id", "patient_id", "at"),
    )


class EligibilityCheck(_Owned, table=True):
    """確認日 with its kind, written on every check, changed or not (S-098, S-099)."""

    __tablename__ = "eligibility_check"
    patient_id: UUID
    checked_at: datetime
    kind: str
    validity: str | None = None
    validity_code: str | None = None
    message_id: UUID | None = None
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("eligibility_check_by_patient", "clinic_id", "patient_id", "checked_at"),
    )


class PatientConsent(_Owned, table=True):
    """The newest answer of one patient for one kind of information."""

    __tablename__ = "patient_consent"
    patient_id: UUID
    kind: str
    flag: str
    consented_at: datetime | None = None
    available_until: datetime | None = None
    message_id: UUID | None = None
    __table_args__ = (_owned_by("patient", "patient_id"), UniqueConstraint("clinic_id", "patient_id", "kind"))


class HomeVisitRequest(_Owned, table=True):
    """A 情報申請 for one 確認期間 on its way (design 6)."""

    __tablename__ = "home_visit_request"
    consent_from: date
    consent_to: date
    state: str
    trigger: str
    requested_at: datetime
    requested_by: UUID | None = None
    reception_number: str | None = None
    accepted_at: datetime | None = None
    next_fetch_at: datetime | None = None
    fetched_at: datetime | None = None
    found: int | None = None
    reason: str | None = None
    message: str | None = None
    __table_args__ = (Index("home_visit_request_by_state", "clinic_id", "state"),)


class BulkInquiry(_Owned, table=True):
    """One 一括照会 on its way: many people in one file, its 受付番号, its fetch. States are those of a 情報申請."""

    __tablename__ = "bulk_inquiry"
    state: str
    people: int
    requested_at: datetime
    reception_number: str | None = None
    accepted_at: datetime | None = None
    next_fetch_at: datetime | None = None
    reason: str | None = None
    __table_args__ = (Index("bulk_inquiry_by_state", "clinic_id", "state"),)


class Inquiry(_Owned, table=True):
    """One question about one patient without the card, and what became of it (S-128).

    `open_key` names patient and route while something is still to come: no second one can be made beside it.
    `due_at` is when it may be sent, `at_night` that it waits for a night. `code` holds the codes for support,
    `message` the center's own words.
    """

    __tablename__ = "inquiry"
    patient_id: UUID
    route: str
    occasion: str
    state: str
    open_key: str | None = None
    limit_consent: str
    wanted_at: datetime
    due_at: datetime
    at_night: bool = False
    asked_by: UUID | None = None
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    bulk_id: UUID | None = None
    message_id: UUID | None = None
    tries: int = 0
    outcome: str | None = None
    reason: str | None = None
    code: str | None = None
    message: str | None = None
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        _owned_by("bulk_inquiry", "bulk_id"),
        UniqueConstraint("clinic_id", "open_key"),
        Index("inquiry_by_patient", "clinic_id", "patient_id", "wanted_at"),
        Index("inquiry_by_time", "clinic_id", "wanted_at"),
        Index("inquiry_by_state", "clinic_id", "state", "due_at"),
    )


class PatientReadiness(_Owned, table=True):
    """What is known of a patient's card, registration, PIN and papers (`domain/readiness.py`); `id` is the patient."""

    __tablename__ = "patient_readiness"
    card: str
    use: str
    pin: str
    certificate_until: date | None = None
    paper: str
    paper_until: date | None = None
    note: str | None = None
    updated_at: datetime
    updated_by: UUID | None = None
    version: int = 1
    __table_args__ = (_owned_by("patient", "id"),)


class TerminalJob(_Owned, table=True):
    """One file that the bridge shall write into `req`, and what became of it. Never resent by itself."""

    __tablename__ = "terminal_job"
    family: str
    file_name: str
    expected_stem: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str
    state: str
    created_at: datetime
    answer_by: datetime
    written_at: datetime | None = None
    answered_at: datetime | None = None
    reason: str | None = None
    request_id: UUID | None = None
    patient_id: UUID | None = None
    inquiry_id: UUID | None = None
    bulk_inquiry_id: UUID | None = None
    __table_args__ = (
        _owned_by("home_visit_request", "request_id"),
        _owned_by("patient", "patient_id"),
        _owned_by("inquiry", "inquiry_id"),
        _owned_by("bulk_inquiry", "bulk_inquiry_id"),
        UniqueConstraint("clinic_id", "file_name"),
        Index("terminal_job_by_state", "clinic_id", "state"),
        Index("terminal_job_by_stem", "clinic_id", "expected_stem"),
    )


class TerminalMessage(_Owned, table=True):
    """The archive: raw bytes of every file that arrived, with hash, outcome of reading, and where it belongs."""

    __tablename__ = "terminal_message"
    delivery_id: UUID
    job_id: UUID | None = None
    kind: str
    file_name: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime
    outcome: str
    reason: str | None = None
    processed_at: datetime | None = None
    unknown_elements: list[str] | None = Field(default=None, sa_column=Column(JSON))
    __table_args__ = (
        _owned_by("terminal_job", "job_id"),
        UniqueConstraint("clinic_id", "delivery_id"),
        Index("terminal_message_by_hash", "clinic_id", "sha256"),
        Index("terminal_message_unprocessed", "clinic_id", "processed_at"),
    )


class ConsentedPatient(_Owned, table=True):
    """One person of the 訪問オン資同意済一覧: what was delivered, which chart it is, what the office decided.

    `route` says which question brought it: the list itself (`home_visit`), or an inquiry (`domain/inquiry.py`).
    """

    __tablename__ = "consented_patient"
    identity: str
    route: str = Field(default="home_visit", sa_column_kwargs={"server_default": "home_visit"})
    request_id: UUID | None = None
    inquiry_id: UUID | None = None
    message_id: UUID
    record: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    record_hash: str
    name_kana_key: str = ""
    confirmed_at: datetime
    told_at: datetime
    validity: str | None = None
    validity_code: str | None = None
    prescription_form: str | None = None
    match_outcome: str
    match_reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    candidates: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    patient_id: UUID | None = None
    matched_by: str = "rule"
    state: str
    result: str | None = None
    result_count: int | None = None
    match_wanted: bool = True
    check_wanted: bool = False
    undo: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    version: int = 1
    __table_args__ = (
        _owned_by("home_visit_request", "request_id"),
        _owned_by("inquiry", "inquiry_id"),
        _owned_by("terminal_message", "message_id"),
        _owned_by("patient", "patient_id"),
        UniqueConstraint("clinic_id", "identity"),
        Index("consented_patient_by_state", "clinic_id", "state", "confirmed_at"),
    )


class MedicalDocument(_Owned, table=True):
    """Drugs or checkups of one linked patient: the newest answer of each kind, with its deadline."""

    __tablename__ = "medical_document"
    patient_id: UUID
    kind: str
    state: str
    job_id: UUID | None = None
    message_id: UUID | None = None
    content: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    requested_at: datetime | None = None
    fetched_at: datetime | None = None
    available_until: datetime | None = None
    data_until_month: str | None = None
    reason: str | None = None
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        _owned_by("terminal_message", "message_id"),
        UniqueConstraint("clinic_id", "patient_id", "kind"),
    )


class Visit(_Owned, table=True):
    """One planned or made visit, with what was registered at the bedside."""

    __tablename__ = "visit"
    patient_id: UUID
    planned_at: datetime
    day: date
    visit_type: str
    state: str = "planned"
    place_note: str | None = None
    card_plan: str = "unknown"
    card_note: str | None = None
    handover_opened_at: datetime | None = None
    consent_outcome: str | None = None
    consent_reason: str | None = None
    consent_reported_at: datetime | None = None
    consent_received_at: datetime | None = None
    consent_awaited: bool = False
    registration: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    registered_at: datetime | None = None
    route_position: int | None = None
    version: int = 1
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        Index("visit_by_day", "clinic_id", "day"),
    )


class Attendance(_Owned, table=True):
    """One person in the house on one day (院内患者)."""

    __tablename__ = "attendance"
    patient_id: UUID
    day: date
    arrived_at: datetime
    arrival: str
    state: str
    place: str
    doctor_id: UUID | None = None
    version: int = 1
    __table_args__ = (
        _owned_by("patient", "patient_id"),
        _owned_by("staff", "doctor_id"),
        UniqueConstraint("clinic_id", "day", "patient_id"),
    )


class SyncReceipt(_Owned, table=True):
    """What became of one tablet entry; the same entry twice gets the same answer (design 8).

    An entry that was not applied is kept here, still sealed, so that nothing a person entered is lost.
    """

    __tablename__ = "sync_receipt"
    device_id: UUID
    sequence: int
    outcome: str
    code: str | None = None
    key_id: str
    box: str | None = Field(default=None, sa_column=Column(Text))
    received_at: datetime
    __table_args__ = (_owned_by("device", "device_id"), UniqueConstraint("clinic_id", "device_id", "sequence"))


class BoxKey(_Owned, table=True):
    """A key pair to which tablets seal what a person enters. Retired keys stay until every tablet has drained."""

    __tablename__ = "box_key"
    key_id: str = Field(unique=True)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    private_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime
    retired_at: datetime | None = None


class ChangeFeed(ClinicOwned, table=True):
    """The numbered feed of a clinic: which record changed at which sequence. Never a timestamp as cursor."""

    __tablename__ = "change_feed"
    sequence: int = Field(primary_key=True)
    entity: str
    entity_id: UUID
    __table_args__ = (Index("change_feed_by_entity", "clinic_id", "entity", "entity_id"),)


class AuditEvent(ClinicOwned, table=True):
    """One disclosure, change, sign-in or denied try. Append-only; each row's hash covers the one before it."""

    __tablename__ = "audit_event"
    sequence: int = Field(primary_key=True)
    at: datetime
    action: str
    outcome: str
    actor_kind: str
    actor_id: UUID | None = None
    device_id: UUID | None = None
    patient_id: UUID | None = None
    subject: str | None = None
    device_time: datetime | None = None
    previous_hash: str
    hash: str
    __table_args__ = (Index("audit_event_by_patient", "clinic_id", "patient_id"),)


class IdempotentAnswer(ClinicOwned, table=True):
    """The answer given to a write, kept so that the same key gets it again instead of a second effect."""

    __tablename__ = "idempotent_answer"
    key: str = Field(primary_key=True)
    actor_id: UUID = Field(primary_key=True)
    request_hash: str
    status: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


class ClinicDue(SQLModel, table=True):
    """When a clinic's flow wants to advance again; undistributed, claimed by workers (design 5)."""

    __tablename__ = "clinic_due"
    clinic_id: UUID = Field(primary_key=True)
    due_at: datetime = Field(index=True)
    claimed_until: datetime | None = None


class DeviceGrant(SQLModel, table=True):
    """A device authorization (RFC 8628) before anybody knows whose device it is; no personal data."""

    __tablename__ = "device_grant"
    id: UUID = Field(primary_key=True)
    device_code_hash: str = Field(unique=True)
    user_code: str = Field(unique=True)
    kind: str
    device_name: str
    key_thumbprint: str = ""
    created_at: datetime
    expires_at: datetime
    last_polled_at: datetime | None = None
    last_proof_at: datetime | None = None
    interval: int = 5
    state: str = "pending"
    clinic_id: UUID | None = None
    device_id: UUID | None = None


class DrugMasterVersion(SQLModel, table=True):
    """One imported drug master of the installation; exactly one is current. Public reference data of no clinic."""

    __tablename__ = "drug_master_version"
    id: UUID = Field(primary_key=True)
    version: str
    sha256: str
    rows: int
    imported_at: datetime
    current: bool = False


class DrugMasterEntry(SQLModel, table=True):
    """One line of an imported drug master."""

    __tablename__ = "drug_master_entry"
    version_id: UUID = Field(primary_key=True, foreign_key="drug_master_version.id")
    code: str = Field(primary_key=True)
    name: str
    price_code: str | None = None
    generic_code: str | None = None
    generic_name: str | None = None
    form: str | None = None
    generic: bool = False
    valid_to: date | None = None


class SignInTries(SQLModel, table=True):
    """Wrong tries at the office's door (`domain/tries.py`). Keys are hashes: names and addresses are not kept here."""

    __tablename__ = "sign_in_tries"
    key: str = Field(primary_key=True)
    count: str
    account: str | None = Field(default=None, index=True)
    wrong: int = 0
    since: datetime | None = None
    locked_until: datetime | None = None
    last_at: datetime = Field(index=True)


# SQLAlchemy asks the base class once what a filter on all owned tables looks like (`store/session.py`); pydantic's
# classes have no attribute for a field, so it is given one after every table has made its own.
type.__setattr__(ClinicOwned, "clinic_id", column("clinic_id"))

#: Tables that no clinic owns, each with the reason; every other one carries clinic_id first in its key, and stands
#: behind the wall of `store/walls.py` (both checked by guard tests).
UNOWNED: dict[str, str] = {
    "clinic": "a clinic's code and settings: looked up before a clinic is known; changed from inside that clinic only",
    "clinic_due": "the workers' one list of who is due; ids and instants",
    "device_grant": "a device waits before anybody knows whose it is; codes as hashes, a device's name",
    "drug_master_entry": "public reference data of the installation, the same for every clinic",
    "drug_master_version": "which of it is current",
    "sign_in_tries": "wrong tries at names that may belong to nobody; keys are hashes",
}
