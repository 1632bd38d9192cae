"""A small real server with the contract's routes. It records every call and keeps its own count of effects.

An effect is counted by delivery id alone. Equal bytes under a new delivery id count twice, so that "exactly once"
in these tests is the bridge's doing and not the server's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from otonai.domain.device_proof import SignedProof
from otonai.proofs import read_proof

Answer = tuple[dict[str, Any], int]


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers go out in several writes; without this each would wait for the other side's delayed acknowledgement.
    disable_nagle_algorithm = True

    def log(self, *_: object, **__: object) -> None:
        """Nothing: pytest shows the recorded calls instead."""


@dataclass
class Delivery:
    """One call of `/bridge/files` as it came in."""

    meta: dict[str, Any]
    content: bytes | None
    outcome: str
    at: float = 0.0


@dataclass
class RecordingServer:
    """Behaviour is switched by its public fields while it runs."""

    port: int = 0
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)  # offered until confirmed
    expected: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    heartbeats: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    grants: list[dict[str, str]] = field(default_factory=list)  # forms of the token route
    proofs: list[str] = field(default_factory=list)  # identifiers of the proofs taken
    proof_answer: Answer | None = None  # the answer to every signed call, whatever its proof
    clock_ahead: float = 0.0  # seconds by which the server's clock is ahead of this computer's
    device_answers: list[Answer] = field(default_factory=list)  # what the device grant answers, in order
    access_token: str = "access-0"
    refresh_token: str = "refresh-0"
    stopped: bool = False  # 403 device_stopped
    captive: bool = False  # a page of HTML for every question, as a network's sign-in page does
    failing: int | None = None  # status for every bridge route
    dropping: bool = False  # close the connection without an answer
    drop_after_commit: int = 0  # take this many deliveries, then lose the answer
    live: bool = True
    offer_again: bool = False  # keep offering confirmed jobs
    judge: Callable[[dict[str, Any], bytes], Answer | tuple[str, str | None] | None] | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._streams: list[queue.Queue[bytes | None]] = []
        self._rotation = 0
        self._http: BaseWSGIServer = make_server(
            "127.0.0.1", self.port, self._app(), threaded=True, request_handler=self._with_its_clock()
        )
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.end_streams()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)

    # --- what a test says ---------------------------------------------------------------------------------------

    def offer(self, file_name: str, content: bytes, *, quiet: bool = False, **changes: Any) -> str:
        """A new job; wakes the bridge unless `quiet`."""
        job_id = str(uuid.uuid4())
        job = {
            "id": job_id,
            "file_name": file_name,
            "folder": "req",
            "content": base64.b64encode(content).decode(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "expected_stem": file_name.replace("req_", "res_").removesuffix(".xml"),
            "answer_by": (self.clock() + timedelta(minutes=10)).isoformat(),
        } | changes
        with self._lock:
            self.jobs[job_id] = job
            self.expected.add(job["expected_stem"])
        if not quiet:
            self.wake()
        return job_id

    def wake(self) -> None:
        with self._lock:
            for stream in self._streams:
                stream.put(b"data: jobs\n\n")

    def end_streams(self) -> None:
        with self._lock:
            for stream in self._streams:
                stream.put(None)

    def streams(self) -> int:
        with self._lock:
            return len(self._streams)

    def until(self, condition: Callable[[], bool], seconds: float = 8.0) -> None:
        """Wait until a call made the condition true."""
        with self._changed:
            assert self._changed.wait_for(condition, seconds), self.told()

    def told(self) -> str:
        return "\n".join(f"{d.meta['kind']} {d.meta['file_name']} {d.outcome}" for d in self.deliveries)

    def of(self, kind: str, file_name: str | None = None) -> list[Delivery]:
        with self._lock:
            return [d for d in self.deliveries if d.meta["kind"] == kind and file_name in (None, d.meta["file_name"])]

    def effects(self, kind: str) -> list[tuple[str, str]]:
        """(file name, bytes' hash) once per delivery id."""
        seen: dict[str, tuple[str, str]] = {}
        for delivery in self.of(kind):
            told = (delivery.meta["file_name"], delivery.meta["sha256"])
            assert seen.setdefault(delivery.meta["delivery_id"], told) == told
        return sorted(seen.values())

    # --- routes -------------------------------------------------------------------------------------------------

    def _app(self) -> Flask:
        app = Flask("recording_server")

        @app.before_request
        def troubles() -> Any:
            with self._lock:
                self.paths.append(f"{request.method} {request.path}")
            if self.dropping:
                return self._drop()
            if request.path.startswith("/api/bridge/"):
                if self.captive:
                    return "<html>Welcome to the free Wi-Fi</html>"
                if self.failing:
                    return {"code": "out_of_order"}, self.failing
                if self.stopped and "Authorization" in request.headers:
                    return {"code": "device_stopped"}, 403
                if request.headers.get("Authorization") != f"DPoP {self.access_token}":
                    return {"code": "token_expired"}, 401
                if refused := self._check_proof():
                    return refused
            return None

        @app.get("/api/bridge/jobs")
        def jobs() -> Any:
            with self._changed:
                self._changed.notify_all()
                if self.stopped:  # since this call came in
                    return {"code": "device_stopped"}, 403
                return {
                    "jobs": list(self.jobs.values()),
                    "expected": sorted(self.expected),
                    "poll_after_ms": 300,
                    "live": self._live(),
                }

        @app.post("/api/bridge/files")
        def files() -> Any:
            meta = json.loads(request.form["meta"])
            uploaded = request.files.get("file")
            content = uploaded.read() if uploaded else None
            with self._changed:
                answer = self._take(meta, content)
                self._changed.notify_all()
                if self.drop_after_commit:
                    self.drop_after_commit -= 1
                    return self._drop()
                return answer

        @app.post("/api/bridge/heartbeat")
        def heartbeat() -> Any:
            with self._changed:
                self.heartbeats.append(request.get_json())
                self._changed.notify_all()
                return {"server_time": self.clock().isoformat(), "jobs_waiting": False, "live": self._live()}

        @app.post("/api/oauth/device")
        def device() -> Any:
            return {
                "device_code": "device-code",
                "user_code": "WDJB-MJHT",
                "verification_uri": f"{self.url}/office/devices",
                "verification_uri_complete": f"{self.url}/office/devices?code=WDJB-MJHT",
                "expires_in": 600,
                "interval": 0.01,
            }

        @app.post("/api/oauth/token")
        def token() -> Any:
            form = request.form.to_dict()
            if refused := self._check_proof():
                return refused
            with self._lock:
                self.grants.append(form)
                if form["grant_type"] == "refresh_token":
                    if self.stopped:
                        return {"code": "device_stopped"}, 403
                    if form["refresh_token"] != self.refresh_token:
                        return {"error": "invalid_grant"}, 400
                elif self.device_answers:
                    return self.device_answers.pop(0)
                return self.rotate()

        @app.post("/api/oauth/revoke")
        def revoke() -> Any:
            return {}

        @app.get("/live/bridge")
        def live() -> Any:
            if request.headers.get("Authorization") != "DPoP ticket-1" or self._check_proof():
                return {"code": "ticket_refused"}, 401
            if not self.live:  # a ticket handed out a moment before opens nothing either
                return {"code": "live_away"}, 503
            return Response(self._stream(), mimetype="text/event-stream")

        @app.errorhandler(404)
        def unknown(_: object) -> Any:
            return jsonify(code="not_found"), 404

        return app

    def _check_proof(self) -> Any:
        """A refusal unless this call was signed for itself, now and for the first time."""
        if self.proof_answer is not None:
            return self.proof_answer
        proof, wrong = read_proof(request.headers.get("DPoP")), None
        address = f"{request.scheme}://{request.host}{request.path}"
        if not isinstance(proof, SignedProof) or (proof.method, proof.address) != (request.method, address):
            wrong = "invalid_dpop_proof"
        elif proof.unique in self.proofs:
            wrong = "proof_repeated"
        elif abs(proof.issued_at - time.time() - self.clock_ahead) > 60 and proof.nonce != "nonce-1":
            wrong = "use_dpop_nonce"
        else:
            self.proofs.append(proof.unique)
        if wrong is None:
            return None
        return {"code": "proof_refused", "error": wrong}, 401, {"DPoP-Nonce": "nonce-1"}

    def _with_its_clock(self) -> type[Quiet]:
        """Answers are dated by this server's clock."""
        recording = self

        class Dated(Quiet):
            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string((timestamp or time.time()) + recording.clock_ahead)

        return Dated

    def rotate(self) -> dict[str, Any]:
        """A new pair; the old one is dead."""
        with self._lock:
            self._rotation += 1
            self.access_token, self.refresh_token = f"access-{self._rotation}", f"refresh-{self._rotation}"
            return {
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "token_type": "DPoP",
                "expires_in": 3600,
            }

    def _take(self, meta: dict[str, Any], content: bytes | None) -> Any:
        before = [d for d in self.deliveries if d.meta["delivery_id"] == meta["delivery_id"]]
        outcome, reason = ("duplicate", None) if before else ("accepted", None)
        if content is not None:
            assert hashlib.sha256(content).hexdigest() == meta["sha256"]
            assert len(content) == meta["size"]
            judged = self.judge(meta, content) if self.judge else None
            if judged and isinstance(judged[1], int):
                return judged
            if judged:
                outcome, reason = judged
            elif meta["file_name"].endswith(".xml") and not content.rstrip().endswith(b"</XmlMsg>"):
                outcome, reason = "quarantined", "incomplete"
        if meta["kind"] in ("written", "write_failed") and not self.offer_again:
            self.jobs.pop(meta["job_id"], None)
        self.deliveries.append(Delivery(meta, content, outcome))
        return {
            "delivery_id": meta["delivery_id"],
            "outcome": outcome,
            "reason": reason,
            "jobs_waiting": bool(self.jobs),
        }

    def _live(self) -> dict[str, str] | None:
        return {"url": f"{self.url}/live/bridge", "ticket": "ticket-1"} if self.live else None

    def _stream(self) -> Iterator[bytes]:
        events: queue.Queue[bytes | None] = queue.Queue()
        with self._lock:
            self._streams.append(events)
        try:
            yield b": open\n\n"
            while True:
                try:
                    event = events.get(timeout=0.5)
                except queue.Empty:
                    event = b": still here\n\n"
                if event is None:
                    return
                yield event
        finally:
            with self._lock:
                self._streams.remove(events)

    def _drop(self) -> Response:
        """Lose the connection before anything is answered."""
        peer: socket.socket = request.environ["werkzeug.socket"]
        peer.shutdown(socket.SHUT_RDWR)
        return Response(status=500)
