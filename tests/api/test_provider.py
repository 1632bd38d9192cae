"""Signing in by the clinic's own OpenID provider: a real one, and one that lies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlmodel import delete, select, update
from tests import people
from tests.api.server import Server, Somebody, login_of, refused, told
from tests.openid.running import CLIENT, SECRET, LyingProvider, RealProvider, lying_provider, real_provider
from tests.staffing import a_while_passes, one_time_code
from werkzeug.test import TestResponse

import otonai.api.access
from otonai.flow import own_provider
from otonai.flow.sealing import SealBroken, Sealing
from otonai.guarded_calls import GuardedCalls
from otonai.provider_client import ProviderClient
from otonai.store.session import reading
from otonai.store.tables import AuditEvent, Authenticator, Clinic, ProviderLink, SignInProvider, StaffSession

MAHO = people.OFFICE
HERS = "s-1001"  # under which the provider knows her


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    """One for the file; it keeps nothing that the next test would meet."""
    with real_provider(*(f"http://localhost/office/provider/{code}" for code in ("minamo", "hinata"))) as running:
        yield running


@pytest.fixture
def lying(server: Server) -> Iterator[LyingProvider]:
    """One for each test, chosen by みなも, at which 架空 真帆 is linked."""
    with lying_provider() as running:
        maho = server.hire(MAHO)
        choose(server.admin(), running.issuer)
        answer = back(maho, lie(running, begin(maho, "/api/provider/link")))
        assert told(answer)["done"] == "linked"
        yield running


@pytest.fixture(autouse=True)
def _nothing_remembered(server: Server) -> None:
    """Each test meets its provider for the first time."""
    server.app.extensions["otonai"].provider = ProviderClient(GuardedCalls(loopback=True))


def choose(admin: Somebody, issuer: str, **changes: Any) -> dict[str, Any]:
    """The administrator chooses the provider."""
    chosen = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET} | changes
    return dict(told(admin.put("/api/settings/provider", chosen)))


def begin(somebody: Somebody, path: str = "/api/provider/sign-in", clinic: str = "minamo") -> str:
    """Where the browser is sent."""
    body = {"clinic": clinic} if path.endswith("sign-in") else {}
    return str(told(somebody.post(path, body))["address"])


def back(somebody: Somebody, given: dict[str, str]) -> TestResponse:
    """The page of ours posts what the provider gave the browser."""
    known = ("clinic", "state", "code", "iss", "error")
    return somebody.post("/api/provider/arrival", {name: given[name] for name in known if name in given})


def lie(lying: LyingProvider, address: str) -> dict[str, str]:
    """What the lying provider gives a browser that was sent to it."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    lying.nonce = asked["nonce"]
    return {"clinic": "minamo", "state": asked["state"], "code": "any", "iss": lying.issuer}


def link(server: Server, real: RealProvider, **changes: Any) -> Somebody:
    """架空 真帆 signs in as usual once and links herself."""
    choose(server.admin(), real.issuer, **changes)
    maho = server.hire(MAHO)
    linked = told(back(maho, real.visit(begin(maho, "/api/provider/link"), HERS)))
    assert linked == {"done": "linked", "sign_in": None, "session": None}
    return maho


def events(server: Server, action: str) -> list[str]:
    """Outcomes of みなも's events of a kind, in their order."""
    with reading(server.engine, server.clinics.minamo.id) as session:
        wanted = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.sequence)  # type: ignore[arg-type]
        return [event.outcome for event in session.exec(wanted)]


# --- as it is meant ------------------------------------------------------------------------------------------


def test_who_is_linked_comes_in_by_the_provider_and_her_own_second_factor(
    either_server: Server, real: RealProvider
) -> None:
    server = either_server
    link(server, real)
    browser = server.nobody()
    arrived = told(back(browser, real.visit(begin(browser), HERS, code=True)))
    assert (arrived["done"], arrived["sign_in"]["stage"]) == ("signed_in", "second_factor")
    with server.changing() as session:
        a_while_passes(session)
    code = one_time_code(MAHO, datetime.now(UTC))
    assert told(browser.post("/api/session/second-factor", {"code": code}))["stage"] == "open"
    assert told(browser.get("/api/session"))["staff"]["name"] == MAHO.name


@pytest.mark.parametrize(("code", "stage"), [(True, "open"), (False, "second_factor")])
def test_where_the_provider_asks_for_two_factors_its_word_is_enough_when_it_says_so(
    server: Server, real: RealProvider, code: bool, stage: str
) -> None:
    link(server, real, second_factor_by="provider")
    browser = server.nobody()
    arrived = told(back(browser, real.visit(begin(browser), HERS, code=code)))
    assert arrived["sign_in"]["stage"] == stage
    assert browser.get("/api/session").status_code == (200 if stage == "open" else 401)


def test_the_browser_is_sent_with_everything_that_binds_the_answer_to_it(server: Server, real: RealProvider) -> None:
    choose(server.admin(), real.issuer, acr="urn:clinic:two")
    browser = server.nobody()
    address = urlsplit(begin(browser))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == real.issuer
    assert asked.pop("redirect_uri") == "http://localhost/office/provider/minamo"
    secrets = [asked.pop(name) for name in ("state", "nonce", "code_challenge")]
    assert len(set(secrets)) == 3
    assert all(len(each) == 43 for each in secrets)
    assert asked == {
        "response_type": "code", "client_id": CLIENT, "scope": "openid", "code_challenge_method": "S256",
        "acr_values": "urn:clinic:two", "max_age": "43200",
    }  # fmt: skip
    cookie = browser.client.get_cookie("otonai_pending")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert not any(secret in cookie.value for secret in secrets)


def test_a_new_person_links_instead_of_choosing_a_password(server: Server, real: RealProvider) -> None:
    admin = server.admin()
    choose(admin, real.issuer, second_factor_by="provider")
    invited = told(admin.post("/api/staff", {"name": "新人　花", "login_name": "hana@minamo", "role": "nurse"}), 201)
    hana = server.nobody()
    told(hana.post("/api/session/sign-up", {"code": invited["code"]}))
    arrived = told(back(hana, real.visit(begin(hana, "/api/provider/link"), "s-2002", code=True)))
    assert (arrived["done"], arrived["sign_in"]["stage"]) == ("linked", "open")
    refused(server.nobody().post("/api/session/sign-up", {"code": invited["code"]}), "sign_up_code_wrong", 401)
    again = server.nobody()
    assert told(back(again, real.visit(begin(again), "s-2002", code=True)))["sign_in"]["stage"] == "open"
    refused(hana.delete("/api/provider/link"), "provider_only_way", 409)


def test_the_provider_proves_anew_before_a_sensitive_act(server: Server, real: RealProvider) -> None:
    maho = link(server, real)
    with server.changing() as session:
        session.execute(update(StaffSession).values(proved_at=people.NOW))
    refused(maho.post("/api/passkeys/question"), "proof_needed", 403)
    address = begin(maho, "/api/provider/proof")
    assert "prompt=login" in address
    # She has an app, and this provider's word is one factor: no more is it than a password alone.
    refused(back(maho, real.visit(address, HERS)), "proof_wants_code", 403)
    with server.changing() as session:
        session.execute(delete(Authenticator))
        session.execute(update(Clinic).values(two_factors=False))
    address = begin(maho, "/api/provider/proof")
    assert told(back(maho, real.visit(address, HERS)))["done"] == "proved"
    told(maho.post("/api/passkeys/question"))


def test_links_are_seen_and_taken_away_by_oneself_and_by_the_administrator(server: Server, real: RealProvider) -> None:
    maho, admin = link(server, real), server.admin()
    mine = told(maho.get("/api/provider/link"))
    assert (mine["offered"], mine["host"]) == (True, "localhost")
    assert mine["linked_at"] is not None
    assert told(admin.get("/api/settings/provider"))["linked"] == 1
    told(maho.delete("/api/provider/link"), 204)
    browser = server.nobody()
    refused(back(browser, real.visit(begin(browser), HERS)), "provider_unlinked", 401)
    told(back(maho, real.visit(begin(maho, "/api/provider/link"), HERS)))
    me = told(maho.get("/api/session"))["staff"]["id"]
    told(admin.delete(f"/api/provider/people/{me}/link"), 204)
    refused(maho.get("/api/session"), "not_signed_in", 401)
    refused(back(browser, real.visit(begin(browser), HERS)), "provider_unlinked", 401)
    assert (len(events(server, "provider_linked")), len(events(server, "provider_unlinked"))) == (2, 2)


# --- whose word about whom -----------------------------------------------------------------------------------


def test_whom_nobody_linked_the_provider_cannot_bring_in_whatever_the_name(server: Server, real: RealProvider) -> None:
    link(server, real)
    for who in ("s-9999", login_of(MAHO), MAHO.login_name, login_of(MAHO).upper()):
        browser = server.nobody()
        refused(back(browser, real.visit(begin(browser), who, code=True)), "provider_unlinked", 401)
        refused(browser.get("/api/session"), "not_signed_in", 401)
    assert events(server, "provider_refused") == ["unlinked"] * 4


@pytest.mark.shows("F42")
def test_the_neighbours_people_are_nobody_here_though_the_provider_is_the_same(
    either_server: Server, real: RealProvider
) -> None:
    server = either_server
    link(server, real, second_factor_by="provider")
    choose(server.neighbour(), real.issuer, second_factor_by="provider")
    browser = server.nobody()
    refused(back(browser, real.visit(begin(browser, clinic="hinata"), HERS, code=True)), "provider_unlinked", 401)
    # An answer for one clinic is none for the other.
    given = real.visit(begin(browser, clinic="hinata"), HERS, code=True)
    refused(back(browser, given | {"clinic": "minamo"}), "provider_not_fitting", 401)


def test_one_name_at_the_provider_is_one_person_here(server: Server, real: RealProvider) -> None:
    link(server, real)
    nurse = server.hire(people.NURSE)
    refused(back(nurse, real.visit(begin(nurse, "/api/provider/link"), HERS)), "provider_linked_elsewhere", 409)


def test_a_link_begun_by_one_person_cannot_be_ended_by_another(server: Server, real: RealProvider) -> None:
    maho, nurse = link(server, real), server.hire(people.NURSE)
    given = real.visit(begin(maho, "/api/provider/link"), "s-3003")
    cookie = maho.client.get_cookie("otonai_pending")
    assert cookie is not None
    nurse.client.set_cookie("otonai_pending", cookie.value)
    refused(back(nurse, given), "provider_not_fitting", 401)
    assert told(nurse.get("/api/provider/link"))["linked_at"] is None


def test_who_moves_to_another_issuer_links_anew(server: Server, lying: LyingProvider, real: RealProvider) -> None:
    choose(server.admin(), real.issuer)
    browser = server.nobody()
    refused(back(browser, real.visit(begin(browser), lying.subject)), "provider_unlinked", 401)


def test_a_stopped_person_comes_in_by_no_provider_and_returns_unlinked(server: Server, real: RealProvider) -> None:
    maho, admin = link(server, real), server.admin()
    me = told(maho.get("/api/session"))["staff"]["id"]
    told(admin.patch(f"/api/staff/{me}", {"active": False}))
    browser = server.nobody()
    refused(back(browser, real.visit(begin(browser), HERS)), "provider_unlinked", 401)
    told(admin.post(f"/api/staff/{me}/return"))
    refused(back(browser, real.visit(begin(browser), HERS)), "provider_unlinked", 401)


# --- what only looks like an answer --------------------------------------------------------------------------


def test_an_answer_works_once(server: Server, real: RealProvider) -> None:
    link(server, real, second_factor_by="provider")
    browser, thief = server.nobody(), server.nobody()
    given = real.visit(begin(browser), HERS, code=True)
    cookie = browser.client.get_cookie("otonai_pending")
    assert cookie is not None
    told(back(browser, given))
    refused(back(browser, given), "provider_too_late", 401)
    thief.client.set_cookie("otonai_pending", cookie.value)
    refused(back(thief, given), "provider_not_fitting", 401)  # the provider itself takes a code once


def test_an_answer_works_once_even_where_the_provider_forgets_that(server: Server, lying: LyingProvider) -> None:
    browser = server.nobody()
    given = lie(lying, begin(browser))
    cookie = browser.client.get_cookie("otonai_pending")
    assert cookie is not None
    told(back(browser, given))
    browser.client.set_cookie("otonai_pending", cookie.value)
    refused(back(browser, given), "provider_not_fitting", 401)
    assert events(server, "provider_refused") == ["repeated"]


def test_an_answer_is_worth_nothing_at_another_browser(server: Server, real: RealProvider) -> None:
    link(server, real, second_factor_by="provider")
    hers, thief = server.nobody(), server.nobody()
    given = real.visit(begin(hers), HERS, code=True)
    refused(back(thief, given), "provider_too_late", 401)
    begin(thief)
    refused(back(thief, given), "provider_not_fitting", 401)


def test_an_answer_is_too_old_after_ten_minutes(
    server: Server, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = server.nobody()
    given = lie(lying, begin(browser))
    cookie = browser.client.get_cookie("otonai_pending")
    assert cookie is not None

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(minutes=10)

    monkeypatch.setattr(otonai.api.access, "datetime", Later)
    browser.client.set_cookie("otonai_pending", cookie.value)
    refused(back(browser, given), "provider_too_late", 401)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "漢字"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"clinic": "hinata"},
        {"clinic": "nowhere"},
    ],
    ids=str,
)
def test_an_answer_that_is_not_the_one_asked_for_is_refused(
    server: Server, lying: LyingProvider, changed: dict[str, str | None]
) -> None:
    browser = server.nobody()
    given = {name: text for name, text in (lie(lying, begin(browser)) | changed).items() if text is not None}
    lying.calls.clear()
    refused(back(browser, given), "provider_not_fitting", 401)
    assert "/token" not in lying.calls  # nothing of it reached the provider


def test_a_provider_that_names_itself_in_no_answer_may_be_silent_but_not_wrong(
    server: Server, lying: LyingProvider
) -> None:
    lying.metadata = {"authorization_response_iss_parameter_supported": False}
    browser = server.nobody()
    given = lie(lying, begin(browser))
    refused(back(browser, given | {"iss": "https://evil.example"}), "provider_not_fitting", 401)
    given = lie(lying, begin(browser))
    del given["iss"]
    assert told(back(browser, given))["done"] == "signed_in"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client", CLIENT]},
        {"aud": None},
        {"azp": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"nbf": 2**33},
        {"sub": None},
        {"sub": ""},
        {"sub": 1001},
        {"sub": "s" * 300},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"auth_time": "yesterday"},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_a_word_with_one_wrong_claim_is_refused(server: Server, lying: LyingProvider, claims: dict[str, Any]) -> None:
    lying.claims = claims
    browser = server.nobody()
    refused(back(browser, lie(lying, begin(browser))), "provider_not_fitting", 401)
    refused(browser.get("/api/session"), "not_signed_in", 401)
    assert events(server, "provider_refused") == ["not_fitting"]


def unsigned(lying: LyingProvider) -> None:
    """`alg` none, with every claim right."""
    lying.header, lying.by_hand = {"alg": "none"}, b""


def by_the_shared_secret(lying: LyingProvider) -> None:
    """Signed with what both sides know: anybody who has the secret could have."""
    lying.header, lying.by_hand = {"alg": "HS256"}, SECRET.encode()


def by_the_public_key(lying: LyingProvider) -> None:
    """The public key used as a shared secret."""
    lying.header, lying.by_hand = {"alg": "HS256", "kid": "one"}, lying.key.as_pem(private=False)


def by_a_stranger(lying: LyingProvider) -> None:
    """Another key under the same name."""
    lying.signing_key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)


def by_an_unknown_key(lying: LyingProvider) -> None:
    """A key the provider does not publish."""
    lying.header = {"alg": "RS256", "kid": "two"}
    lying.signing_key = RSAKey.generate_key(2048, {"kid": "two"}, private=True)


def by_its_own_header(lying: LyingProvider) -> None:
    """A key that the token brings along."""
    stranger = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    lying.header = {"alg": "RS256", "kid": "one", "jwk": stranger.as_dict(private=False)}
    lying.signing_key = stranger


def no_token(lying: LyingProvider) -> None:
    """Signs that are no token at all."""
    lying.id_token = "x.y.z"


@pytest.mark.parametrize(
    "forge",
    [unsigned, by_the_shared_secret, by_the_public_key, by_a_stranger, by_an_unknown_key, by_its_own_header, no_token],
)
def test_a_word_that_the_provider_did_not_sign_is_refused(server: Server, lying: LyingProvider, forge: Any) -> None:
    forge(lying)
    browser = server.nobody()
    refused(back(browser, lie(lying, begin(browser))), "provider_not_fitting", 401)
    refused(browser.get("/api/session"), "not_signed_in", 401)


def test_a_key_that_is_new_is_asked_for(server: Server, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    lying.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, private=True)
    lying.header = {"alg": "RS256", "kid": "two"}
    monkeypatch.setattr("otonai.provider_client._ASK_AGAIN", timedelta(0))
    browser = server.nobody()
    assert told(back(browser, lie(lying, begin(browser))))["done"] == "signed_in"


def test_who_goes_back_at_the_provider_is_told_so_calmly(server: Server, real: RealProvider) -> None:
    link(server, real)
    browser = server.nobody()
    refused(back(browser, real.visit(begin(browser), HERS, leave=True)), "provider_refused", 401)


def test_a_provider_that_did_not_ask_again_proves_nothing_anew(server: Server, lying: LyingProvider) -> None:
    maho = server.sign_in(MAHO)
    lying.claims = {"auth_time": 1_700_000_000}
    refused(back(maho, lie(lying, begin(maho, "/api/provider/proof"))), "provider_not_fresh", 401)
    lying.claims = {"sub": "s-7777"}
    refused(back(maho, lie(lying, begin(maho, "/api/provider/proof"))), "provider_unlinked", 401)


# --- when it is away, and what may be called -----------------------------------------------------------------


def test_while_the_provider_is_away_the_password_still_opens(server: Server, lying: LyingProvider) -> None:
    browser = server.nobody()
    given = lie(lying, begin(browser))
    lying.status = {"/token": 500}
    refused(back(browser, given), "provider_away", 503)
    lying.status = {"/.well-known/openid-configuration": 500}
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)
    assert server.sign_in(MAHO).get("/api/session").status_code == 200


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "xn--0.example", "no-such-host.invalid", "-.example", "é"])
def test_a_host_that_is_no_host_is_an_absence(server: Server, host: str) -> None:
    server.app.extensions["otonai"].provider = ProviderClient()
    chosen = {"issuer": f"https://{host}", "client_id": CLIENT}
    refused(server.admin().put("/api/settings/provider", chosen), "provider_not_found", 422)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"\xff\xfe", b'{"issuer": 1}', b"[" * 100_000])
def test_odd_answers_of_a_provider_are_an_absence(server: Server, lying: LyingProvider, content: bytes) -> None:
    lying.body = {"/.well-known/openid-configuration": content}
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)


def test_nothing_is_followed_and_nothing_large_is_read(server: Server, lying: LyingProvider) -> None:
    lying.calls.clear()
    lying.status = {"/.well-known/openid-configuration": 302}
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)
    assert lying.calls == ["/.well-known/openid-configuration"]
    lying.status, lying.body = {}, {"/.well-known/openid-configuration": b'{"a":"' + b"x" * 600_000 + b'"}'}
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)


def test_a_slow_provider_is_not_waited_for(
    server: Server, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.app.extensions["otonai"].provider = ProviderClient(GuardedCalls(loopback=True))
    monkeypatch.setattr("otonai.guarded_calls.PATIENCE", timedelta(milliseconds=50))
    lying.seconds = 0.3
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)


def test_a_provider_that_hangs_holds_only_some_of_the_servers_threads(server: Server, lying: LyingProvider) -> None:
    room = server.app.extensions["otonai"].provider.calls.room
    assert all(room.acquire(blocking=False) for _ in range(4))
    lying.calls.clear()
    refused(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}), "provider_away", 503)
    assert lying.calls == []
    for _ in range(4):
        room.release()
    told(server.nobody().post("/api/provider/sign-in", {"clinic": "minamo"}))


def test_where_the_clinic_wants_its_own_accounts_only_the_linked_cannot_use_a_password(
    server: Server, real: RealProvider
) -> None:
    link(server, real, password_too=False)
    hers = {"login_name": login_of(MAHO), "password": MAHO.password}
    refused(server.nobody().post("/api/session", hers), "password_not_this_way", 403)
    refused(server.nobody().post("/api/session", hers | {"password": "not-the-right-one"}), "sign_in_failed", 401)
    assert server.hire(people.NURSE).get("/api/session").status_code == 200
    told(server.admin().delete("/api/settings/provider"), 204)
    assert told(server.nobody().post("/api/session", hers))["stage"] == "second_factor"


def test_who_asks_for_a_clinic_s_provider_learns_of_no_account(server: Server, real: RealProvider) -> None:
    link(server, real)
    stranger = server.nobody()
    for name in (login_of(MAHO), "nobody@minamo", "@minamo"):
        assert told(stranger.post("/api/provider/sign-in", {"login_name": name}))["address"].startswith(real.issuer)
    for name in ("admin", "maho@hinata", "maho@nowhere", ""):
        refused(stranger.post("/api/provider/sign-in", {"login_name": name}), "provider_not_offered", 403)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://login.example.jp", "not_https"),
        ("https://user@login.example.jp", "odd"),
        ("https://login.example.jp/?a=b", "odd"),
        ("https://login.example.jp/#x", "odd"),
        ("file:///etc/passwd", "odd"),
        ("https://", "odd"),
        ("https://localhost", "inside"),
        ("https://127.0.0.1", "inside"),
        ("https://169.254.169.254", "inside"),
        ("https://10.0.0.8", "inside"),
        ("https://[::1]", "inside"),
        ("https://[::ffff:10.0.0.8]", "inside"),
        ("https://0x7f000001", "inside"),
        ("https://2130706433", "inside"),
    ],
)
def test_no_administrator_can_make_the_server_call_inside(server: Server, address: str, why: str) -> None:
    server.app.extensions["otonai"].provider = ProviderClient()
    chosen = {"issuer": address, "client_id": CLIENT}
    answer = refused(server.admin().put("/api/settings/provider", chosen), "provider_address_refused", 422)
    assert answer["reason"] == why


def test_a_name_that_leads_inside_is_refused_at_every_call(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was public when it was chosen leads inside later (DNS rebinding)."""
    server.app.extensions["otonai"].provider = ProviderClient()
    inside = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: inside)
    chosen = {"issuer": "https://login.example.jp", "client_id": CLIENT}
    told_why = refused(server.admin().put("/api/settings/provider", chosen), "provider_address_refused", 422)
    assert told_why["reason"] == "inside"


def test_a_host_inside_may_be_named_by_the_operator(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def gone(_client: httpx.Client, _method: str, url: httpx.URL, **_more: Any) -> Any:
        called.append(str(url))
        raise httpx.ConnectError("gone")

    client = ProviderClient(GuardedCalls(named=frozenset({"login.clinic.internal"})))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("10.0.0.8", 443))])
    monkeypatch.setattr("httpx.Client.stream", gone)
    server.app.extensions["otonai"].provider = client
    chosen = {"issuer": "https://login.clinic.internal", "client_id": CLIENT}
    refused(server.admin().put("/api/settings/provider", chosen), "provider_not_found", 422)
    assert called == ["https://10.0.0.8/.well-known/openid-configuration"]


def test_a_provider_that_speaks_for_another_issuer_is_not_chosen(server: Server, lying: LyingProvider) -> None:
    lying.metadata = {"issuer": "https://login.example.jp"}
    chosen = {"issuer": lying.issuer, "client_id": CLIENT}
    refused(server.admin().put("/api/settings/provider", chosen), "provider_not_found", 422)


def test_the_clients_secret_is_sealed_and_told_to_nobody(server: Server, lying: LyingProvider) -> None:
    admin = server.admin()
    shown = told(admin.get("/api/settings/provider"))
    assert shown["has_secret"] is True
    assert SECRET not in str(shown)
    assert shown["redirect_uri"] == "http://localhost/office/provider/minamo"
    with reading(server.engine, server.clinics.minamo.id) as session:
        row = session.exec(select(SignInProvider)).one()
        assert row.client_secret is not None
        assert SECRET not in row.client_secret
        assert SECRET not in repr(row)
        assert HERS not in repr(session.exec(select(ProviderLink)).one())
    choose(admin, lying.issuer, client_secret=None)
    assert told(admin.get("/api/settings/provider"))["has_secret"] is True
    choose(admin, lying.issuer, client_secret="")
    assert told(admin.get("/api/settings/provider"))["has_secret"] is False


@pytest.mark.usefixtures("lying")
def test_the_secret_goes_over_to_a_new_sealing_key(server: Server) -> None:
    old = server.app.extensions["otonai"].settings.sealing_keys
    newer = Sealing((bytes(reversed(range(32))), *old))
    with server.changing() as session:
        row = session.exec(select(SignInProvider)).one()
        assert own_provider.seal_provider_anew(session, row.clinic_id, newer) == 1
        assert own_provider.seal_provider_anew(session, row.clinic_id, newer) == 0
        assert own_provider.secret_of(row, Sealing(newer.keys[:1])) == SECRET
        with pytest.raises(SealBroken):
            own_provider.secret_of(row, Sealing(old))


def test_only_the_administrator_freshly_proved_chooses_the_provider(server: Server, lying: LyingProvider) -> None:
    maho, admin = server.sign_in(MAHO), server.admin()
    chosen = {"issuer": lying.issuer, "client_id": CLIENT}
    refused(maho.get("/api/settings/provider"), "role_not_allowed", 403)
    refused(maho.put("/api/settings/provider", chosen), "role_not_allowed", 403)
    with server.changing() as session:
        session.execute(update(StaffSession).values(proved_at=people.NOW))
    refused(admin.put("/api/settings/provider", chosen), "proof_needed", 403)
    refused(admin.delete("/api/settings/provider"), "proof_needed", 403)
