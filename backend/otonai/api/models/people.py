"""Sign-in, staff, devices, unlock."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ...domain.access import Role
from ...domain.day_share import MedicalMode
from ...domain.devices import DeviceKind, Ownership, StopReason
from .common import In, Out, Typed, example, example_in, example_of


class ProfileOut(Out):
    """What the shell must know before anybody signs in."""

    model_config = example(
        product="otonai", version="0.1.0", profile="demo", practice=True, live_origin="http://localhost:8001",
        own_provider=False,
    )  # fmt: skip
    product: str = "otonai"
    version: str
    profile: str
    practice: bool
    live_origin: str
    own_provider: bool


class StaffOut(Out):
    """A person of the clinic."""

    model_config = example(
        id="019a0000-0000-7000-8000-000000000001", name="架空 真帆", login_name="maho@minamo", role="office"
    )
    id: UUID
    name: str
    login_name: str
    role: Role


class ClinicOut(Out):
    """The clinic one works in."""

    model_config = example(id="019a0000-0000-7000-8000-0000000000c1", name="みなも在宅クリニック", practice=True)
    id: UUID
    name: str
    practice: bool


class ClinicSettingsOut(Out):
    """What the administrator decides."""

    model_config = example(
        name="みなも在宅クリニック",
        institution_code="1319999990",
        consent_url="https://consent.example.jp/visit/abc",
        link_by_itself=True,
        carry_medical=False,
        offline_medical="strict",
        automatic_requests=True,
        automatic_inquiries=False,
        reinquiry=True,
    )
    name: str
    institution_code: str
    consent_url: str | None
    link_by_itself: bool
    carry_medical: bool
    offline_medical: MedicalMode
    automatic_requests: bool
    automatic_inquiries: bool
    reinquiry: bool


class ClinicSettingsIn(In):
    """What to change; only what is sent."""

    model_config = example_in(automatic_requests=True)
    consent_url: str | None = Field(default=None, max_length=400)
    link_by_itself: bool | None = None
    carry_medical: bool | None = None
    #: Carrying begins only when its terms were accepted (design 8).
    carrying_accepted: bool = False
    offline_medical: MedicalMode | None = None
    automatic_requests: bool | None = None
    #: Ask about whoever is put on today's list (S-151, S-152).
    automatic_inquiries: bool | None = None
    #: Whether 再照会 is asked at all: its layout is not public (A-10).
    reinquiry: bool | None = None


class DeviceOut(Out):
    """A tablet or bridge of the clinic."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000d1",
        kind="tablet",
        name="訪問1号",
        ownership="clinic",
        state="active",
        enrolled_at="2026-11-23T00:10:00Z",
        last_seen_at="2026-11-23T04:10:00Z",
        version="0.1.0",
        unsent=0,
        key_mode="strict",
        storage_persisted=True,
        skew_seconds=0,
        packed={"day": "2026-11-23", "patients": 8, "documents": 6, "verified": True},
        stopped_at=None,
        stopped_because=None,
        wiped_at=None,
        enrol_again=False,
        update_needed=False,
    )
    id: UUID
    kind: DeviceKind
    name: str
    ownership: Ownership
    state: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    version: str | None
    unsent: int | None
    key_mode: str | None
    storage_persisted: bool | None
    skew_seconds: int | None
    packed: dict[str, Any] | None
    stopped_at: datetime | None
    stopped_because: StopReason | None
    wiped_at: datetime | None
    #: Taken in before devices had keys of their own: it is refused until it is enrolled again.
    enrol_again: bool = False
    #: Its app is older than this server still answers: it hands in what it holds and is told nothing new.
    update_needed: bool = False


class DeviceCodeIn(In):
    """A device asks to be taken in (RFC 8628 3.1); `dpop_jkt` names the key that it will sign with (RFC 9449 10)."""

    model_config = example_in(
        client_id="otonai-tablet", device_name="訪問1号", dpop_jkt="0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    )
    client_id: Literal["otonai-tablet", "otonai-bridge"]
    device_name: str = ""
    dpop_jkt: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$")


class DeviceCodeOut(Out):
    """What the device shows, and what it polls with (RFC 8628 3.2)."""

    model_config = example(
        device_code="…",
        user_code="BDFH-KMPR",
        verification_uri="https://otonai.example.jp/office/devices",
        verification_uri_complete="https://otonai.example.jp/office/devices?code=BDFH-KMPR",
        qr_svg="<svg/>",
        expires_in=600,
        interval=2,
    )
    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    #: The complete address as a picture.
    qr_svg: str
    expires_in: int
    interval: int


class TokenIn(In):
    """For a device code (RFC 8628 3.4) or a refresh token, which works once."""

    model_config = example_in(grant_type="refresh_token", client_id="otonai-tablet", refresh_token="…")
    grant_type: Literal["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
    client_id: Literal["otonai-tablet", "otonai-bridge"]
    device_code: str | None = None
    refresh_token: str | None = None


class TokenOut(Out):
    """A new pair, good with the device's key alone; the one before is spent."""

    model_config = example(access_token="…", refresh_token="…", token_type="DPoP", expires_in=1800)
    access_token: str
    refresh_token: str
    token_type: Literal["DPoP"]
    expires_in: int


class TokenRefusalOut(Out):
    """Why there is no token, in the words of RFC 6749 5.2 and RFC 8628 3.5."""

    model_config = example(error="authorization_pending")
    error: str
    error_description: str | None = None
    error_uri: str | None = None


class RevocationIn(In):
    """A device that leaves by itself (RFC 7009)."""

    model_config = example_in(token="…", client_id="otonai-bridge")
    token: str
    client_id: Literal["otonai-tablet", "otonai-bridge"]


class DeviceListOut(Out):
    """Every device, stopped ones included."""

    model_config = example(items=[example_of(DeviceOut)])
    items: list[DeviceOut]


class DeviceGrantOut(Out):
    """A device that waits for approval."""

    model_config = example(user_code="BDFH-KMPR", kind="tablet", name="訪問1号", expires_at="2026-11-23T00:20:00Z")
    user_code: str
    kind: DeviceKind
    name: str
    expires_at: datetime


class DeviceApprovalIn(In):
    """Approve under a name the office will recognise, and say whose device it is."""

    model_config = example_in(name="訪問1号", ownership="clinic")
    name: Typed | None = None
    ownership: Ownership


class DeviceStopIn(In):
    """Stopping a device asks for its typed name: it cannot be taken back."""

    model_config = example_in(typed_name="訪問1号")
    typed_name: str = Field(max_length=200)
    because: Literal[StopReason.LOST, StopReason.RETIRED] = StopReason.RETIRED


class TabletPersonOut(Out):
    """Somebody who may open this tablet."""

    model_config = example(
        staff_id="019a0000-0000-7000-8000-000000000002", name="例示 慎一", role="doctor", pin_set=True
    )
    staff_id: UUID
    name: str
    role: Role
    pin_set: bool = True


class TodayCountOut(Out):
    """Counts for the lock screen; no names there."""

    model_config = example(visits=8, to_do=5)
    visits: int
    to_do: int


class BoxKeyOut(Out):
    """The public key to which the tablet seals what a person enters (HPKE, RFC 9180)."""

    model_config = example(key_id="k1", public_key="BCk…", suite="P256-HKDF-SHA256-AES256GCM")
    key_id: str
    public_key: str
    suite: str


class MyDeviceOut(Out):
    """What a tablet knows about itself while locked."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000d1",
        name="訪問1号",
        state="active",
        medical_offline=False,
        medical_mode="strict",
        clinic=example_of(ClinicOut),
        people=[example_of(TabletPersonOut)],
        today=example_of(TodayCountOut),
        box_key=example_of(BoxKeyOut),
        next_sequence=7,
        server_time="2026-11-23T04:10:00Z",
        emergency_until=None,
    )
    id: UUID
    name: str
    state: str
    #: Whether medical information may stay on this tablet without a network (the clinic's terms; never on BYOD).
    medical_offline: bool
    #: How it may be opened there; the tablet lets go at once of what it may not keep any more.
    medical_mode: MedicalMode
    clinic: ClinicOut
    people: list[TabletPersonOut]
    today: TodayCountOut
    box_key: BoxKeyOut
    next_sequence: int
    server_time: datetime
    #: Until when the clinic's emergency account is open; every screen says so.
    emergency_until: datetime | None


class UnlockIn(In):
    """By PIN, or the first time on this tablet by name, password and a PIN of one's own choice."""

    model_config = example_in(staff_id="019a0000-0000-7000-8000-000000000001", pin="839274")
    staff_id: UUID | None = None
    pin: str | None = Field(default=None, max_length=12)
    login_name: str | None = Field(default=None, max_length=100)
    password: str | None = Field(default=None, max_length=200)
    new_pin: str | None = Field(default=None, max_length=12)


class UnlockOut(Out):
    """The tablet is open for this person."""

    model_config = example(
        unlock_token="…",
        expires_at="2026-11-23T05:00:00Z",
        staff={
            "id": "019a0000-0000-7000-8000-000000000001",
            "name": "例示 慎一",
            "login_name": "shin@minamo",
            "role": "doctor",
        },
    )
    unlock_token: str
    expires_at: datetime
    staff: StaffOut


class PingOut(Out):
    """Proof that the server was reached; the badge believes nothing else."""

    model_config = example(server_time="2026-11-23T04:10:00Z")
    server_time: datetime


class LiveTicketOut(Out):
    """Where to listen for "something changed", and with what."""

    model_config = example(url="http://localhost:8001/live/clinic", ticket="…", expires_at="2026-11-23T04:15:00Z")
    url: str
    ticket: str
    expires_at: datetime
