"""Whether an app is new enough to be told anything. Decides; what a tablet sends is taken at any age.

Source: trust-and-speed F32 (old against new). An answer's shape changes from version to version, and
an app that reads a newer one wrongly shows wrong things at a bedside; what it holds unsent is understood for ever.
"""

from __future__ import annotations

import re
from enum import StrEnum

#: Numbers of a version, most important first; what stands behind them ("-beta") does not count.
Version = tuple[int, ...]
ANY: Version = (0,)

_NUMBERS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


class AppAge(StrEnum):
    """What an app's version means to this server."""

    SERVED = "served"
    TOO_OLD = "app_too_old"


def version_from(text: str | None) -> Version:
    """The numbers at the beginning of `text` without closing zeros. What says nothing is older than all versions."""
    found = _NUMBERS.match(text or "")
    numbers = [int(each) for each in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers) or ANY


def app_age(told: str | None, oldest: Version) -> AppAge:
    """`told` as the app names itself; none, for an app from before apps did, is older than all versions."""
    return AppAge.TOO_OLD if version_from(told) < oldest else AppAge.SERVED
