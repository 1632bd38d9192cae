"""Proofs are read alike by every side: the shared file, and the server's own nonces and addresses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.device_keys import DeviceKey
from tests.guards.source import ROOT

from otonai.domain.device_proof import SignedProof
from otonai.proofs import addresses_of, digest_of, living_nonces, new_nonce, read_proof
from otonai_bridge.device_key import DeviceKey as BridgeKey
from otonai_simulator.proofs import DeviceKey as PlayedKey

SHARED = json.loads((ROOT / "tests" / "data" / "proof.json").read_text(encoding="utf-8"))
CALLS = pytest.mark.parametrize("vector", SHARED["calls"], ids=lambda v: v["name"])
SECRET, LIFE = bytes(range(32)), timedelta(seconds=60)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def expected(vector: dict[str, Any]) -> SignedProof:
    """What the server must understand."""
    claims = vector["claims"]
    return SignedProof(
        thumbprint=SHARED["thumbprint"], method=claims["htm"], address=claims["htu"], issued_at=claims["iat"],
        unique=claims["jti"], token_digest=claims.get("ath"), nonce=claims.get("nonce"),
    )  # fmt: skip


@CALLS
@pytest.mark.parametrize("side", ["python", "browser"])
def test_a_proof_of_every_side_is_read_by_the_server(vector: dict[str, Any], side: str) -> None:
    assert read_proof(vector["signed_by"][side]) == expected(vector)


@CALLS
def test_the_bridge_says_what_the_file_says(vector: dict[str, Any]) -> None:
    call, key = vector["call"], BridgeKey(DeviceKey(SHARED["key"]).key)
    made = key.proof(
        call["method"], call["address"], made_at=vector["made"] + 0.9, token=call.get("token"), nonce=call.get("nonce")
    )
    assert _but_its_name(read_proof(made)) == _but_its_name(expected(vector))
    assert key.thumbprint == SHARED["thumbprint"]


@CALLS
def test_the_played_tablet_says_what_the_file_says(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otonai_simulator.proofs.time.time", lambda: vector["made"] + 0.9)
    call, key = vector["call"], PlayedKey.of(SHARED["key"])
    address = call["address"].partition("#")[0]
    made = key.proof(call["method"], address, call.get("token"), call.get("nonce"))
    assert _but_its_name(read_proof(made)) == _but_its_name(expected(vector))
    assert PlayedKey.of(key.jwk).thumbprint == SHARED["thumbprint"]


def test_no_two_proofs_have_one_name() -> None:
    key = BridgeKey.make()
    made = {key.proof("GET", "https://otonai.example/", made_at=0.0) for _ in range(50)}
    names = {proof.unique for each in made if isinstance(proof := read_proof(each), SignedProof)}
    assert len(names) == 50


def test_a_nonce_lives_for_one_to_two_minutes_and_is_nobodys_secret_but_ours() -> None:
    given = new_nonce(SECRET, NOW, LIFE)
    assert given in living_nonces(SECRET, NOW, LIFE)
    assert given in living_nonces(SECRET, NOW + LIFE, LIFE)
    assert given not in living_nonces(SECRET, NOW + 2 * LIFE, LIFE)
    assert given not in living_nonces(bytes(32), NOW, LIFE)


def test_the_digest_of_a_token_is_that_of_the_rfc() -> None:
    # RFC 9449 section 7.1: the example's access token and its `ath`.
    assert digest_of("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU") == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


@pytest.mark.parametrize(
    ("base", "called"),
    [
        ("https://otonai.example", {"https://otonai.example/api/x"}),
        ("https://otonai.example:8443/", {"https://otonai.example:8443/api/x"}),
        ("https://otonai.example/clinic", {"https://otonai.example/clinic/api/x"}),
        (
            "http://localhost:8000",
            {"http://localhost:8000/api/x", "http://127.0.0.1:8000/api/x", "http://[::1]:8000/api/x"},
        ),
    ],
)
def test_a_server_is_called_by_its_own_addresses_only(base: str, called: set[str]) -> None:
    assert addresses_of((base,), "/api/x") == called


def _but_its_name(proof: object) -> object:
    assert isinstance(proof, SignedProof)
    return SignedProof(
        proof.thumbprint, proof.method, proof.address, proof.issued_at, "", proof.token_digest, proof.nonce
    )
