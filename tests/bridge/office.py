"""An office with real folders and a real bridge, for stories; the bridge's loop runs in a thread.

Who plays: みなも在宅クリニック (institution code 1319999990), its terminal, and another program in the same folders.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bridge.recording_server import RecordingServer

from otonai_bridge import credentials
from otonai_bridge.assemble import assembled
from otonai_bridge.config import Settings
from otonai_bridge.credentials import Credentials
from otonai_bridge.device_key import DeviceKey
from otonai_bridge.folders import Folders
from otonai_bridge.journal import Journal
from otonai_bridge.killpoints import KillPoints
from otonai_bridge.loop import Clock, Ending
from otonai_bridge.naming import JST
from otonai_bridge.wakeups import Wake, Wakeups

LIST_REQUEST = "OQSmuhvq01req_202611235001.xml"
LIST_ANSWER = "OQSmuhvq01res_202611235001.xml"
REQUEST = b"<XmlMsg><MessageHeader/><MessageBody>list of consents</MessageBody></XmlMsg>"
ANSWER = b"<XmlMsg><MessageHeader/><MessageBody>one person consented</MessageBody></XmlMsg>"


def request_name(serial: int) -> str:
    return f"OQSmuhvq01req_20261123{serial:04d}.xml"


def answer_name(serial: int) -> str:
    return f"OQSmuhvq01res_20261123{serial:04d}.xml"


def face_name(stamp: datetime, number: int = 0) -> str:
    """The card reader stamps in Japan's time."""
    return f"OQSsiquc01res_face_1319999990{number:020d}_{stamp.astimezone(JST):%Y%m%d%H%M%S}.xml"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def eventually(condition: Callable[[], object], seconds: float = 8.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


def drop(path: Path, content: bytes) -> None:
    """As OQSComApp does at its best: whole under another name, then renamed."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    temporary.rename(path)


@dataclass
class Office:
    base: Path
    server: RecordingServer
    settle_seconds: float = 0.03
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    ending: Ending | None = None
    surprise: BaseException | None = None

    def __post_init__(self) -> None:
        self.root = self.base / "OQS"
        self.state = self.base / "state"
        for name in ("req", "res", "face"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        credentials.private_folder(self.state)
        self._thread: threading.Thread | None = None
        self._wakeups = Wakeups()
        if not credentials.credentials_path(self.state).exists():
            self.pair()

    @property
    def req(self) -> Path:
        return self.root / "req"

    @property
    def res(self) -> Path:
        return self.root / "res"

    @property
    def face(self) -> Path:
        return self.root / "face"

    @property
    def settings(self) -> Settings:
        return Settings(
            server=self.server.url,
            folders={name: self.root / name for name in ("req", "res", "face")},
            state=self.state,
            rescan_seconds=0.1,
            heartbeat_seconds=0.5,
            settle_seconds=self.settle_seconds,
        )

    def pair(self) -> None:
        pair = Credentials(
            self.server.url, "受付のPC", self.server.access_token, self.server.refresh_token, time.time() + 3600
        )
        credentials.save(self.state, pair)
        DeviceKey.make().save(self.state)

    def start(
        self,
        folders: Folders | None = None,
        journal: Callable[[Path], Journal] | None = None,
        clock: Clock | None = None,
        **changes: Any,
    ) -> None:
        """Run a bridge until `stop`; parts may be exchanged."""
        ready = threading.Event()
        self._wakeups, self.ending, self.surprise = Wakeups(), None, None
        settings = replace(self.settings, **changes)

        def say(event: str, **facts: Any) -> None:
            self.events.append((event, facts))
            ready.set()

        def work() -> None:
            try:
                made = journal(settings.state) if journal else None
                with assembled(
                    settings, self._wakeups, KillPoints(), folders=folders, journal=made, clock=clock, say=say
                ) as loop:
                    self.ending = loop.run()
            except BaseException as error:  # reported by `stop`
                self.surprise = error
                ready.set()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        assert ready.wait(5)

    def stop(self) -> None:
        if self._thread:
            self._wakeups.post(Wake.STOP)
            self.joined()

    def joined(self) -> None:
        """Wait until the bridge has ended by itself."""
        assert self._thread
        self._thread.join(timeout=15)
        assert not self._thread.is_alive()
        self._thread = None
        if self.surprise:
            raise self.surprise

    def said(self, event: str) -> list[dict[str, Any]]:
        return [facts for name, facts in list(self.events) if name == event]

    def wait_for(self, event: str, count: int = 1) -> None:
        eventually(lambda: len(self.said(event)) >= count or self.surprise)
        if self.surprise:
            raise self.surprise

    def names(self, folder: str) -> list[str]:
        return sorted(os.listdir(self.root / folder))


class Terminal:
    """OQSComApp's part: takes each request out of `req` and puts an answer into `res`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.taken: list[tuple[str, bytes]] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        while not self._ending.wait(0.003):
            for path in sorted((self.root / "req").glob("*.xml")):
                content = path.read_bytes()
                path.unlink()
                self.taken.append((path.name, content))
                drop(self.root / "res" / path.name.replace("req_", "res_"), ANSWER + path.name.encode() + b"</XmlMsg>")
