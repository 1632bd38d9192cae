"""Calls a clinic's own OpenID provider: discovery, the exchange of a code, its keys, and the reading of its word.

Every call goes through `guarded_calls.py`. Building addresses, the client's proof and the claims of an
ID token are Authlib's, signatures joserfc's. Whose word it is and what it is worth is decided elsewhere.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from json import JSONDecodeError, loads
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from .domain.provider import (
    PERSON_CLAIMS,
    AddressOutcome,
    ProviderOutcome,
    Word,
    judge_address,
    judge_issuer,
)
from .guarded_calls import LARGEST, GuardedCalls

log = logging.getLogger("otonai.sign_in")

#: Signatures that count. `none` and those by a shared secret are no word of a provider.
ALGORITHMS = ("RS256", "PS256", "ES256")
SCOPE = "openid"
#: How long a provider's addresses and keys are remembered, and how soon unknown keys are asked for again.
_REMEMBER, _ASK_AGAIN = timedelta(minutes=5), timedelta(seconds=30)
#: Clocks of two computers may differ by this much.
_LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Provider:
    """What the clinic's administrator chose."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uri: str
    claim: str = "sub"
    acr: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_body: bool
    names_issuer: bool  # promises `iss` in its answers (RFC 9207)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What this one way there and back is bound to."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(slots=True)
class ProviderClient:
    """Calls providers, and remembers for a short while what they say of themselves."""

    calls: GuardedCalls = field(default_factory=GuardedCalls)
    _metadata: dict[str, tuple[float, Metadata]] = field(default_factory=dict, repr=False)
    _keys: dict[str, tuple[float, KeySet]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def discover(self, issuer: str, *, anew: bool = False) -> Metadata | ProviderOutcome | AddressOutcome:
        """The provider's description of itself (OpenID Connect Discovery 4). AddressOutcome: it may not be called."""
        found = judge_issuer(issuer, loopback=self.calls.loopback)
        if found is not AddressOutcome.ACCEPTED:
            return found
        with self._lock:
            known = self._metadata.get(issuer)
        if known is not None and not anew and time.monotonic() - known[0] < _REMEMBER.total_seconds():
            return known[1]
        told = self._json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if isinstance(told, ProviderOutcome | AddressOutcome):
            return told
        metadata = self._read(issuer, told)
        if isinstance(metadata, Metadata):
            with self._lock:
                self._metadata[issuer] = (time.monotonic(), metadata)
        return metadata

    def address_to_send(
        self, provider: Provider, metadata: Metadata, secrets: Secrets, *, longest: timedelta, again: bool
    ) -> str:
        """Where the browser goes. `again`: the person shall be asked there once more, signed in there or not."""
        asked = {"max_age": "0", "prompt": "login"} if again else {"max_age": str(int(longest.total_seconds()))}
        address: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            client_id=provider.client_id,
            response_type="code",
            redirect_uri=provider.redirect_uri,
            scope=SCOPE,
            state=secrets.state,
            nonce=secrets.nonce,
            code_challenge=create_s256_code_challenge(secrets.verifier),
            code_challenge_method="S256",
            acr_values=provider.acr,
            **asked,
        )
        return address

    def word_for(
        self, provider: Provider, metadata: Metadata, secrets: Secrets, code: str, now: datetime
    ) -> Word | ProviderOutcome:
        """Exchange the code and read the ID token that comes for it. The access token is not used and not kept."""
        body = prepare_token_request(
            "authorization_code", redirect_uri=provider.redirect_uri, code=code, code_verifier=secrets.verifier
        )
        told = self._json("POST", metadata.token_endpoint, body=body, provider=provider, metadata=metadata)
        if isinstance(told, AddressOutcome):
            return ProviderOutcome.AWAY
        if isinstance(told, ProviderOutcome):
            return told
        id_token = told.get("id_token")
        if not isinstance(id_token, str):
            return ProviderOutcome.NOT_FITTING
        return self._word(provider, metadata, id_token, told.get("access_token"), secrets.nonce, now)

    # --- reading ---------------------------------------------------------------------------------------------

    def _read(self, issuer: str, told: Mapping[str, Any]) -> Metadata | ProviderOutcome:
        endpoints = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        sound = [
            each
            for each in endpoints
            if isinstance(each, str) and judge_address(each, loopback=self.calls.loopback) is AddressOutcome.ACCEPTED
        ]
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if told.get("issuer") != issuer or len(sound) != 3 or not isinstance(methods, list):
            log.warning("provider describes itself oddly issuer=%s", issuer)
            return ProviderOutcome.AWAY
        return Metadata(
            issuer=issuer,
            authorization_endpoint=sound[0],
            token_endpoint=sound[1],
            jwks_uri=sound[2],
            secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
            names_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def _word(
        self, provider: Provider, metadata: Metadata, id_token: str, access_token: object, nonce: str, now: datetime
    ) -> Word | ProviderOutcome:
        for anew in (False, True):
            keys = self._key_set(metadata, anew=anew)
            if isinstance(keys, ProviderOutcome):
                return keys
            try:
                return self._claims(provider, keys, id_token, access_token, nonce, now)
            except InvalidKeyIdError:
                continue  # the provider may have a new key; one look is enough
            except (JoseError, ValueError, TypeError, KeyError, OSError, OverflowError, RecursionError) as error:
                log.warning("provider's word refused issuer=%s: %s", metadata.issuer, type(error).__name__)
                return ProviderOutcome.NOT_FITTING
        log.warning("provider's word refused issuer=%s: unknown key", metadata.issuer)
        return ProviderOutcome.NOT_FITTING

    def _claims(
        self, provider: Provider, keys: KeySet, id_token: str, access_token: object, nonce: str, now: datetime
    ) -> Word | ProviderOutcome:
        if len(id_token) > LARGEST:
            return ProviderOutcome.NOT_FITTING
        token = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS))
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        params = {"nonce": nonce, "client_id": provider.client_id}
        if isinstance(access_token, str):
            params["access_token"] = access_token
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        subject = claims.get(provider.claim if provider.claim in PERSON_CLAIMS else "sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            return ProviderOutcome.NOT_FITTING
        auth_time, acr, amr = claims.get("auth_time"), claims.get("acr"), claims.get("amr")
        return Word(
            issuer=provider.issuer,
            subject=subject,
            authenticated_at=datetime.fromtimestamp(auth_time, UTC) if isinstance(auth_time, int | float) else None,
            acr=acr if isinstance(acr, str) else None,
            amr=frozenset(each for each in amr if isinstance(each, str)) if isinstance(amr, list) else frozenset(),
        )

    def _key_set(self, metadata: Metadata, *, anew: bool) -> KeySet | ProviderOutcome:
        with self._lock:
            known = self._keys.get(metadata.jwks_uri)
        patience = _ASK_AGAIN if anew else _REMEMBER
        if known is not None and time.monotonic() - known[0] < patience.total_seconds():
            return known[1]
        told = self._json("GET", metadata.jwks_uri)
        if isinstance(told, ProviderOutcome | AddressOutcome):
            return ProviderOutcome.AWAY
        try:
            public = [
                key for key in told["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use") in (None, "sig")
            ]
            keys = KeySet.import_key_set({"keys": public})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            log.warning("provider's keys cannot be read issuer=%s", metadata.issuer)
            return ProviderOutcome.AWAY
        with self._lock:
            self._keys[metadata.jwks_uri] = (time.monotonic(), keys)
        return keys

    # --- calling ---------------------------------------------------------------------------------------------

    def _json(
        self, method: str, address: str, *, body: str = "", provider: Provider | None = None,
        metadata: Metadata | None = None,
    ) -> dict[str, Any] | ProviderOutcome | AddressOutcome:  # fmt: skip
        """One call, answered by a JSON object; the provider's own refusal of a code does not fit."""
        headers = {"Accept": "application/json"}
        if provider is not None and metadata is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            address, headers, body = _client_auth(provider, metadata).prepare(method, address, headers, body)
        answered = self.calls.call(method, address, headers, body)
        if isinstance(answered, ProviderOutcome | AddressOutcome):
            return answered
        status, content = answered
        host = urlsplit(address).hostname
        if status in (400, 401, 403) and provider is not None:
            log.warning("provider refused a code host=%s status=%s", host, status)
            return ProviderOutcome.NOT_FITTING
        try:
            told = loads(content) if status == 200 else None
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            told = None
        if not isinstance(told, dict):
            log.warning("provider does not answer as one host=%s status=%s", host, status)
            return ProviderOutcome.AWAY
        return told


def _signs(key: Mapping[str, Any]) -> bool:
    return key.get("kty") in ("RSA", "EC") and key.get("use") in (None, "sig")


def _client_auth(provider: Provider, metadata: Metadata) -> ClientAuth:
    """The client's own proof: in the header where the provider takes that, encoded as RFC 6749 2.3.1 says."""
    if provider.client_secret is None:
        return ClientAuth(provider.client_id, None, "none")
    if metadata.secret_in_body:
        return ClientAuth(provider.client_id, provider.client_secret, "client_secret_post")
    return ClientAuth(quote_plus(provider.client_id), quote_plus(provider.client_secret), "client_secret_basic")
