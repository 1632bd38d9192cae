"""No forged proof makes a copied token good, and nothing that looks like a token is one (F44).

One clinic for all forgeries: none of them may change anything, and the tablet whose things they are never notices.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine
from tests.api.server import ADDRESS, Device, Server, refused, told
from tests.attack.forgery import FORGED, ME, Forger, forged_tokens
from tests.device_keys import DeviceKey
from werkzeug.test import TestResponse


@pytest.fixture(scope="module")
def robbed(app: Flask, one_database: Engine) -> Server:
    """The clinic."""
    app.extensions["otonai"].engine = one_database
    return Server(app, one_database)


@pytest.fixture(scope="module")
def victim(robbed: Server) -> Device:
    """A tablet of みなも, in good order."""
    return robbed.enrol("tablet")


def knock(server: Server, **headers: str) -> TestResponse:
    """A call with these headers and nothing else."""
    return server.nobody().ask("GET", ME, None, **headers)


@pytest.mark.shows("F44")
@pytest.mark.parametrize("name", FORGED)
def test_no_forged_proof_makes_a_copied_token_good(robbed: Server, victim: Device, name: str) -> None:
    reason, forge = FORGED[name]
    proof = forge(Forger(victim, DeviceKey()))
    headers = {"Authorization": f"DPoP {victim.access_token}"} | ({"DPoP": proof} if proof else {})
    answer = knock(robbed, **headers)
    assert refused(answer, "proof_refused", 401)["reason"] == reason
    assert answer.headers["WWW-Authenticate"].startswith('DPoP error="')
    assert "ES256" in answer.headers["WWW-Authenticate"]
    assert ("DPoP-Nonce" in answer.headers) is (reason == "proof_not_now")


@pytest.mark.shows("F44", "F41")
@pytest.mark.parametrize("name", FORGED)
def test_no_forged_proof_renews_a_copied_refresh_token(robbed: Server, victim: Device, name: str) -> None:
    proof = FORGED[name][1](Forger(victim, DeviceKey()))  # made for another address and method, if made well at all
    form = {"grant_type": "refresh_token", "refresh_token": victim.refresh_token, "client_id": "otonai-tablet"}
    answer = robbed.for_tokens(form, proof or None)
    assert told(answer, 400)["error"] in ("invalid_dpop_proof", "use_dpop_nonce")
    told(victim.get(ME))


def test_the_table_is_long_enough_and_the_victim_never_noticed(robbed: Server, victim: Device) -> None:
    assert len(FORGED) >= 20
    told(victim.get(ME))
    told(robbed.refresh(victim))


@pytest.mark.shows("F44")
def test_no_forged_token_opens_anything_even_with_a_good_proof(robbed: Server, victim: Device) -> None:
    neighbour = robbed.enrol("tablet", by=robbed.neighbour())
    tokens = forged_tokens(victim, neighbour)
    assert len(tokens) >= 20
    opened = []
    for name, token in tokens.items():
        for scheme in ("DPoP", "Bearer", "dpop"):
            proof = victim.key.proof("GET", f"{ADDRESS}{ME}", token=token)
            answer = knock(robbed, Authorization=f"{scheme} {token}", DPoP=proof)
            if answer.status_code != 401:
                opened.append(f"{name} as {scheme}: {answer.status_code}")
    assert opened == []
