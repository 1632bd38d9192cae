"""One tree of exceptions for everything that a caller may have to explain to a person.

An *outcome* that belongs to the ordinary day (ambiguous match, refused consent) is a value, never an
exception. An exception here means "this act cannot be carried out", and carries the stable code under
which the error catalogue (`api/errors.py`) keeps the sentence for the nurse and the next step.
"""

from __future__ import annotations


class OtonaiError(Exception):
    """Base of all refusals. `code` is stable; `detail` is for the operator and never holds patient data."""

    code = "internal_error"

    def __init__(self, detail: str = "", *, code: str | None = None, **facts: object) -> None:
        super().__init__(detail or code or self.code)
        if code is not None:
            self.code = code
        self.detail = detail
        self.facts = facts


class NotFound(OtonaiError):
    """The thing does not exist in this clinic (which includes: it exists in another one)."""

    code = "not_found"


class Refused(OtonaiError):
    """The caller is known but may not do this."""

    code = "role_not_allowed"


class AppTooOld(OtonaiError):
    """The app that asks would not understand the answer. What it has to hand in is taken all the same."""

    code = "app_too_old"


class NotSignedIn(OtonaiError):
    """Nobody, or nobody any more."""

    code = "not_signed_in"


class Conflict(OtonaiError):
    """The record moved on since the caller last saw it; nothing was written."""

    code = "changed_meanwhile"


class Invalid(OtonaiError):
    """The input breaks a rule; `facts` may hold `errors=[{path, message}]`."""

    code = "invalid_input"


class Locked(OtonaiError):
    """Too many wrong tries; `facts["until"]` says when the next one counts."""

    code = "pin_locked"
