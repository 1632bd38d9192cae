"""One request file in, one reply out: which family is answered by whom. Writes nothing."""

from __future__ import annotations

from datetime import timedelta

from .answer_bulk import answer_acceptance, answer_fetch
from .answer_medical import answer_checkups, answer_drugs
from .answer_single import Desk, answer_eligibility, answer_registration, answer_reinquiry
from .messages import Reply, failure
from .request import LayoutError, Request, read_request

_SINGLE = {
    "OQSsiquc01": answer_eligibility,
    "OQSsihvq01": answer_reinquiry,
    "OQSsiimm01": answer_registration,
    "YZKsiquc01": answer_drugs,
    "TKKsiquc01": answer_checkups,
}
_BULK_STEM = ("OQSmuhvq", "OQSmuquc", "OQSmuimm", "OQSmutic")


def reply_to(
    file_name: str, content: bytes, desk: Desk, *, known_codes: frozenset[str], bulk_ready: timedelta
) -> Reply:
    """Decide and carry out one request. Raises LayoutError when the file is to be bounced (2.8).

    `known_codes` are the institutions of this simulator: another code is a mistake of the header and fails (A-18),
    while a known one at the wrong terminal finds nobody.
    """
    request = read_request(file_name, content)
    _ensure_known_family(request)
    if request.family.startswith("OQS") and request.institution_code not in known_codes:
        return failure(request, desk.now, "OQSSIM1801", "医療機関コードが正しくありません。")
    if request.family in _SINGLE:
        return _SINGLE[request.family](request, desk)
    if request.family.endswith("01"):
        return answer_acceptance(request, content, desk, bulk_ready)
    return answer_fetch(request, desk)


def latency_is_single(file_name: str) -> bool:
    """Whether the single-answer latency applies: steps of bulk inquiries are handed over at once."""
    return not file_name.startswith(_BULK_STEM)


def _ensure_known_family(request: Request) -> None:
    bulk = request.family.startswith(_BULK_STEM) and request.family[-2:] in ("01", "02")
    if request.family not in _SINGLE and not bulk:
        raise LayoutError("OQSSIM0105", f"{request.family} は受け付けられません。")
