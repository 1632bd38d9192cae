"""The cookie of what a browser has begun before it is known who it is (`otonai/pending.py`). One at a time."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from flask import Response, request

from ..pending import Errand, Pending, opened, sealed
from .access import now, prefixed, settings


def begin(errand: Errand, lasts: timedelta, *, clinic_id: UUID | None = None, staff_id: UUID | None = None) -> Pending:
    """Something begins, with challenges that nobody has seen."""
    return Pending(errand, secrets.token_urlsafe(32), now() + lasts, clinic_id, staff_id)


def hand_over(answer: Response, pending: Pending) -> Response:
    """The browser keeps it until the answer; what it had begun before is over."""
    answer.set_cookie(
        _name(), sealed(settings().ticket_secret, pending), max_age=int((pending.until - now()).total_seconds()),
        httponly=True, secure=settings().secure_cookies, samesite="Strict", path="/",
    )  # fmt: skip
    return answer


def begun(*errands: Errand) -> Pending | None:
    """What this browser has begun of these kinds, if it is not over."""
    return opened(settings().ticket_secret, request.cookies.get(_name(), ""), errands, now())


def over(answer: Response) -> Response:
    """The answer was taken."""
    answer.delete_cookie(_name(), path="/", secure=settings().secure_cookies, httponly=True, samesite="Strict")
    return answer


def _name() -> str:
    return prefixed("otonai_pending")
