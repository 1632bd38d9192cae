"""A real OpenID provider on loopback, a lying one, and a browser that visits them."""

from __future__ import annotations

import base64
import hmac
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from tests.server.installation import free_port

HERE = Path(__file__).parent
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
CLIENT, SECRET = "otonai", "kept by clinic & provider: 100 %"


@dataclass(frozen=True)
class RealProvider:
    """npm oidc-provider, running."""

    issuer: str

    def visit(self, address: str, who: str, *, code: bool = False, leave: bool = False) -> dict[str, str]:
        """Somebody's browser: signs in there, and comes back with what it was given."""
        with httpx.Client(timeout=10.0) as browser:
            answer = browser.get(address)
            while answer.is_redirect:
                answer = browser.get(answer.url.join(answer.headers["location"]))
            typed = {"who": who} | ({"code": "yes"} if code else {}) | ({"leave": "yes"} if leave else {})
            answer = browser.post(answer.url, data=typed)
            while answer.headers["location"].startswith(self.issuer):
                answer = browser.get(answer.headers["location"])
            back = urlsplit(answer.headers["location"])
            told = {name: values[0] for name, values in parse_qs(back.query).items()}
            return {"clinic": back.path.rpartition("/")[2]} | told


@contextmanager
def real_provider(*redirects: str) -> Iterator[RealProvider]:
    """Started by Node, ready, ended with the block."""
    node = shutil.which("node")
    assert node is not None, "Node is set up by `python3 run.py setup`"
    assert (HERE / "node_modules").is_dir(), "its packages are set up by `python3 run.py setup`"
    port = free_port()
    words = [f"--redirect={each}" for each in redirects]
    process = subprocess.Popen(
        [node, "--no-warnings", HERE / "provider.mjs", "--port", str(port), "--client", CLIENT, "--secret", SECRET,
         *words],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield RealProvider(f"http://localhost:{port}")
    finally:
        process.kill()
        process.communicate()


@dataclass
class LyingProvider:
    """Says whatever a test wants; told nothing, it tells the truth. Signs with its own key."""

    issuer: str = ""
    subject: str = "s-1001"
    nonce: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)  # None takes a claim away
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    signing_key: Any = None
    by_hand: bytes | None = None  # an HMAC with these bytes; without any, no signature at all
    id_token: str | None = None  # told instead of a signed one
    status: dict[str, int] = field(default_factory=dict)  # by path
    body: dict[str, bytes] = field(default_factory=dict)  # by path, instead of ours
    seconds: float = 0.0  # how long an answer takes
    calls: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: KEY)

    def answer(self, path: str) -> Any:
        """The document at a path."""
        if path == "/.well-known/openid-configuration":
            own = {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
                "authorization_response_iss_parameter_supported": True,
            }  # fmt: skip
            return own | self.metadata
        if path == "/jwks":
            return KeySet([self.key]).as_dict(private=False)
        return {"token_type": "Bearer", "access_token": "unused", "id_token": self.id_token or self._signed()}

    def _signed(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.subject, "nonce": self.nonce, "iat": now, "exp": now + 300,
            "auth_time": now, "amr": ["pwd", "mfa"],
        } | self.claims  # fmt: skip
        told = {name: value for name, value in claims.items() if value is not None}
        if self.by_hand is not None:
            signed = ".".join(_encoded(json.dumps(part).encode()) for part in (self.header, told))
            mac = hmac.digest(self.by_hand, signed.encode(), "sha256") if self.by_hand else b""
            return f"{signed}.{_encoded(mac)}"
        return jwt.encode(self.header, told, self.signing_key or self.key, algorithms=[self.header["alg"]])


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """Serving on loopback until the block ends."""
    lying = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            lying.calls.append(self.path)
            time.sleep(lying.seconds)
            content = lying.body.get(self.path)
            if content is None:
                content = json.dumps(lying.answer(self.path)).encode()
            self.send_response(lying.status.get(self.path, 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", f"{lying.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lying.issuer = f"http://localhost:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield lying
    finally:
        server.shutdown()
        server.server_close()
