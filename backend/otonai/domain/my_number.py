"""The guard that keeps the 12-digit My Number out (design 6 "Never", S-010, S-183).

Only text that a person types or scans is looked at. Terminal files, file names, times and ids are not.
"""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ー・.]+")
_TWELVE = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


def check_digit_of(first_eleven: str) -> int:
    """Check digit of an individual number: weights 2..7, 2..6 from the right, modulus 11."""
    total = 0
    for position, digit in enumerate(reversed(first_eleven), start=1):
        weight = position + 1 if position <= 6 else position - 5
        total += int(digit) * weight
    remainder = total % 11
    return 0 if remainder <= 1 else 11 - remainder


def looks_like_my_number(text: str) -> bool:
    """Whether typed text holds 12 digits with a valid check digit, also full width, spaced or hyphenated."""
    plain = unicodedata.normalize("NFKC", text)
    for candidate in (plain, _SEPARATORS.sub("", plain)):
        for found in _TWELVE.findall(candidate):
            if check_digit_of(found[:11]) == int(found[11]):
                return True
    return False
