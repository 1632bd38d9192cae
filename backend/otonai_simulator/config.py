"""How the simulator is set up: institutions with their folders, the pace of answers, the style of files."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from .people import CLINIC_NAMES, INSTITUTION_CODES
from .wire import Encoding


class FaceName(StrEnum):
    """Names of face files (oqs-interface 5.1): with the 30-character ID part, or with the stamp alone."""

    WITH_ID = "id30"
    STAMP_ONLY = "plain"


class Writing(StrEnum):
    """How files get into `res` and `face`: under a temporary name and renamed, or straight into place."""

    RENAMED = "renamed"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Institution:
    """One clinic with its terminal: institution code, key of its consent page, and the folder of req/res/face."""

    code: str
    url_key: str
    root: Path

    @property
    def clinic(self) -> int | None:
        """1 or 2 when the code is a demo clinic's, which decides whose people come first on the consent page."""
        return next((number for number, code in INSTITUTION_CODES.items() if code == self.code), None)

    @property
    def name(self) -> str:
        """The clinic's name on the consent page."""
        return CLINIC_NAMES[self.clinic] if self.clinic else f"医療機関 {self.code}"

    @property
    def requests(self) -> Path:
        """Where clinic software drops requests."""
        return self.root / "req"

    @property
    def results(self) -> Path:
        """Where answers appear."""
        return self.root / "res"

    @property
    def faces(self) -> Path:
        """Where card-reader results appear."""
        return self.root / "face"


@dataclass(frozen=True, slots=True)
class Pace:
    """Latency in milliseconds (A-03): until a request is picked up, answered, and until a bulk request is ready."""

    pickup_ms: int = 300
    answer_ms: int = 1200
    bulk_ready_ms: int = 20_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is fixed while the simulator runs."""

    institutions: tuple[Institution, ...]
    state_dir: Path
    encoding: Encoding = Encoding.UTF_8
    face_name: FaceName = FaceName.WITH_ID
    writing: Writing = Writing.RENAMED
    pace: Pace = Pace()
    earlier_consents: bool = False
    stay_minutes: int = 1440

    def institution(self, code: str) -> Institution | None:
        """The institution with this code."""
        return next((each for each in self.institutions if each.code == code), None)

    def institution_by_key(self, url_key: str) -> Institution | None:
        """The institution whose consent page has this key."""
        return next((each for each in self.institutions if each.url_key == url_key), None)


@dataclass(slots=True)
class Dial:
    """The pace as it can be turned while running, from the control page."""

    pace: Pace
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def turn(self, **milliseconds: int) -> Pace:
        """Change single values; raises ValueError for a negative one and TypeError for an unknown name."""
        if any(value < 0 for value in milliseconds.values()):
            raise ValueError("a latency cannot be negative")
        with self._lock:
            self.pace = replace(self.pace, **milliseconds)
            return self.pace
