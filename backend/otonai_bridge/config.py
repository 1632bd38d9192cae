"""Settings of one bridge: command line over environment over file; anything odd stops the start with a sentence.

Raises `ConfigRefused`, whose text says which setting and what to do.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LEAST_SETTLE_MS = 300  # section 2.10 rule 3
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_KEYS = frozenset(
    ["server", "root", "folders", "state", "ca_file", "log_file", "rescan_seconds", "heartbeat_seconds", "settle_ms"]
)
_ENVIRONMENT = {f"OTONAI_BRIDGE_{key.upper()}": key for key in _KEYS if key != "folders"}


class ConfigRefused(Exception):
    """The bridge does not start with these settings."""


@dataclass(frozen=True)
class Settings:
    server: str  # base address, no slash at the end
    folders: dict[str, Path]  # req, res, face
    state: Path
    ca_file: Path | None = None
    log_file: Path | None = None
    rescan_seconds: float = 2.0
    heartbeat_seconds: float = 30.0
    settle_seconds: float = LEAST_SETTLE_MS / 1000


def default_state() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "Otonai" / "bridge"
    return Path("/var/lib/otonai-bridge")


def gather(file: Path | None, environment: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """One flat table: file, then environment, then what was given on the command line."""
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values.update(tomllib.loads(file.read_text("utf-8")))
        except OSError as error:
            raise ConfigRefused(f"{file}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigRefused(f"{file}: not valid TOML: {error}") from error
    values.update({key: environment[name] for name, key in _ENVIRONMENT.items() if environment.get(name)})
    values.update({key: value for key, value in given.items() if value is not None})
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise ConfigRefused(f"unknown setting {', '.join(unknown)}; known: {', '.join(sorted(_KEYS))}")
    return values


def settings(values: Mapping[str, Any]) -> Settings:
    return Settings(
        server=server_address(values.get("server")),
        folders=_folders(values.get("root"), values.get("folders")),
        state=state_folder(values),
        ca_file=certificate_file(values),
        log_file=Path(str(values["log_file"])) if values.get("log_file") else None,
        rescan_seconds=_number(values, "rescan_seconds", 2.0, 0.1, 60),
        heartbeat_seconds=_number(values, "heartbeat_seconds", 30.0, 1, 60),
        settle_seconds=_number(values, "settle_ms", LEAST_SETTLE_MS, LEAST_SETTLE_MS, 10_000) / 1000,
    )


def state_folder(values: Mapping[str, Any]) -> Path:
    return Path(str(values.get("state") or default_state()))


def server_address(value: object) -> str:
    """Plain HTTP only within this machine: file contents and tokens pass here."""
    text = str(value or "").rstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigRefused("server: give the address of Otonai, for example https://otonai.example")
    if parts.query or parts.fragment or parts.username or parts.path not in ("", "/"):
        raise ConfigRefused("server: only scheme, host and port, for example https://otonai.example:8443")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigRefused(
            "server: http:// is allowed to this machine only; use https:// (and ca_file for your own CA)"
        )
    return text


def _folders(root: object, table: object) -> dict[str, Path]:
    if table is not None:
        if root is not None:
            raise ConfigRefused("folders: give either root or [folders], not both")
        if not isinstance(table, dict) or sorted(table) != ["face", "req", "res"]:
            raise ConfigRefused("folders: name exactly req, res and face")
        paths = {name: Path(str(path)) for name, path in table.items()}
        if len({os.path.normcase(path.absolute()) for path in paths.values()}) != 3:
            raise ConfigRefused("folders: req, res and face must be three different folders")
        return paths
    if not root:
        raise ConfigRefused("root: give the terminal's shared folder, for example //TERMINAL/OQS or C:/OQS")
    return {name: Path(str(root)) / name for name in ("req", "res", "face")}


def certificate_file(values: Mapping[str, Any]) -> Path | None:
    """The certificate of the office's own authority, or None for the public ones."""
    if not values.get("ca_file"):
        return None
    path = Path(str(values["ca_file"]))
    if not path.is_file():
        raise ConfigRefused(f"ca_file: {path} is not there")
    return path


def _number(values: Mapping[str, Any], key: str, otherwise: float, least: float, most: float) -> float:
    try:
        number = float(values.get(key, otherwise))
    except (TypeError, ValueError):
        raise ConfigRefused(f"{key}: not a number") from None
    if not least <= number <= most:
        raise ConfigRefused(f"{key}: must lie between {least:g} and {most:g}")
    return number
