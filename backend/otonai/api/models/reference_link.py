"""照会番号登録: what a person asks for, and what has become of it."""

from __future__ import annotations

from datetime import datetime

from ...domain.registration import RegistrationState
from .common import In, Out, example, example_in


class RegisterIn(In):
    """The wish to register. `looked` says that somebody looked at the terminal after an uncertain registration."""

    model_config = example_in(looked=False)
    looked: bool = False


class ReferenceLinkOut(Out):
    """The newest registration of one chart. The number itself stands in the chart; code and words are the center's."""

    model_config = example(
        state="uncertain", asked_at="2026-11-23T00:15:00Z", answered_at=None, code=None, message=None
    )
    state: RegistrationState
    asked_at: datetime | None
    answered_at: datetime | None
    code: str | None
    message: str | None
