"""Reads `devices.toml`: the times and bounds of tablets and bridges in force on a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from ..domain.device_proof import ProofWindow
from ..domain.devices import DeviceRules
from . import rule_on


@lru_cache(maxsize=8)
def device_rules_on(day: date) -> DeviceRules:
    """The rules of a day."""
    entry = rule_on("devices", day)
    return DeviceRules(
        grant_life=timedelta(minutes=entry["grant_minutes"]),
        poll_every=timedelta(seconds=entry["poll_seconds"]),
        slower_by=timedelta(seconds=entry["slower_by_seconds"]),
        name_length=entry["name_length"],
        access_life=timedelta(minutes=entry["access_minutes"]),
        refresh_life=timedelta(days=entry["refresh_days"]),
        proof_window=ProofWindow(
            past=timedelta(seconds=entry["proof_past_seconds"]), future=timedelta(seconds=entry["proof_future_seconds"])
        ),
        nonce_life=timedelta(seconds=entry["nonce_seconds"]),
        keep_proofs=timedelta(seconds=entry["keep_proofs_seconds"]),
        byod_offline_medical=entry["byod_offline_medical"],
    )
