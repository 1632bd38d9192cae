"""What the wire gives away, and what a server shows that it need not: versions of TLS, methods, folders, versions."""

from __future__ import annotations

import contextlib
import socket
import ssl
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.server.installation import Installation, Served

#: Old versions that browsers have given up, and the one before the newest, which no device of ours needs.
TOO_OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2]


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key, as a clinic's own authority makes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "own.pem", folder / "own.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*form))
    secret.chmod(0o600)
    return certificate, secret


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The web role with its own TLS, as on one office PC."""
    home = tmp_path_factory.mktemp("tls")
    certificate, secret = own_certificate(home)
    made = Installation(home)
    with made.serve("--only", "web", "--certificate", str(certificate), "--certificate-key", str(secret)):
        yield made.port, certificate


def offered(port: int, trusted: Path, version: ssl.TLSVersion) -> str | None:
    """What is agreed on when a client speaks this version alone."""
    context = ssl.create_default_context(cafile=str(trusted))
    with warnings.catch_warnings():  # Python itself advises against asking for the old ones
        warnings.simplefilter("ignore")
        context.minimum_version = context.maximum_version = version
    with contextlib.suppress(ssl.SSLError, ConnectionError), socket.create_connection(("localhost", port), 5) as plain:
        return context.wrap_socket(plain, server_hostname="localhost").version()
    return None


def test_only_the_newest_tls_is_spoken(behind_tls: tuple[int, Path]) -> None:
    port, certificate = behind_tls
    assert [offered(port, certificate, version) for version in TOO_OLD] == [None, None, None]
    assert offered(port, certificate, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"


def test_where_tls_is_spoken_plain_http_gets_no_answer(behind_tls: tuple[int, Path]) -> None:
    port, _ = behind_tls
    with socket.create_connection(("localhost", port), 5) as plain:
        plain.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert b"HTTP/1.1 2" not in plain.recv(1000)


def test_whoever_trusts_the_certificate_is_served(behind_tls: tuple[int, Path]) -> None:
    port, certificate = behind_tls
    trust = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(base_url=f"https://localhost:{port}", verify=trust) as client:
        assert client.get("/api/health").json()["status"] == "ok"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "FOO"])
def test_a_method_that_no_route_names_is_refused(served: Served, method: str) -> None:
    address = urlsplit(served.address)
    for path in ("/", "/api/health", "/api/session"):
        with socket.create_connection(("localhost", address.port or 80), 5) as plain:
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Secret: canary\r\nConnection: close\r\n\r\n"
            plain.sendall(head.encode())
            told = b"".join(iter(lambda: plain.recv(4000), b""))
        assert told.split(b" ", 2)[1:2] in ([b"400"], [b"404"], [b"405"], [b"501"]), told[:80]
        assert b"canary" not in told


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/assets", "/assets/", "/otonai.db", "/../data/otonai.db", "/keys/database.key",
        "/package.json", "/src/main.tsx", "/.well-known/", "/server-status", "/api/docs", "/swagger-ui",
        "/console", "/metrics",
    ],
)  # fmt: skip
def test_nothing_of_the_machine_and_no_folder_is_shown(served: Served, path: str) -> None:
    answer = httpx.get(f"{served.address}{path}")
    app = httpx.get(f"{served.address}/office/list")
    # An address of no file is a screen of the app, and the app is the same for everybody.
    assert answer.status_code == 404 or answer.content == app.content


def test_the_server_does_not_name_its_versions(served: Served) -> None:
    for path in ("/", "/api/health", "/api/nothing"):
        headers = httpx.get(f"{served.address}{path}").headers
        assert not any(sign in headers.get("server", "") for sign in "0123456789/")
        assert "x-powered-by" not in headers


def test_what_a_proxy_adds_is_not_believed(served: Served) -> None:
    """Nothing here is decided by addresses that a sender can write himself."""
    lies = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1",
        "X-Real-IP": "127.0.0.1", "Forwarded": "host=evil.example", "X-Original-URL": "/api/patients",
        "X-Rewrite-URL": "/api/patients", "X-User-Id": "1", "Host": "evil.example",
    }  # fmt: skip
    for path in ("/api/session/profile", "/office/list", "/api/health"):
        answer = httpx.get(f"{served.address}{path}", headers=lies)
        assert answer.status_code == 200
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)
    form = {"client_id": "otonai-tablet", "device_name": "1号"}
    grant = httpx.post(f"{served.address}/api/oauth/device", data=form, headers=lies)
    assert "evil" not in grant.text
