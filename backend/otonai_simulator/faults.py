"""Faults on demand: which kinds there are, the book they are ordered from, and what each does to a message.

A fault applies to the next N messages that match. It is ordered by editing `faults.json` in the state folder, by
`otonai-simulator fault …`, or on the control page: all three write the same file. Source: oqs-interface 16.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

log = logging.getLogger(__name__)


class FaultKind(StrEnum):
    """What can go wrong, one word each."""

    SLOW = "slow"
    NEVER = "never"
    HALF_WRITTEN = "half_written"
    TWICE = "twice"
    COPY = "copy"
    OUT_OF_ORDER = "out_of_order"
    WRONG_LABEL = "wrong_label"
    ERR = "err"
    ZIP = "zip"
    OTHER_CLINIC = "other_clinic"
    DOCTYPE = "doctype"
    UNKNOWN_XML = "unknown_xml"
    READER_ERROR = "reader_error"
    PROCESSING = "processing"
    FAILED = "failed"
    NO_RECEPTION_NUMBER = "no_reception_number"


DESCRIPTIONS: dict[FaultKind, str] = {
    FaultKind.SLOW: "返事が遅い",
    FaultKind.NEVER: "返事がない",
    FaultKind.HALF_WRITTEN: "書きかけで現れ、あとで完成する",
    FaultKind.TWICE: "同じ名前でもう一度現れる",
    FaultKind.COPY: "同じ内容が別の名前でも現れる",
    FaultKind.OUT_OF_ORDER: "次の返事より後に現れる",
    FaultKind.WRONG_LABEL: "文字コードの表示が偽り",
    FaultKind.ERR: "依頼が .err とともに返る",
    FaultKind.ZIP: "一括の結果がZIPで届く",
    FaultKind.OTHER_CLINIC: "ほかの医療機関コードで届く",
    FaultKind.DOCTYPE: "DOCTYPE 付きで届く",
    FaultKind.UNKNOWN_XML: "知らない形のXMLが届く",
    FaultKind.READER_ERROR: "カードリーダーが読めない（ファイルは出ない）",
    FaultKind.PROCESSING: "一括の結果が「処理中」のまま",
    FaultKind.FAILED: "処理結果区分 9 で返る",
    FaultKind.NO_RECEPTION_NUMBER: "受付番号のない受付",
}

#: Seconds that a kind takes when the order does not say.
_USUAL_SECONDS = {
    FaultKind.SLOW: 15.0,
    FaultKind.HALF_WRITTEN: 2.0,
    FaultKind.TWICE: 1.0,
    FaultKind.COPY: 1.0,
    FaultKind.OUT_OF_ORDER: 10.0,
}

#: Kinds that make sense for some messages only, by the beginning of the family or its end.
_ONLY_FETCH = frozenset({FaultKind.ZIP, FaultKind.PROCESSING})
_ONLY_FACE = frozenset({FaultKind.READER_ERROR})
_NOT_FACE = frozenset({FaultKind.NEVER, FaultKind.ERR, FaultKind.FAILED, FaultKind.NO_RECEPTION_NUMBER})
FACE = "face"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order: what, how often, and for which messages: `family` is a prefix (`YZK`) or `face`; empty = any."""

    kind: FaultKind
    times: int = 1
    family: str = ""
    seconds: float | None = None
    institution_code: str = ""

    @property
    def lasts(self) -> float:
        """Seconds the fault takes."""
        return self.seconds if self.seconds is not None else _USUAL_SECONDS.get(self.kind, 0.0)

    def matches(self, family: str, institution_code: str) -> bool:
        """Whether this message is meant. `family` is `face` for files of the card reader."""
        if self.institution_code not in ("", institution_code) or not family.startswith(self.family):
            return False
        if family == FACE:
            return self.kind not in _ONLY_FETCH and self.kind not in _NOT_FACE
        if self.kind is FaultKind.NO_RECEPTION_NUMBER:
            return family[3:5] == "mu" and family.endswith("01")
        return self.kind not in _ONLY_FACE and (self.kind not in _ONLY_FETCH or family.endswith("02"))


class FaultBook:
    """The orders still open, in one JSON file that several programs and people may edit."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "faults.json"
        self._lock = state_dir / "faults.lock"

    def orders(self) -> tuple[Fault, ...]:
        """Open orders; a file that cannot be read (just being edited) counts as none and is left alone."""
        try:
            return self._read()
        except (ValueError, TypeError, KeyError) as reason:
            log.warning("faults.json is not readable now: %s", type(reason).__name__)
            return ()

    def order(self, fault: Fault) -> None:
        """Add one order. Raises ValueError when the file on disk is damaged, rather than replace it."""
        with self._locked():
            self._write((*self._read(), fault))

    def clear(self) -> None:
        """Cancel every order."""
        with self._locked():
            self._write(())

    def take(self, family: str, institution_code: str) -> Fault | None:
        """The first order that matches this message, counted down; None when the message is to go right."""
        if not any(fault.matches(family, institution_code) for fault in self.orders()):
            return None
        with self._locked():
            orders = list(self.orders())
            for place, fault in enumerate(orders):
                if fault.matches(family, institution_code):
                    orders[place : place + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._write(tuple(orders))
                    return fault
        return None

    def _read(self) -> tuple[Fault, ...]:
        try:
            text = self._file.read_text("utf-8")
        except FileNotFoundError:
            return ()
        return tuple(fault_from(entry) for entry in json.loads(text)["faults"])

    def _write(self, faults: tuple[Fault, ...]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(json.dumps({"faults": [asdict(fault) for fault in faults]}, indent=2), "utf-8")
        os.replace(temporary, self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """A lock file, because the command and the running simulator are two programs; stale after five seconds."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                os.close(os.open(self._lock, os.O_CREAT | os.O_EXCL))
                break
            except FileExistsError:
                with suppress(FileNotFoundError):
                    if time.time() - self._lock.stat().st_mtime > 5:
                        self._lock.unlink()
                time.sleep(0.01)
        try:
            yield
        finally:
            self._lock.unlink(missing_ok=True)


def fault_from(entry: dict[str, object]) -> Fault:
    """An order from JSON or a form; raises ValueError with the reason when it makes no sense."""
    times, seconds = entry.get("times"), entry.get("seconds")
    count = 1 if times in (None, "") else int(str(times))
    if count < 1:
        raise ValueError("times must be at least 1")
    return Fault(
        kind=FaultKind(str(entry["kind"])),
        times=count,
        family=str(entry.get("family") or ""),
        seconds=float(str(seconds)) if seconds not in (None, "") else None,
        institution_code=str(entry.get("institution_code") or ""),
    )
