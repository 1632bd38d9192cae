"""The tablets: one Node process that runs the shipped modules, and the network between it and the server.

Every call of a tablet comes here as a line; the application answers it over WSGI, and a seeded choice decides what of
that answer the tablet hears. Calls that change something can be sent a second time, as an eavesdropper would.
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from tests.machine.clock import Clock

PWA = Path(__file__).resolve().parents[2] / "pwa"
LOST = ("DatabaseClosedError", "InvalidStateError", "AbortError")
PORTAL = b"<!doctype html><title>Welcome to the hotel</title>"


def build(folder: Path, mutant: str = "") -> Path:
    """Bundle page and host; the shipped modules, or with one of them wrapped by a mutant."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["node", "machine/build.mjs", str(folder), *([mutant] if mutant else [])]
    subprocess.run(words, cwd=PWA, check=True, capture_output=True, text=True)
    return folder


class Stuck(AssertionError):
    """A tablet asks again and again without an end."""


@dataclass
class Network:
    """What becomes of the calls of one tablet."""

    online: bool = True
    #: Of the next calls, first to last: `before`, `after`, `torn`, `portal` or nothing.
    fates: deque[str] = field(default_factory=deque)


@dataclass
class Heard:
    """One call that reached the server, and what it answered."""

    tablet: str
    method: str
    path: str
    status: int
    body: bytes


class Tablets:
    """The Node process. `order` returns when nothing moves any more."""

    def __init__(self, built: Path) -> None:
        # One worker thread: cryptography then ends in the order in which it began, and a seed plays the same again.
        self._process = subprocess.Popen(
            ["node", str(built / "host.mjs"), str(built / "page.js")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env=os.environ | {"UV_THREADPOOL_SIZE": "1"},
        )  # fmt: skip
        self.networks: dict[str, Network] = {}
        self.heard: list[Heard] = []
        self.orders = 0
        #: Up to where somebody has read `heard`.
        self.read = 0
        self._serve: Callable[[str, dict[str, Any]], Heard] | None = None
        self._last: dict[str, dict[str, Any]] = {}
        self._chance = random.Random(0)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def begin(self, app: Flask, clock: Clock, chance: random.Random) -> None:
        """A new world: nobody is known yet."""
        self.networks, self.heard, self._last, self._chance, self.read = {}, [], {}, chance, 0
        client = app.test_client(use_cookies=False)

        def serve(name: str, call: dict[str, Any]) -> Heard:
            answer = client.open(
                call["path"], method=call["method"], headers=call["headers"], data=base64.b64decode(call["body"])
            )
            heard = Heard(name, call["method"], call["path"], answer.status_code, answer.get_data())
            heard_headers = {name.lower(): text for name, text in answer.headers.items()}
            heard_headers["date"] = clock.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
            self._headers = heard_headers
            self.heard.append(heard)
            return heard

        self._serve = serve
        self.order("forget")

    def add(self, name: str, clock: Clock, seed: int) -> None:
        """A tablet out of its box, switched on."""
        self.networks[name] = Network()
        self.order("add", name, wall=clock.wall, seed=seed)
        self.order("start", name)

    def order(self, act: str, tablet: str = "", **told: Any) -> Any:
        """Carry one order out. Raises Stuck when a tablet runs in circles, AssertionError when its code throws."""
        self.orders += 1
        self._write({"act": act, "tablet": tablet, **told})
        while True:
            line = self._line()
            if "ask" in line:
                self._write({"answer": line["ask"], **self._answered(line["tablet"], line)})
                continue
            if line["circles"]:
                raise Stuck(f"I5: {act} of {tablet} never comes to rest")
            assert line["failure"] is None or "the page is gone" in line["failure"], (act, tablet, line["failure"])
            # What a page lost with its storage it takes up again; any other error that nobody hears is a defect.
            unheard = [each for each in line["troubles"] if not each.startswith(LOST)]
            assert not unheard, (act, tablet, unheard)
            return line["result"]

    def again(self, name: str) -> int | None:
        """Send the last changing call of a tablet once more, byte by byte; the status of the answer."""
        call = self._last.get(name)
        if call is None or self._serve is None:
            return None
        heard = self._serve(name, call)
        self.heard.pop()
        return heard.status

    def counted(self, tablet: str) -> Counter[str]:
        """How often the server answered well, by path."""
        return Counter(h.path.partition("?")[0] for h in self.heard if h.tablet == tablet and h.status < 300)

    def _answered(self, name: str, call: dict[str, Any]) -> dict[str, Any]:
        network = self.networks.get(name)
        if network is None or not network.online:
            return {"kind": "lost"}
        fate = network.fates.popleft() if network.fates else ""
        if fate == "before":
            return {"kind": "lost"}
        if fate == "portal":
            return {
                "kind": "answer", "status": 200, "headers": {"content-type": "text/html"},
                "body": base64.b64encode(PORTAL).decode(),
            }  # fmt: skip
        assert self._serve
        heard = self._serve(name, call)
        if call["method"] != "GET":
            self._last[name] = call
        if fate == "after":
            return {"kind": "lost"}
        told: dict[str, Any] = {
            "kind": "answer", "status": heard.status, "headers": self._headers,
            "body": base64.b64encode(heard.body).decode(),
        }  # fmt: skip
        if fate == "torn" and heard.body:
            told["cut"] = self._chance.randrange(len(heard.body))
        return told

    def _write(self, line: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the tablets' process has ended"
        found: dict[str, Any] = json.loads(line)
        return found
