"""Does the steps of `service`, one after the other, and says each. Stops at the first that fails.

Raises `StepFailed` with a sentence for the person who installs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from otonai_bridge.service import Call, RemoveFile, Step, Tell, WriteFile


class StepFailed(Exception):
    """What was not possible, and what to do; the steps before it are done."""


def perform(steps: Iterable[Step], say: Callable[[str], None]) -> None:
    for step in steps:
        match step:
            case WriteFile(path, text):
                say(f"write {path}")
                _write(Path(path), text)
            case RemoveFile(path):
                say(f"remove {path}")
                _remove(Path(path))
            case Call():
                say(f"run {subprocess.list2cmdline(step.words)}")
                _call(step, say)
            case Tell(text):
                say(text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o644)
    except OSError as error:
        raise StepFailed(f"{path} cannot be written ({error.strerror}); try it as administrator") from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StepFailed(f"{path} cannot be removed ({error.strerror}); try it as administrator") from error


def _call(call: Call, say: Callable[[str], None]) -> None:
    try:
        code = subprocess.run(call.words, check=False).returncode  # noqa: S603 - our own words
    except OSError as error:
        code, said = -1, f"{call.words[0]} is not on this computer ({error.strerror})"
    else:
        said = f"{call.words[0]} ended with {code}"
    if code == 0:
        return
    sentence = f"{said}. {call.otherwise}".strip()
    if not call.optional:
        raise StepFailed(sentence)
    say(sentence)
