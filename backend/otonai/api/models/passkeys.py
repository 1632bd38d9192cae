"""Passkeys: what the browser is asked, what it answers, and what is kept. Texts of authenticators are base64url."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from .common import In, Out, Typed, example, example_in, example_of
from .sign_in import SignInOut

_ID = "p5wVE3UvQ2K0pP6M0sT1cQ"
CredentialId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,1400}$")]
Encoded = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=16_000)]


class PasskeyQuestionOut(Out):
    """What `navigator.credentials` is asked for, in the form of the W3C's `PublicKeyCredential…OptionsJSON`."""

    model_config = example(
        options={
            "challenge": "Rk9V…",
            "rpId": "otonai.example.jp",
            "allowCredentials": [],
            "userVerification": "required",
        }
    )
    options: dict[str, Any]


class PasskeyAnswerIn(In):
    """What an authenticator signed."""

    model_config = example_in(
        id=_ID, client_data="eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0", authenticator_data="SZYN5YgO", signature="MEUCIQ",
        user_handle=None,
    )  # fmt: skip
    id: CredentialId
    client_data: Encoded
    authenticator_data: Encoded
    signature: Encoded
    user_handle: Encoded | None = None


class NewPasskeyIn(In):
    """A key that was just made, and what its owner calls it."""

    model_config = example_in(
        name="受付のパソコン", id=_ID, client_data="eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0", attestation="o2NmbXRkbm9uZQ",
        transports=["internal"],
    )  # fmt: skip
    name: Annotated[Typed, Field(min_length=1, max_length=60)]
    id: CredentialId
    client_data: Encoded
    attestation: Encoded
    transports: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10, default_factory=list)]


class PasskeyNameIn(In):
    """What its owner calls it."""

    model_config = example_in(name="受付のパソコン")
    name: Annotated[Typed, Field(min_length=1, max_length=60)]


class PasskeyOut(Out):
    """One passkey. `backed_up`: its keeper holds copies (a phone's keychain). `suspended_at`: it seemed copied."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000c1", name="受付のパソコン", backed_up=False,
        created_at="2026-11-01T00:00:00Z", last_used_at="2026-11-23T00:10:00Z", suspended_at=None,
    )  # fmt: skip
    id: UUID
    name: str
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None
    suspended_at: datetime | None


class PasskeyListOut(Out):
    """One's own passkeys, the oldest first."""

    model_config = example(items=[example_of(PasskeyOut)])
    items: list[PasskeyOut]


class PasskeyAddedOut(Out):
    """The passkey. Ten recovery codes when there were none, told this once. `sign_in` when this completed a sign-in."""

    model_config = example(passkey=example_of(PasskeyOut), recovery_codes=[], sign_in=None)
    passkey: PasskeyOut
    recovery_codes: list[str]
    sign_in: SignInOut | None = None
