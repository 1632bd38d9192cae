"""`.otonai/demo.json`: the ways into one demo, for people and for the tests that play in it.

    {base_url, consent_url, folders{req,res,face}, clinics[2], staff[{name, login_name, role, clinic, password,
     totp_secret, pin, sign_in_links}],
     device_tokens[{clinic, device_id, name, access_token, refresh_token, dpop_key}], bridge_token, bridge_key_file}

Holds secrets of invented people only, yet is readable by this account alone. Token pairs in it are kept current by
whoever refreshes them. Tokens are good only with a proof made by their device's key (RFC 9449): the played tablet's is
here as a JWK, the bridge's stays in its own folder, and the file is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .api_client import Person
from .own_tablet import OwnTablet, TokenPair
from .private_file import write_private
from .proofs import DeviceKey


class NoteMissing(Exception):
    """There is no note, or not one of this version: prepare the demo first."""


def read_note(path: Path) -> dict[str, Any]:
    """The note as it stands."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoteMissing(f"{path} is missing: start the demo, or run `clinic_day prepare`") from None
    except ValueError as error:
        raise NoteMissing(f"{path} cannot be read ({error}): delete it and start the demo again") from None
    return told


def write_note(path: Path, note: dict[str, Any]) -> None:
    """Replace it whole."""
    write_private(path, json.dumps(note, ensure_ascii=False, indent=1) + "\n")


def person_of(told: Mapping[str, Any]) -> Person:
    """Somebody of the note, as they sign in."""
    return Person(told["login_name"], told["password"], told["totp_secret"])


def tablet_of(path: Path) -> OwnTablet:
    """The enrolled tablet of the note; a refreshed pair goes back into it before it is used."""
    note = read_note(path)
    if not note.get("device_tokens"):
        raise NoteMissing(f"{path} names no tablet: run `clinic_day prepare`")
    told = note["device_tokens"][0]

    def keep(pair: TokenPair) -> None:
        current = read_note(path)
        current["device_tokens"][0] |= {"access_token": pair.access_token, "refresh_token": pair.refresh_token}
        write_note(path, current)

    pair = TokenPair(told["access_token"], told["refresh_token"])
    if "dpop_key" not in told:
        raise NoteMissing(f"{path} names a tablet without a key: start the demo again")
    return OwnTablet(note["base_url"], DeviceKey.of(told["dpop_key"]), pair, keep)
