"""Frozen settings of one server process, from environment variables or secret files. Odd values stop the start.

A secret may be given as `NAME` or as `NAME_FILE`, a path whose content is the secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from . import __version__
from .domain.app_version import ANY, Version, version_from
from .domain.errors import OtonaiError


class Profile(StrEnum):
    """`demo` shows the 練習用 band and allows the simulator's consent page on loopback; `production` allows neither."""

    DEMO = "demo"
    PRODUCTION = "production"


class HashCost(StrEnum):
    """What hashing a password costs: `full` is above ASVS's floor, `light` is for practice and tests only."""

    FULL = "full"
    LIGHT = "light"


class OddSetting(OtonaiError):
    """A setting that cannot be right; the message names the variable and what it should be."""

    code = "odd_setting"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str
    base_url: str
    live_url: str
    #: Further addresses under which the same server is called, for example inside the office.
    other_addresses: tuple[str, ...] = ()
    profile: Profile = Profile.PRODUCTION
    database_key: bytes = field(default=b"", repr=False)
    #: Whoever migrates PostgreSQL and owns its tables; the server itself connects as another role.
    owner_url: str | None = field(default=None, repr=False)
    ticket_secret: bytes = field(default=b"", repr=False)
    #: Seal seeds of authenticator apps; the first seals, all open.
    sealing_keys: tuple[bytes, ...] = field(default=(), repr=False)
    pwa_folder: Path | None = None
    consent_hosts: frozenset[str] = frozenset()
    #: Hosts of clinics' own OpenID providers that lie inside a network of ours; any other must be public.
    provider_hosts: frozenset[str] = frozenset()
    #: Requests that are worked on at once; more wait their turn.
    threads: int = 8
    hash_cost: HashCost = HashCost.FULL
    #: Tablets with an older app are told nothing until they update; what they hold unsent is taken.
    oldest_app: Version = ANY
    proxies: int = 0  # how many proxies of ours stand in front, each of which adds the caller's address

    @property
    def practice(self) -> bool:
        """Whether screens show the permanent 練習用 band."""
        return self.profile is Profile.DEMO

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure unless the demo runs on plain loopback HTTP."""
        return self.base_url.startswith("https://")


#: A secret's file is for its owner; a group may read it where a container's secrets are handed over that way.
FOR_OTHERS = 0o037
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from `OTONAI_*`; raises OddSetting with the variable's name."""
    env = os.environ if env is None else env
    profile = _one_of(env, "OTONAI_PROFILE", Profile)
    base_url = _url(env, "OTONAI_BASE_URL")
    live_url = _url(env, "OTONAI_LIVE_URL", default=base_url)
    host = urlsplit(base_url).hostname or ""
    if profile is Profile.PRODUCTION and host in LOOPBACK:
        raise OddSetting("OTONAI_BASE_URL: a loopback address is for the demo profile only")
    for name, address in (("OTONAI_BASE_URL", base_url), ("OTONAI_LIVE_URL", live_url)):
        if profile is Profile.PRODUCTION and not address.startswith("https://"):
            raise OddSetting(f"{name}: patients' data goes by https only; plain http is for the demo profile")
    others = _urls(env, "OTONAI_OTHER_ADDRESSES")
    for address in others if profile is Profile.PRODUCTION else ():
        if not address.startswith("https://") and urlsplit(address).hostname not in LOOPBACK:
            raise OddSetting("OTONAI_OTHER_ADDRESSES: https only, but for addresses of this computer itself")
    database_url = env.get("OTONAI_DATABASE_URL", "")
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise OddSetting("OTONAI_DATABASE_URL: sqlite:///PATH or postgresql+psycopg://…")
    owner_url = env.get("OTONAI_DATABASE_OWNER_URL") or None
    if owner_url is not None and not owner_url.startswith("postgresql+psycopg://"):
        raise OddSetting("OTONAI_DATABASE_OWNER_URL: postgresql+psycopg://…, the role that owns the tables")
    key = _secret(env, "OTONAI_DATABASE_KEY") if database_url.startswith("sqlite") else b""
    if database_url.startswith("sqlite") and len(key) != 32:
        raise OddSetting("OTONAI_DATABASE_KEY: 64 hexadecimal digits, kept outside the data folder")
    secret = _secret(env, "OTONAI_TICKET_SECRET")
    if len(secret) < 32:
        raise OddSetting("OTONAI_TICKET_SECRET: at least 64 hexadecimal digits")
    sealing_keys = _secrets(env, "OTONAI_SEALING_KEYS")
    if not sealing_keys or {len(key) for key in sealing_keys} != {32}:
        raise OddSetting("OTONAI_SEALING_KEYS: 64 hexadecimal digits, or several such keys with the newest in front")
    pwa = env.get("OTONAI_PWA_FOLDER")
    extra = frozenset(h for h in env.get("OTONAI_CONSENT_HOSTS", "").split(",") if h)
    if profile is Profile.PRODUCTION and any(h.split(":")[0] in LOOPBACK for h in extra):
        raise OddSetting("OTONAI_CONSENT_HOSTS: a loopback host is for the demo profile only")
    inner = frozenset(h.strip().lower() for h in env.get("OTONAI_PROVIDER_HOSTS", "").split(",") if h.strip())
    if any(not h.isascii() or set(h) & set("/:@*?# ") for h in inner) or inner & LOOPBACK:
        raise OddSetting("OTONAI_PROVIDER_HOSTS: host names alone, with commas between, and none of this computer")
    hash_cost = _one_of(env, "OTONAI_HASH_COST", HashCost)
    if profile is Profile.PRODUCTION and hash_cost is not HashCost.FULL:
        raise OddSetting("OTONAI_HASH_COST: light is for the demo profile only")
    return Settings(
        database_url=database_url,
        base_url=base_url.rstrip("/"),
        live_url=live_url.rstrip("/"),
        other_addresses=others,
        profile=profile,
        database_key=key,
        owner_url=owner_url,
        ticket_secret=secret,
        sealing_keys=sealing_keys,
        pwa_folder=Path(pwa) if pwa else None,
        consent_hosts=extra,
        provider_hosts=inner,
        threads=_count(env, "OTONAI_THREADS", default=8),
        hash_cost=hash_cost,
        oldest_app=_version(env, "OTONAI_OLDEST_APP"),
        proxies=_number(env, "OTONAI_PROXIES", largest=5),
    )


_Word = TypeVar("_Word", Profile, HashCost)
_DEFAULT = {Profile: Profile.PRODUCTION.value, HashCost: HashCost.FULL.value}


def _one_of(env: Mapping[str, str], name: str, words: type[_Word]) -> _Word:
    try:
        return words(env.get(name, _DEFAULT[words]))
    except ValueError:
        raise OddSetting(f"{name}: one of {', '.join(words)}") from None


def _number(env: Mapping[str, str], name: str, *, largest: int) -> int:
    text = env.get(name, "0")
    if not text.isascii() or not text.isdigit() or int(text) > largest:
        raise OddSetting(f"{name}: a number from 0 to {largest}")
    return int(text)


def _version(env: Mapping[str, str], name: str) -> Version:
    text = env.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", text) or version_from(text) > version_from(__version__):
        raise OddSetting(f"{name}: a version of the app such as {__version__}, and not newer than this server")
    return version_from(text)


def _url(env: Mapping[str, str], name: str, default: str = "") -> str:
    text = env.get(name, default)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OddSetting(f"{name}: an http(s) address such as https://otonai.example.jp")
    return text


def _urls(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    told = [each.strip() for each in env.get(name, "").split(",")]
    return tuple(_url({name: each}, name).rstrip("/") for each in told if each)


def _count(env: Mapping[str, str], name: str, *, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise OddSetting(f"{name}: a number from 1 to 64")
    return int(text)


def _secret(env: Mapping[str, str], name: str) -> bytes:
    try:
        return bytes.fromhex(_secret_text(env, name))
    except ValueError:
        raise OddSetting(f"{name}: hexadecimal digits") from None


def _secrets(env: Mapping[str, str], name: str) -> tuple[bytes, ...]:
    """Several, one a line or with commas between."""
    try:
        return tuple(bytes.fromhex(each) for each in _secret_text(env, name).replace(",", " ").split())
    except ValueError:
        raise OddSetting(f"{name}: hexadecimal digits") from None


def _secret_text(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "")
    path = env.get(f"{name}_FILE")
    if path:
        try:
            text = Path(path).read_text(encoding="ascii").strip()
            mode = Path(path).stat().st_mode
        except (OSError, UnicodeDecodeError) as error:
            raise OddSetting(f"{name}_FILE: cannot be read ({type(error).__name__})") from None
        if os.name == "posix" and mode & FOR_OTHERS:
            raise OddSetting(f"{name}_FILE: others may read or change this secret; allow its owner alone (mode 600)")
    return text
