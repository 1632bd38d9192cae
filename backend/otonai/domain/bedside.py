"""What is told about a visit besides the consent: who was there, which papers were shown, when it began and ended.

Kinds and days only: no number of any paper is asked for, accepted or kept (S-010). Sources: home-visit-workflow A9
(papers that stand in for the card), A11 (what must be kept); requirements S-012, S-014, S-015, S-021.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .errors import Invalid


class Present(StrEnum):
    """Who was there besides the patient and whoever visits."""

    FAMILY = "family"
    CAREGIVER = "caregiver"  # of the facility
    VISITING_NURSE = "visiting_nurse"
    CARE_MANAGER = "care_manager"
    OTHER = "other"


class PaperKind(StrEnum):
    """Papers that were shown (A9). A notice alone confirms nothing; beside the card it does."""

    CERTIFICATE = "certificate"  # 資格確認書
    NOTICE_WITH_CARD = "notice_with_card"  # マイナンバーカードと資格情報のお知らせ
    PORTAL_SCREEN = "portal_screen"  # マイナポータルの画面
    STATEMENT = "statement"  # 被保険者資格申立書
    LIMIT = "limit"  # 限度額適用認定証など
    PUBLIC_SUPPORT = "public_support"  # 公費・医療証
    CARE_INSURANCE = "care_insurance"  # 介護保険証


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """One paper and the day until which it says it is valid; never its number."""

    kind: PaperKind
    until: date | None


#: A visit longer than this was not ended but forgotten.
LONGEST_VISIT = timedelta(hours=12)
_PAGE_CODE = re.compile(r"OQC-[A-Z0-9]{1,24}")


def checked_times(started_at: datetime | None, ended_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Begin and end of a visit. Raises Invalid(entry_unreadable) when the end lies before the begin or far behind."""
    if started_at and ended_at and not timedelta(0) <= ended_at - started_at <= LONGEST_VISIT:
        raise Invalid("a visit ends after it began, on the same day", code="entry_unreadable")
    return started_at, ended_at


def checked_papers(papers: Sequence[PaperSeen]) -> tuple[PaperSeen, ...]:
    """Each kind once. Raises Invalid(entry_unreadable)."""
    if len({paper.kind for paper in papers}) != len(papers):
        raise Invalid("a paper is told once", code="entry_unreadable")
    return tuple(papers)


def checked_page_code(code: str | None) -> str | None:
    """The code that the official page showed on the telephone, `OQC-…`. Raises Invalid(entry_unreadable)."""
    if code is not None and _PAGE_CODE.fullmatch(code) is None:
        raise Invalid("not a code of the official page", code="entry_unreadable")
    return code
