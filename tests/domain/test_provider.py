"""The clinic's own provider: which addresses may be called, and what its word is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import NOW

from otonai.domain.factors import AccountState, Factor, Stage, stage_after
from otonai.domain.provider import (
    AddressOutcome,
    SecondFactorBy,
    Word,
    factor_of,
    fits_issuer,
    fits_state,
    judge_address,
    judge_host,
    judge_issuer,
    proves_again,
    says_two_factors,
)

WORD = Word(issuer="https://login.example.jp", subject="s-1001", authenticated_at=NOW, amr=frozenset({"pwd", "otp"}))
LONGEST = timedelta(hours=12)
ANYWHERE = frozenset[str]()


# --- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("https://login.example.jp", AddressOutcome.ACCEPTED),
        ("https://login.example.jp:8443/realms/clinic", AddressOutcome.ACCEPTED),
        ("http://login.example.jp", AddressOutcome.NOT_HTTPS),
        ("ftp://login.example.jp", AddressOutcome.NOT_HTTPS),
        ("https://somebody:secret@login.example.jp", AddressOutcome.ODD),
        ("https://login.example.jp/#part", AddressOutcome.ODD),
        ("https://login.example.jp:0/", AddressOutcome.ODD),
        ("https://login.example.jp:99999/", AddressOutcome.ODD),
        ("https://login.example.jp\\@evil.example", AddressOutcome.ODD),
        ("https://login.example.jp/a b", AddressOutcome.ODD),
        ("https://login.example.jp/\r\nHost: evil", AddressOutcome.ODD),
        ("https://[::1", AddressOutcome.ODD),
        ("https:///path", AddressOutcome.ODD),
        ("", AddressOutcome.ODD),
        ("https://" + "a" * 600, AddressOutcome.ODD),
        ("https://LOCALHOST", AddressOutcome.INSIDE),
        ("http://127.0.0.1:9000", AddressOutcome.INSIDE),
    ],
)
def test_an_address_is_https_and_plain(address: str, outcome: AddressOutcome) -> None:
    assert judge_address(address, loopback=False) is outcome


def test_only_practice_may_call_this_computer_itself() -> None:
    for address in ("http://localhost:9000", "https://127.0.0.1", "http://[::1]:9000"):
        assert judge_address(address, loopback=True) is AddressOutcome.ACCEPTED
        assert judge_address(address, loopback=False) is AddressOutcome.INSIDE
    assert judge_address("ftp://localhost", loopback=True) is AddressOutcome.INSIDE
    assert judge_address("http://login.example.jp", loopback=True) is AddressOutcome.NOT_HTTPS


def test_an_issuer_asks_nothing() -> None:
    assert judge_issuer("https://login.example.jp/?tenant=1", loopback=False) is AddressOutcome.ODD
    assert judge_address("https://login.example.jp/?tenant=1", loopback=False) is AddressOutcome.ACCEPTED


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0",  # noqa: S104 -- nothing is bound to it
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:0a00:0001::1", "2001:db8::1", "64:ff9b::a00:1",
        "nothing",
    ],
)  # fmt: skip
def test_an_address_inside_any_network_is_not_called(inside: str) -> None:
    assert judge_host("login.example.jp", [inside], named=ANYWHERE, loopback=False) is AddressOutcome.INSIDE
    both = ["93.184.216.34", inside]
    assert judge_host("login.example.jp", both, named=ANYWHERE, loopback=False) is AddressOutcome.INSIDE
    assert judge_host("login.example.jp", both, named=ANYWHERE, loopback=True) is AddressOutcome.INSIDE


def test_a_host_that_the_operator_named_may_lie_inside() -> None:
    named = frozenset({"login.clinic.internal"})
    assert judge_host("login.clinic.internal", ["10.0.0.8"], named=named, loopback=False) is AddressOutcome.ACCEPTED
    assert judge_host("other.clinic.internal", ["10.0.0.8"], named=named, loopback=False) is AddressOutcome.INSIDE


def test_a_name_that_leads_nowhere_is_odd_and_a_public_one_is_called() -> None:
    assert judge_host("login.example.jp", [], named=ANYWHERE, loopback=False) is AddressOutcome.ODD
    for public in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"):
        assert judge_host("login.example.jp", [public], named=ANYWHERE, loopback=False) is AddressOutcome.ACCEPTED


@given(st.ip_addresses())
def test_what_the_standard_calls_private_is_never_called(address: IPv4Address | IPv6Address) -> None:
    found = judge_host("login.example.jp", [str(address)], named=ANYWHERE, loopback=False)
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert found is AddressOutcome.INSIDE


# --- the answer ----------------------------------------------------------------------------------------------


def test_the_state_is_the_one_that_was_sent() -> None:
    assert fits_state("t7W", "t7W")
    assert not any(fits_state("t7W", other) for other in ("", "t7", "t7Wx", "T7W", "漢字"))


@pytest.mark.parametrize(
    ("told", "promised", "fits"),
    [
        ("https://login.example.jp", True, True),
        ("https://login.example.jp", False, True),
        ("https://login.example.jp/", True, False),
        ("https://evil.example", False, False),
        (None, False, True),
        (None, True, False),
    ],
)
def test_an_answer_names_the_issuer_that_was_asked(told: str | None, promised: bool, fits: bool) -> None:
    assert fits_issuer("https://login.example.jp", told, promised=promised) is fits


# --- what it is worth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amr", "two"),
    [
        ((), False),
        (("pwd",), False),
        (("pwd", "pin"), False),
        (("otp",), False),
        (("otp", "hwk"), False),
        (("sms", "pwd"), False),
        (("mfa",), True),
        (("pwd", "otp"), True),
        (("pin", "hwk"), True),
        (("face", "hwk"), True),
        (("fpt", "pin"), True),
    ],
)
def test_two_factors_are_two_kinds(amr: tuple[str, ...], two: bool) -> None:
    assert says_two_factors(replace(WORD, amr=frozenset(amr)), None) is two


def test_where_a_class_was_agreed_on_only_that_class_counts() -> None:
    assert says_two_factors(replace(WORD, acr="urn:clinic:two", amr=frozenset()), "urn:clinic:two")
    assert not says_two_factors(replace(WORD, acr="urn:clinic:one"), "urn:clinic:two")
    assert not says_two_factors(WORD, "urn:clinic:two")


@pytest.mark.parametrize(
    ("word", "by", "factor"),
    [
        (WORD, SecondFactorBy.PROVIDER, Factor.CLINIC_PROVIDER_TWO_FACTOR),
        (WORD, SecondFactorBy.OTONAI, Factor.CLINIC_PROVIDER),
        (replace(WORD, amr=frozenset({"pwd"})), SecondFactorBy.PROVIDER, Factor.CLINIC_PROVIDER),
        (replace(WORD, authenticated_at=None), SecondFactorBy.PROVIDER, Factor.CLINIC_PROVIDER),
        (replace(WORD, authenticated_at=NOW - LONGEST), SecondFactorBy.PROVIDER, Factor.CLINIC_PROVIDER),
    ],
)
def test_its_word_is_two_factors_only_where_chosen_said_and_recent(
    word: Word, by: SecondFactorBy, factor: Factor
) -> None:
    assert factor_of(word, by, None, longest=LONGEST, now=NOW) is factor


def test_who_has_an_app_is_asked_for_it_unless_the_provider_asked_for_two() -> None:
    account = AccountState(second_factors=frozenset({Factor.ONE_TIME_CODE}), password_due=True)
    assert stage_after({Factor.CLINIC_PROVIDER}, account) is Stage.SECOND_FACTOR
    assert stage_after({Factor.CLINIC_PROVIDER, Factor.ONE_TIME_CODE}, account) is Stage.OPEN
    assert stage_after({Factor.CLINIC_PROVIDER_TWO_FACTOR}, account) is Stage.OPEN


def test_a_proof_made_before_the_question_is_none() -> None:
    assert proves_again(WORD, NOW)
    assert proves_again(WORD, NOW + timedelta(minutes=1))
    assert not proves_again(WORD, NOW + timedelta(minutes=1, seconds=1))
    assert not proves_again(replace(WORD, authenticated_at=None), NOW)


def test_nobody_s_name_at_the_provider_is_printed() -> None:
    assert "s-1001" not in repr(WORD)
