"""The clinic's own OpenID provider: which addresses may be called, and what its word about a person is worth.

Sources: OpenID Connect Core 1.0 (2, 3.1.3.7), RFC 9207, RFC 9700 (4.4, 4.5), RFC 8176, ASVS 5.0 V6.8, design 4. Judges
plain values; signatures are checked and the provider is called elsewhere (`provider_client.py`).
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from .factors import Factor

#: Claims that name a person for good. Never an e-mail address or a name: those change hands.
PERSON_CLAIMS = ("sub", "oid")
#: Hosts that are this computer itself; an address there is for practice and tests.
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
#: IPv4 addresses behind a translator (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_KNOWING = frozenset({"pwd", "pin", "kba"})
_HAVING = frozenset({"otp", "hwk", "swk", "sc", "pop"})
_BEING = frozenset({"fpt", "face", "iris", "retina", "vbm"})


class AddressOutcome(StrEnum):
    """Whether the server may call an address that somebody typed, or that the provider told."""

    ACCEPTED = "accepted"
    NOT_HTTPS = "not_https"
    ODD = "odd"  # no host, a user name in it, a fragment, something to be guessed at
    INSIDE = "inside"  # an address inside a network, which nobody may be made to call


class ProviderOutcome(StrEnum):
    """What became of one way to the provider and back. Only `accepted` proves anything."""

    ACCEPTED = "accepted"
    AWAY = "away"  # does not answer, or not as a provider does
    REFUSED_THERE = "refused_there"  # the provider let the person not in, or the person went back
    TOO_LATE = "too_late"  # nothing is begun at this browser, or it was too long ago
    NOT_FITTING = "not_fitting"  # state, issuer, nonce, audience, time or signature do not fit
    REPEATED = "repeated"  # this answer has been taken before
    NOT_FRESH = "not_fresh"  # the provider asked the person nothing, or too long ago
    UNLINKED = "unlinked"  # the provider knows this person, and nobody here does
    NOT_THIS_WAY = "not_this_way"  # a right password, where the clinic lets linked people in by the provider only
    LINKED_ELSEWHERE = "linked_elsewhere"  # another person here is recognised by it already


class SecondFactorBy(StrEnum):
    """Who asks for the second factor."""

    OTONAI = "otonai"
    PROVIDER = "provider"  # as far as its word says that it did; else we do


@dataclass(frozen=True, slots=True)
class Word:
    """What the provider says under its signature. `subject` is the value of the claim that names the person."""

    issuer: str
    subject: str = field(repr=False)
    authenticated_at: datetime | None = None
    acr: str | None = None
    amr: frozenset[str] = frozenset()


def judge_address(address: str, *, loopback: bool) -> AddressOutcome:
    """The form of an address; where its host leads is judged by `judge_host`. `loopback`: practice and tests."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return AddressOutcome.ODD
    odd_signs = any(sign <= " " or sign in "\\\x7f" for sign in address)
    if not host or port == 0 or parts.username is not None or parts.fragment or odd_signs or len(address) > 500:
        return AddressOutcome.ODD
    if host in LOOPBACK_HOSTS:
        return AddressOutcome.ACCEPTED if loopback and parts.scheme in ("http", "https") else AddressOutcome.INSIDE
    return AddressOutcome.ACCEPTED if parts.scheme == "https" else AddressOutcome.NOT_HTTPS


def judge_issuer(address: str, *, loopback: bool) -> AddressOutcome:
    """An issuer is such an address without a question behind it (OpenID Connect Discovery 3)."""
    found = judge_address(address, loopback=loopback)
    return AddressOutcome.ODD if found is AddressOutcome.ACCEPTED and urlsplit(address).query else found


def judge_host(host: str, leads_to: Collection[str], *, named: Collection[str], loopback: bool) -> AddressOutcome:
    """Where a host's name leads. Every address must be public, unless the operator named the host.

    A name that leads to one address outside and one inside is refused whole.
    """
    if not leads_to:
        return AddressOutcome.ODD
    if host in named or (loopback and host in LOOPBACK_HOSTS):
        return AddressOutcome.ACCEPTED
    public = all(_is_public(each) for each in leads_to)
    return AddressOutcome.ACCEPTED if public else AddressOutcome.INSIDE


def _is_public(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (found.ipv4_mapped or found.sixtofour or found in _TRANSLATED):
        return False  # an IPv4 address in disguise: a host that is public has its own
    return found.is_global and not found.is_multicast


def fits_state(expected: str, told: str) -> bool:
    """Whether the answer belongs to what this browser began (CSRF of the way in)."""
    return hmac.compare_digest(expected.encode(), told.encode())


def fits_issuer(issuer: str, told: str | None, *, promised: bool) -> bool:
    """RFC 9207: the answer names the issuer we asked. Where the provider promises to name it, silence is refused."""
    return told == issuer if told is not None else not promised


def says_two_factors(word: Word, acr_wanted: str | None) -> bool:
    """Whether the provider asked for two kinds of proof: by the class that was agreed on, else by RFC 8176's words."""
    if acr_wanted is not None:
        return word.acr == acr_wanted
    kinds = sum(bool(word.amr & kind) for kind in (_KNOWING, _HAVING, _BEING))
    return "mfa" in word.amr or kinds >= 2


def factor_of(word: Word, by: SecondFactorBy, acr_wanted: str | None, *, longest: timedelta, now: datetime) -> Factor:
    """What the word is worth. An old sign-in at the provider, or one without a time, is one factor and no more."""
    at = word.authenticated_at
    recent = at is not None and now - at < longest
    trusted = by is SecondFactorBy.PROVIDER and recent and says_two_factors(word, acr_wanted)
    return Factor.CLINIC_PROVIDER_TWO_FACTOR if trusted else Factor.CLINIC_PROVIDER


def proves_again(word: Word, begun_at: datetime) -> bool:
    """Whether the person was asked there since they were sent; clocks may be a minute apart."""
    return word.authenticated_at is not None and word.authenticated_at >= begun_at - timedelta(minutes=1)
