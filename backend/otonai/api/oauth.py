"""`/api/oauth`: Authlib's authorization server for tablets and bridges (RFC 6749, 7009, 8628, 9449).

Two public clients, no secrets: what counts is the approval at the office, and the key that asked for it. Codes and
tokens are good only with a fresh proof made by that key. Forms in, JSON out, as the RFCs say. Authlib knows the
grants and not the proofs, so those are checked before it is asked (ADR 014).
"""

from __future__ import annotations

import re
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE, DeviceAuthorizationEndpoint, DeviceCodeGrant
from authlib.oauth2.rfc8628.errors import SlowDownError
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import IntegrityError
from sqlmodel import or_, select

from ..domain.access import Caller
from ..domain.device_proof import ProofOutcome, SignedProof
from ..flow import enrol_device
from ..flow.enrol_device import KINDS
from ..flow.invite_consent import qr_svg
from ..store.ids import new_token, token_hash
from ..store.session import enter, enter_by, writing
from ..store.tables import Device, DeviceGrant, DeviceToken
from ..store.walls import WayIn
from .access import access, now, session
from .models.people import DeviceCodeIn, DeviceCodeOut, RevocationIn, TokenIn, TokenOut, TokenRefusalOut
from .proving import judged, refusal_words, rules, signed_proof
from .resource import Resource

blp = Resource("oauth", "/api/oauth", about="Enrolment and tokens of tablets and bridges")

FORM = "application/x-www-form-urlencoded"
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


class _ProofRefused(OAuth2Error):  # type: ignore[misc]  # Authlib ships no types
    """A proof that does not do (RFC 9449 5, 8); the description is our word for what is wrong with it."""

    def __init__(self, outcome: ProofOutcome) -> None:
        super().__init__(outcome.value, error=refusal_words(outcome))


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib ships no types
    """One of the two public clients."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, _scope: str | None) -> str:
        return ""

    def check_client_secret(self, _client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "none"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in (DEVICE_CODE_GRANT_TYPE, "refresh_token")


class _Credential:
    """A grant as Authlib reads it."""

    def __init__(self, grant: DeviceGrant) -> None:
        self.grant = grant
        self.client_id = next(c for c, kind in KINDS.items() if kind == grant.kind)

    def get_client_id(self) -> str:
        return self.client_id

    def get_scope(self) -> str:
        return ""

    def get_user_code(self) -> str:
        return self.grant.user_code

    def is_expired(self) -> bool:
        return now() >= self.grant.expires_at or self.grant.state == "consumed"


class _Refresh:
    """A token pair as Authlib reads it."""

    def __init__(self, row: DeviceToken) -> None:
        self.row = row

    def check_client(self, client: _Client) -> bool:
        device = session().get_one(Device, (self.row.clinic_id, self.row.device_id))
        return KINDS[client.client_id] == device.kind

    def get_scope(self) -> str:
        return ""

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return self.row.revoked_at is not None


class _Authorization(DeviceAuthorizationEndpoint):  # type: ignore[misc]
    """Step one: codes for a device."""

    USER_CODE_TYPE = "string"

    @property
    def EXPIRES_IN(self) -> int:  # named by Authlib
        return int(rules().grant_life.total_seconds())

    @property
    def INTERVAL(self) -> int:
        return int(rules().poll_every.total_seconds())

    def get_verification_uri(self) -> str:
        return f"{current_app.extensions['otonai'].settings.base_url}/office/devices"

    def create_endpoint_response(self, request: Any) -> Any:
        status, body, headers = super().create_endpoint_response(request)
        complete = f"{body['verification_uri']}?code={body['user_code']}"
        return status, body | {"verification_uri_complete": complete, "qr_svg": qr_svg(complete)}, headers

    def save_device_credential(self, client_id: str, _scope: str | None, data: dict[str, Any]) -> None:
        thumbprint = request.form.get("dpop_jkt", "")
        if not _THUMBPRINT.fullmatch(thumbprint):
            raise InvalidRequestError("dpop_jkt: the thumbprint of the device's key")
        enrol_device.start_grant(
            session(),
            device_code=data["device_code"],
            user_code=data["user_code"],
            kind=KINDS[client_id],
            told_name=request.form.get("device_name", ""),
            key_thumbprint=thumbprint,
            rules=rules(),
            now=now(),
        )


class _DeviceCode(DeviceCodeGrant):  # type: ignore[misc]
    """Step two: the device polls until somebody approved."""

    def query_device_credential(self, device_code: str) -> _Credential | None:
        grant = enrol_device.grant_by_code(session(), device_code)
        if grant is None:
            return None
        if grant.key_thumbprint != _proof().thumbprint:
            raise _ProofRefused(ProofOutcome.OTHER_KEY)
        if not enrol_device.is_newest_proof(session(), grant, _proof()):
            raise SlowDownError()
        return _Credential(grant)

    def query_user_grant(self, user_code: str) -> tuple[Device, bool] | None:
        grant = self._grant_of(user_code)
        if grant.state != "approved" or grant.clinic_id is None or grant.device_id is None:
            return None
        enter(session(), grant.clinic_id)
        device = session().get_one(Device, (grant.clinic_id, grant.device_id))
        grant.state = "consumed"  # one-time: in the transaction that issues the tokens
        session().add(grant)
        return device, True

    def should_slow_down(self, credential: _Credential) -> bool:
        grant = credential.grant
        last, grant.last_polled_at = grant.last_polled_at, now()
        session().add(grant)
        if last is not None and (now() - last).total_seconds() < grant.interval * 0.5:
            grant.interval += int(rules().slower_by.total_seconds())
            return True
        return False

    def _grant_of(self, user_code: str) -> DeviceGrant:
        grant = enrol_device.grant_by_code(session(), self.request.form["device_code"])
        if grant is None or grant.user_code != user_code:
            raise LookupError("the grant vanished within its own transaction")
        return grant


class _RefreshToken(RefreshTokenGrant):  # type: ignore[misc]
    """A new pair for an old one; the old one is spent."""

    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def authenticate_refresh_token(self, refresh_token: str) -> _Refresh | None:
        found = enrol_device.refreshable(session(), refresh_token, _proof(), rules=rules(), now=now())
        if isinstance(found, ProofOutcome):
            raise _ProofRefused(found)
        return _Refresh(found) if found is not None else None

    def authenticate_user(self, refresh_token: _Refresh) -> Device:
        device = session().get_one(Device, (refresh_token.row.clinic_id, refresh_token.row.device_id))
        self.request.family = refresh_token.row.family
        return device

    def revoke_old_credential(self, refresh_token: _Refresh) -> None:
        refresh_token.row.spent_at = now()
        session().add(refresh_token.row)


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A device that leaves by itself."""

    CLIENT_AUTH_METHODS = ("none",)

    def query_token(self, token_string: str, _token_type_hint: str | None) -> _Refresh | None:
        hashed = token_hash(token_string)
        if all(enter_by(session(), way, hashed) is None for way in (WayIn.ACCESS_TOKEN, WayIn.REFRESH_TOKEN)):
            return None
        either = or_(DeviceToken.access_hash == hashed, DeviceToken.refresh_hash == hashed)
        row = session().exec(select(DeviceToken).where(either)).first()
        if row is None:
            return None
        device = session().get_one(Device, (row.clinic_id, row.device_id))
        if device.key_thumbprint is not None:
            outcome = judged(signed_proof(), thumbprint=device.key_thumbprint)
            if outcome is not ProofOutcome.PROVEN:
                raise _ProofRefused(outcome)
        return _Refresh(row)

    def revoke_token(self, token: _Refresh, _request: Any) -> None:
        enrol_device.revoke_family(session(), token.row, now(), outcome="revoked_by_device")


def _keep(token: dict[str, Any], request: Any) -> None:
    enrol_device.keep_tokens(
        session(),
        request.user,
        access_token=token["access_token"],
        refresh_token=token["refresh_token"],
        family=getattr(request, "family", None),
        rules=rules(),
        now=now(),
    )


def _new_token(**_: Any) -> dict[str, Any]:
    return {
        "token_type": "DPoP",
        "access_token": new_token(),
        "refresh_token": new_token(),
        "expires_in": int(rules().access_life.total_seconds()),
    }


def install(app: Flask) -> None:
    """Set up Authlib's server on the application."""
    server = AuthorizationServer()
    server.init_app(app, query_client=lambda c: _Client(c) if c in KINDS else None, save_token=_keep)
    server.register_token_generator("default", _new_token)
    server.register_endpoint(_Authorization)
    server.register_grant(_DeviceCode)
    server.register_grant(_RefreshToken)
    server.register_endpoint(_Revocation)
    app.extensions["otonai"].oauth = server


def _server() -> Any:
    return current_app.extensions["otonai"].oauth


def _proof() -> SignedProof:
    """The proof that came with this request for tokens, good so far; whose key it must be is known to the grants."""
    proof: SignedProof = g.device_proof
    return proof


def _refusal(error: OAuth2Error) -> Response:
    answer: Response = _server().handle_error_response(None, error)
    return answer


@blp.post("/device")
@access(Caller.PUBLIC)
@blp.takes_form(FORM, DeviceCodeIn)
@blp.gives(200, DeviceCodeOut)
@blp.refuses(400, TokenRefusalOut)
@blp.refuses(401, TokenRefusalOut)
def device() -> Response:
    """Start an enrolment (RFC 8628 3.1); form `client_id`, `device_name`, `dpop_jkt`."""
    answer: Response = _server().create_endpoint_response(_Authorization.ENDPOINT_NAME)
    return answer


@blp.post("/token")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes_form(FORM, TokenIn)
@blp.gives(200, TokenOut)
@blp.refuses(400, TokenRefusalOut)
@blp.refuses(401, TokenRefusalOut)
def token() -> Response:
    """Tokens for a device code or a refresh token; form. A refusal is committed too (polling pace, reuse)."""
    proof = signed_proof()
    outcome = judged(proof)
    try:
        with writing(current_app.extensions["otonai"].engine) as tx:
            g.session = tx
            if isinstance(proof, ProofOutcome) or outcome is not ProofOutcome.PROVEN:
                if enrol_device.is_keyless(tx, request.form.get("refresh_token", "")):
                    return _refusal(InvalidGrantError("enrol_again"))
                return _refusal(_ProofRefused(outcome))
            g.device_proof = proof
            answer: Response = _server().create_token_response()
    except IntegrityError:  # the same proof at the same instant, in another process
        return _refusal(_ProofRefused(ProofOutcome.REPEATED))
    return answer


@blp.post("/revoke")
@access(Caller.PUBLIC)
@blp.takes_form(FORM, RevocationIn)
@blp.gives(200)
@blp.refuses(400, TokenRefusalOut)
@blp.refuses(401, TokenRefusalOut)
def revoke() -> Response:
    """Revoke a device's tokens (RFC 7009); form `token`, with a proof of the device's key."""
    answer: Response = _server().create_endpoint_response(_Revocation.ENDPOINT_NAME)
    return answer
