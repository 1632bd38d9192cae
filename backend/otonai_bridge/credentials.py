"""The bridge's token pair: a file of its own, readable by the bridge's account only, replaced atomically.

Kept apart from the journal so that a journal may be sent to support without giving away access. Tokens never
print. Raises `NotPaired` when there is none or the file cannot be understood.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from otonai_bridge.folders import replace_private_file


class NotPaired(Exception):
    """No usable credentials: the office pairs the bridge again (`otonai-bridge pair`)."""


@dataclass(frozen=True)
class Credentials:
    server: str  # base address without a slash at the end
    device_name: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float = 0.0  # seconds since 1970 by the local clock; only a hint, 401 decides


def credentials_path(state: Path) -> Path:
    return state / "credentials.json"


def load(state: Path) -> Credentials:
    path = credentials_path(state)
    try:
        return Credentials(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise NotPaired(f"no credentials in {state}; run: otonai-bridge pair") from None
    except (ValueError, TypeError) as error:
        raise NotPaired(f"{path} cannot be read ({type(error).__name__}); run: otonai-bridge pair --replace") from None


def save(state: Path, credentials: Credentials) -> None:
    """On disk when this returns: the old refresh token is dead by then, so the new pair must not be lost."""
    text = json.dumps(asdict(credentials), indent=1)
    replace_private_file(credentials_path(state), text.encode("utf-8"))


def remove(state: Path) -> None:
    credentials_path(state).unlink(missing_ok=True)


def private_folder(state: Path) -> None:
    """The state folder is the one folder the bridge may create. Raises OSError."""
    state.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        state.chmod(0o700)
