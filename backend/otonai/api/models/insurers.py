"""The insurer master: what is known of an insurer, and a table of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ...domain.insurer import InsurerSource
from ...domain.insurer_number import InsurerKind
from .common import In, Out, Typed, example, example_in
from .ledger_file import LONGEST_FILE, BadCellOut


class InsurerWordOut(Out):
    """What stood about an insurer from `told_at` on, and who told it."""

    model_config = example(
        version=1, name="見本都後期高齢者医療広域連合", telephone="03-0000-0000", postal_code="100-0000",
        address="見本都見本区1-2-3", source="check", told_at="2026-11-23T04:10:00Z",
    )  # fmt: skip
    version: int
    name: str | None
    telephone: str | None
    postal_code: str | None
    address: str | None
    source: InsurerSource
    told_at: datetime


class InsurerOut(Out):
    """An insurer by its number. `now` is null for one that nobody has told of; `past` is the newest first."""

    model_config = example(number="39139993", kind="late_elderly", right_number=True, now=None, past=[])
    number: str
    #: What the digits say by themselves.
    kind: InsurerKind
    #: Whether length and check digit are those of an insurer's number.
    right_number: bool
    now: InsurerWordOut | None
    past: list[InsurerWordOut]


class InsurerIn(In):
    """A person's word about an insurer: all of it. `base_version` is 0 for one that nobody has told of."""

    model_config = example_in(
        name="見本都後期高齢者医療広域連合", telephone="03-0000-0000", postal_code="100-0000",
        address="見本都見本区1-2-3", base_version=1,
    )  # fmt: skip
    name: Typed
    telephone: Typed | None = None
    postal_code: Typed | None = None
    address: Typed | None = None
    base_version: int = Field(ge=0)


class InsurerFileIn(In):
    """A table as text. Without `take` it is only looked at."""

    model_config = example_in(content="保険者番号,保険者名,電話番号\r\n39139993,見本広域連合,\r\n", take=False)
    content: str = Field(max_length=LONGEST_FILE)
    take: bool = False


class InsurerFileOut(Out):
    """What a file holds. `kept`: a person's word stands, and the file does not change it."""

    model_config = example(new=12, changed=1, same=3, kept=1, bad=[], more_bad=0, taken=13)
    new: int
    changed: int
    same: int
    kept: int
    bad: list[BadCellOut]
    more_bad: int
    taken: int
