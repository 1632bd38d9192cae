"""保険者マスタ: what a clinic knows of an insurer beside its number, and whose word stands (S-080).

Three tell: the center with every answer (a name alone), a file that the clinic takes in, and a person. Decides which of
them stands; knows neither where the words came from nor where they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from .writing import is_blank, is_unsafe, name_key


class InsurerSource(StrEnum):
    """Who told it."""

    CHECK = "check"  # an answer of the center
    FILE = "file"
    PERSON = "person"


class InsurerOutcome(StrEnum):
    """What becomes of something told about an insurer."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"  # a person's word, or a newer answer, stands


@dataclass(frozen=True, slots=True)
class InsurerFacts:
    """An insurer as a letter to it needs it. None: not known."""

    name: str | None = None
    telephone: str | None = None
    postal_code: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class KnownInsurer:
    """What stands now, and since when: for an answer, when the center gave it."""

    facts: InsurerFacts
    source: InsurerSource
    told_at: datetime


def judged(
    known: KnownInsurer | None, told: InsurerFacts, source: InsurerSource, told_at: datetime
) -> tuple[InsurerOutcome, InsurerFacts]:
    """What becomes of `told`, and what stands afterwards.

    A person says all of it, an emptied field included. Answer and file say only what is in them, never a name with a
    mark in place of a character, and never anything over a person's word. An answer given before what stands is late.
    """
    if source is not InsurerSource.PERSON:
        told = _readable(told)
    before = known.facts if known else InsurerFacts()
    after = told if source is InsurerSource.PERSON else _filled(before, told)
    if known is None:
        return (InsurerOutcome.SAME if after == before else InsurerOutcome.NEW), after
    if _same(after, before) if source is InsurerSource.CHECK else after == before:
        return InsurerOutcome.SAME, before
    if source is not InsurerSource.PERSON and known.source is InsurerSource.PERSON:
        return InsurerOutcome.KEPT, before
    if source is InsurerSource.CHECK and told_at < known.told_at:
        return InsurerOutcome.KEPT, before
    return InsurerOutcome.CHANGED, after


def _readable(told: InsurerFacts) -> InsurerFacts:
    gone = {each.name: None for each in fields(told) if _unreadable(getattr(told, each.name))}
    return replace(told, **gone)


def _unreadable(text: str | None) -> bool:
    return is_blank(text) or is_unsafe(text)


def _filled(before: InsurerFacts, told: InsurerFacts) -> InsurerFacts:
    said = {each.name: value for each in fields(told) if (value := getattr(told, each.name)) is not None}
    return replace(before, **said)


def _same(one: InsurerFacts, other: InsurerFacts) -> bool:
    """The center writes one name in several widths; that is no other name."""
    return replace(one, name=name_key(one.name)) == replace(other, name=name_key(other.name))
