"""Sign-in, one's own account, the people of the clinic, the emergency account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from ...domain.access import Role
from ...domain.factors import Factor, Stage
from ...domain.passwords import LONGEST, PolicyName
from ...flow.break_glass import Reason, SealState
from ...flow.staff import Lost
from .common import In, Out, Typed, example, example_in, example_of
from .people import ClinicOut, StaffOut

#: As it was typed: never trimmed (ASVS 6.2.8). Longer than any password may be, so that the refusal can say so.
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=1000)]
Code = Annotated[str, Field(max_length=100)]
LoginName = Annotated[str, Field(max_length=100)]
#: What a log-in name looks like when it is made.
NewLoginName = Annotated[str, Field(pattern=r"^[a-z0-9._-]{2,40}@[a-z0-9-]{2,30}$")]
GivenRole = Literal[Role.DOCTOR, Role.NURSE, Role.OFFICE, Role.ADMIN]
_WHO = "019a0000-0000-7000-8000-000000000001"


class SignInIn(In):
    """Name and password; which of the two is wrong is never told."""

    model_config = example_in(login_name="maho@minamo", password="harbor lantern violet")
    login_name: LoginName
    password: Password


class SecondFactorIn(In):
    """A code of the authenticator app, or one of the ten recovery codes."""

    model_config = example_in(kind="one_time_code", code="492817")
    kind: Literal[Factor.ONE_TIME_CODE, Factor.RECOVERY_CODE] = Factor.ONE_TIME_CODE
    code: Code


class SignUpIn(In):
    """The code that the administrator handed over."""

    model_config = example_in(code="K7QM-2XRT-9BHD-4WPN-V3FJ-8CYE")
    code: Code


class EmergencyIn(In):
    """The sealed code, who breaks the seal, and why."""

    model_config = example_in(
        code="K7QM-2XRT-9BHD-4WPN-V3FJ-8CYE", login_name="maho@minamo", reason="administrator_away"
    )
    code: Code
    login_name: LoginName
    reason: Reason


class ProofIn(In):
    """Once more who one is, before a sensitive act: the password, or a code of the app."""

    model_config = example_in(kind="one_time_code", code="492817")
    kind: Literal[Factor.ONE_TIME_CODE, Factor.PASSWORD]
    code: Password


class PasswordPolicyOut(Out):
    """What a new password must be like. Days are null when it never grows too old."""

    model_config = example(name="long_phrase", shortest=13, longest=LONGEST, mixed=False, changed_within_days=None)
    name: PolicyName
    shortest: int
    longest: int = LONGEST
    mixed: bool
    changed_within_days: int | None


class SessionOut(Out):
    """Who is signed in at this browser. `one_factor_since`: since when this clinic goes without second factors."""

    model_config = example(
        staff=example_of(StaffOut),
        clinic=example_of(ClinicOut),
        expires_at="2026-11-23T04:40:00Z",
        ends_at="2026-11-23T16:10:00Z",
        one_factor_since=None,
    )
    staff: StaffOut
    clinic: ClinicOut
    expires_at: datetime
    ends_at: datetime
    one_factor_since: datetime | None = None


class SignInOut(Out):
    """How far the sign-in has come. `session` only when it is open; `staff` as soon as this person may be named."""

    model_config = example(
        stage="second_factor", second_factors=["one_time_code"], ends_at="2026-11-23T04:25:00Z", staff=None,
        password_policy=None, session=None, provider_instead=False,
    )  # fmt: skip
    stage: Stage
    second_factors: list[Factor]
    ends_at: datetime
    staff: StaffOut | None = None
    password_policy: PasswordPolicyOut | None = None
    session: SessionOut | None = None
    #: Instead of choosing a first password one may link oneself to the clinic's own provider.
    provider_instead: bool = False


class AccountOut(Out):
    """One's own account, as far as it concerns getting in."""

    model_config = example(
        staff=example_of(StaffOut),
        password_changed_at="2026-10-01T00:00:00Z",
        password_policy=example_of(PasswordPolicyOut),
        second_factors=["one_time_code"],
        two_factors_wanted=True,
        recovery_codes_left=10,
        fresh_until="2026-11-23T04:20:00Z",
    )
    staff: StaffOut
    password_changed_at: datetime | None
    password_policy: PasswordPolicyOut
    second_factors: list[Factor]
    two_factors_wanted: bool
    recovery_codes_left: int
    fresh_until: datetime


class PasswordIn(In):
    """A new password. The present one is asked unless the sign-in itself demands a new one."""

    model_config = example_in(current="harbor lantern violet", new="seven quiet umbrellas")
    current: Password | None = None
    new: Password


class AuthenticatorOut(Out):
    """What the authenticator app reads, as picture and in signs; told this once."""

    model_config = example(
        secret="JBSWY3DPEHPK3PXP",
        address="otpauth://totp/Otonai:maho%40minamo?secret=JBSWY3DPEHPK3PXP&issuer=Otonai",
        qr_svg="<svg …></svg>",
    )
    secret: str
    address: str
    qr_svg: str


class OneTimeCodeIn(In):
    """The six digits that the app shows."""

    model_config = example_in(code="492817")
    code: Code


class RecoveryCodesOut(Out):
    """Ten codes for the day the telephone is lost; told this once. `sign_in` when this completed a sign-in."""

    model_config = example(recovery_codes=["0-7KQM2-XRT9B"], sign_in=None)
    recovery_codes: list[str]
    sign_in: SignInOut | None = None


class OwnSessionOut(Out):
    """A browser that somebody is signed in at."""

    model_config = example(
        id=_WHO, browser="Chrome · Windows", created_at="2026-11-23T00:10:00Z", last_used_at="2026-11-23T04:10:00Z",
        ends_at="2026-11-23T12:10:00Z", current=True,
    )  # fmt: skip
    id: UUID
    browser: str
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime
    current: bool


class OwnSessionListOut(Out):
    """Every browser, the one used last in front."""

    model_config = example(items=[example_of(OwnSessionOut)])
    items: list[OwnSessionOut]


class PersonOut(Out):
    """A person as the administrator sees them. `state`: invited (has never been in), active, stopped."""

    model_config = example(
        id=_WHO, name="架空 真帆", login_name="maho@minamo", role="office", state="active",
        second_factors=["one_time_code"], invited_until=None, locked_until=None, sessions=1,
        provider_linked=False,
    )  # fmt: skip
    id: UUID
    name: str
    login_name: str
    role: Role
    state: Literal["invited", "active", "stopped"]
    second_factors: list[Factor]
    invited_until: datetime | None
    locked_until: datetime | None
    sessions: int
    provider_linked: bool


class PersonListOut(Out):
    """Everybody who works here, or did."""

    model_config = example(items=[example_of(PersonOut)])
    items: list[PersonOut]


class InvitationIn(In):
    """A new person; they choose their password themselves."""

    model_config = example_in(name="架空 真帆", login_name="maho@minamo", role="office")
    name: Typed
    login_name: NewLoginName
    role: GivenRole


class InvitationOut(Out):
    """What to hand to the person: a code, and the same as a link and a picture. Told this once."""

    model_config = example(
        person=example_of(PersonOut),
        code="K7QM-2XRT-9BHD-4WPN-V3FJ-8CYE",
        url="https://otonai.example.jp/office/join#K7QM2XRT9BHD4WPNV3FJ8CYE",
        qr_svg="<svg …></svg>",
        expires_at="2026-11-26T00:10:00Z",
    )
    person: PersonOut
    code: str
    url: str
    qr_svg: str
    expires_at: datetime


class PersonIn(In):
    """What to change about a person; only what is sent."""

    model_config = example_in(role="nurse")
    role: GivenRole | None = None
    active: Literal[False] | None = None


class HelpIn(In):
    """What the person cannot show any more."""

    model_config = example_in(lost="second_factor")
    lost: Lost


class SignInRulesOut(Out):
    """The clinic's choice, and what there is to choose from."""

    model_config = example(
        policy="long_phrase",
        two_factors=True,
        one_factor_since=None,
        policies=[example_of(PasswordPolicyOut)],
    )
    policy: PolicyName
    two_factors: bool
    one_factor_since: datetime | None
    policies: list[PasswordPolicyOut]


class SignInRulesIn(In):
    """The clinic's choice. To go without second factors the administrator accepts what that means."""

    model_config = example_in(policy="long_phrase", two_factors=True)
    policy: PolicyName
    two_factors: bool
    accepted: bool = False


class SealOut(Out):
    """A sealed code and what became of it; the code itself is not known any more."""

    model_config = example(
        id=_WHO, state="sealed", made_at="2026-11-01T00:00:00Z", opened_at=None, opened_by=None, reason=None,
        ends_at=None,
    )  # fmt: skip
    id: UUID
    state: SealState
    made_at: datetime
    opened_at: datetime | None
    opened_by: str | None
    reason: Reason | None
    ends_at: datetime | None


class SealListOut(Out):
    """The newest in front."""

    model_config = example(items=[example_of(SealOut)])
    items: list[SealOut]


class SealedOut(Out):
    """A new code, told this once: print it, seal it, lock it away."""

    model_config = example(seal=example_of(SealOut), code="K7QM-2XRT-9BHD-4WPN-V3FJ-8CYE")
    seal: SealOut
    code: str
