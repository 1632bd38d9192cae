"""The clinic's own OpenID provider: the administrator's choice, and the way there and back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ...domain.provider import SecondFactorBy
from .common import In, Out, example, example_in, example_of
from .sign_in import LoginName, SessionOut, SignInOut

Address = Annotated[str, Field(max_length=500)]
Opaque = Annotated[str, Field(max_length=2000)]
ClinicCode = Annotated[str, Field(max_length=60)]
#: As it was given out: never trimmed.
Secret = Annotated[str, StringConstraints(strip_whitespace=False, max_length=500)]
Claim = Literal["sub", "oid"]


class ProviderSignInIn(In):
    """Which clinic's provider: by the code of its sign-in link, or by what stands behind the @ of a log-in name."""

    model_config = example_in(clinic="minamo")
    clinic: ClinicCode | None = None
    login_name: LoginName | None = None


class ProviderAddressOut(Out):
    """Where the browser goes now."""

    model_config = example(address="https://login.example.jp/auth?client_id=otonai&response_type=code&state=…")
    address: str


class ProviderArrivalIn(In):
    """What the provider sent the browser back with, and the clinic whose address it came back to."""

    model_config = example_in(clinic="minamo", state="t7W…", code="wq3…", iss="https://login.example.jp", error=None)
    clinic: ClinicCode
    state: Opaque
    code: Opaque | None = None
    iss: Address | None = None
    error: Annotated[str, Field(max_length=200)] | None = None


class ProviderArrivalOut(Out):
    """What the way there and back was for. `sign_in` how far a sign-in has come, `session` what was proved anew."""

    model_config = example(done="signed_in", sign_in=example_of(SignInOut), session=None)
    done: Literal["signed_in", "linked", "proved"]
    sign_in: SignInOut | None = None
    session: SessionOut | None = None


class ProviderLinkOut(Out):
    """Whether the clinic has a provider, its host as people know it, and since when it knows oneself."""

    model_config = example(offered=True, host="login.example.jp", linked_at="2026-11-01T00:00:00Z")
    offered: bool
    host: str | None
    linked_at: datetime | None


class ProviderIn(In):
    """The administrator's choice. `client_secret` null keeps the one there is; empty: the client has none."""

    model_config = example_in(
        issuer="https://login.example.jp", client_id="otonai", client_secret="kept by the provider", claim="sub",
        second_factor_by="otonai", acr=None, password_too=True,
    )  # fmt: skip
    issuer: Address
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: Secret | None = None
    claim: Claim = "sub"
    second_factor_by: SecondFactorBy = SecondFactorBy.OTONAI
    acr: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    password_too: bool = True


class ProviderOut(Out):
    """What is chosen, without the secret; what the provider must be told; and how many people it knows."""

    model_config = example(
        issuer="https://login.example.jp", client_id="otonai", has_secret=True, claim="sub",
        second_factor_by="otonai", acr=None, password_too=True, chosen_at="2026-11-01T00:00:00Z",
        redirect_uri="https://otonai.example.jp/office/provider/minamo",
        sign_in_link="https://otonai.example.jp/office?clinic=minamo", linked=4, people=6,
    )  # fmt: skip
    issuer: str | None
    client_id: str | None
    has_secret: bool
    claim: Claim
    second_factor_by: SecondFactorBy
    acr: str | None
    password_too: bool
    chosen_at: datetime | None
    redirect_uri: str
    sign_in_link: str
    linked: int
    people: int
