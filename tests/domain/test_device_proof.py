"""A proof of possession fits one request, one token, one key and one moment, and nothing beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otonai.domain.device_proof import Demand, ProofOutcome, ProofWindow, SignedProof, judge, plain_address

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WINDOW = ProofWindow(past=timedelta(seconds=60), future=timedelta(seconds=30))
PROOF = SignedProof(
    thumbprint="the tablet's key",
    method="POST",
    address="https://otonai.example/api/sync/entries",
    issued_at=int(NOW.timestamp()),
    unique="1",
    token_digest="digest of its token",
)
DEMAND = Demand(
    method="POST",
    addresses={"https://otonai.example/api/sync/entries"},
    now=NOW,
    nonces={"of this minute", "of the last"},
    thumbprint="the tablet's key",
    token_digest="digest of its token",
)


def test_a_proof_of_this_call_is_good() -> None:
    assert judge(PROOF, DEMAND, WINDOW) is ProofOutcome.PROVEN


@pytest.mark.shows("F20", "F44")
@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"method": "GET"}, ProofOutcome.OTHER_REQUEST),
        ({"method": "post"}, ProofOutcome.OTHER_REQUEST),
        ({"address": "https://otonai.example/api/sync/pack"}, ProofOutcome.OTHER_REQUEST),
        ({"address": "https://other.example/api/sync/entries"}, ProofOutcome.OTHER_REQUEST),
        ({"address": "http://otonai.example/api/sync/entries"}, ProofOutcome.OTHER_REQUEST),
        ({"address": "https://otonai.example:8443/api/sync/entries"}, ProofOutcome.OTHER_REQUEST),
        ({"address": "https://otonai.example/api/sync/entries/"}, ProofOutcome.OTHER_REQUEST),
        ({"address": ""}, ProofOutcome.OTHER_REQUEST),
        ({"token_digest": "of another token"}, ProofOutcome.OTHER_TOKEN),
        ({"token_digest": None}, ProofOutcome.OTHER_TOKEN),
        ({"thumbprint": "the thief's key"}, ProofOutcome.OTHER_KEY),
        ({"nonce": "made up"}, ProofOutcome.NOT_NOW),
        ({"nonce": ""}, ProofOutcome.NOT_NOW),
    ],
)
def test_a_proof_of_anything_else_has_its_own_name(changed: dict[str, Any], outcome: ProofOutcome) -> None:
    assert judge(replace(PROOF, **changed), DEMAND, WINDOW) is outcome


@pytest.mark.parametrize(
    ("seconds", "good"), [(-61, False), (-60, True), (0, True), (30, True), (31, False), (-(10**9), False)]
)
def test_a_proof_is_good_for_a_minute_and_from_a_clock_half_a_minute_fast(seconds: int, good: bool) -> None:
    made = replace(PROOF, issued_at=PROOF.issued_at + seconds)
    assert (judge(made, DEMAND, WINDOW) is ProofOutcome.PROVEN) is good


def test_a_nonce_of_ours_stands_for_any_clock() -> None:
    far = replace(PROOF, issued_at=0, nonce="of the last")
    assert judge(far, DEMAND, WINDOW) is ProofOutcome.PROVEN


def test_before_there_is_a_token_and_a_known_key_neither_is_asked_for() -> None:
    asking = replace(DEMAND, thumbprint=None, token_digest=None)
    assert judge(replace(PROOF, token_digest=None), asking, WINDOW) is ProofOutcome.PROVEN


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("HTTPS://Otonai.Example:443/api/x?cursor=1#y", "https://otonai.example/api/x"),
        ("http://localhost:80/api", "http://localhost/api"),
        ("http://localhost:8080/Api", "http://localhost:8080/Api"),
        ("https://otonai.example:80/", "https://otonai.example:80/"),
        ("https://[::1]:443/", "https://[::1]/"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_an_address_is_compared_without_what_means_nothing(told: str, plain: str) -> None:
    assert plain_address(told) == plain


def test_only_a_clock_and_a_repetition_are_mended_by_a_new_proof() -> None:
    assert [o for o in ProofOutcome if o.may_be_made_anew] == [ProofOutcome.NOT_NOW, ProofOutcome.REPEATED]
