"""The invented insurers, and short ways to write one person's qualification with them.

Every insurer number is invented and carries a valid check digit (registry-sync 7).
"""

from __future__ import annotations

from datetime import date

from .person import Insurance, Limit, MedicalTicket, SpecificDisease

LATE_ELDERLY = ("39139993", "見本都後期高齢者医療広域連合")
LATE_ELDERLY_NEIGHBOUR = ("39149992", "例示県後期高齢者医療広域連合")
CITY = ("139998", "見本市")
NEXT_CITY = ("139980", "例示市")
HEALTH_ASSOCIATION = ("01139997", "全国健康保険協会見本支部")
COMPANY = ("06139992", "見本健康保険組合")
OTHER_COMPANY = ("06139984", "架空産業健康保険組合")
MUTUAL_AID = ("34139998", "見本学校共済組合")
WELFARE_OFFICE = ("12139994", "見本市福祉事務所")


def late_elderly(
    number: str,
    since: date,
    *,
    ratio: int = 10,
    limit: Limit | None = None,
    specific_diseases: tuple[SpecificDisease, ...] = (),
    insurer: tuple[str, str] = LATE_ELDERLY,
    lost_on: date | None = None,
    reason_of_loss: str = "",
) -> Insurance:
    """後期高齢者医療 (39): no symbol, no branch, ratio on the card."""
    return Insurance(
        insurer_number=insurer[0],
        insurer_name=insurer[1],
        card_number=number,
        ratio=ratio,
        limit=limit,
        specific_diseases=specific_diseases,
        qualified_on=since,
        lost_on=lost_on,
        reason_of_loss=reason_of_loss,
    )


def national(
    symbol: str,
    number: str,
    branch: str,
    since: date,
    *,
    head: str = "",
    family: bool = False,
    elderly_ratio: int | None = None,
    limit: Limit | None = None,
    insurer: tuple[str, str] = CITY,
    lost_on: date | None = None,
) -> Insurance:
    """国民健康保険 (6 digits): the household shares symbol and number, `head` is its 世帯主."""
    return Insurance(
        insurer_number=insurer[0],
        insurer_name=insurer[1],
        card_symbol=symbol,
        card_number=number,
        branch_number=branch,
        relation="2" if family else "1",
        insured_name=head,
        elderly_ratio=elderly_ratio,
        limit=limit,
        qualified_on=since,
        lost_on=lost_on,
        reason_of_loss="03" if lost_on else "",
    )


def employee(
    insurer: tuple[str, str],
    symbol: str,
    number: str,
    branch: str,
    since: date,
    *,
    head: str = "",
    family: bool = False,
    elderly_ratio: int | None = None,
    lost_on: date | None = None,
) -> Insurance:
    """社会保険: no end date on the card; `head` is the insured employee."""
    return Insurance(
        insurer_number=insurer[0],
        insurer_name=insurer[1],
        card_symbol=symbol,
        card_number=number,
        branch_number=branch,
        relation="2" if family else "1",
        insured_name=head,
        elderly_ratio=elderly_ratio,
        qualified_on=since,
        lost_on=lost_on,
        reason_of_loss="03" if lost_on else "",
        renews_in_august=False,
    )


def assistance(number: str, since: date, tickets: tuple[MedicalTicket, ...]) -> Insurance:
    """医療扶助 (12, A1): 公費負担者番号 and 受給者番号 in the places of insurer and card number (oqs-interface 10)."""
    return Insurance(
        insurer_number=WELFARE_OFFICE[0],
        insurer_name=WELFARE_OFFICE[1],
        card_number=number,
        card_class="A1",
        tickets=tickets,
        qualified_on=since,
        renews_in_august=False,
    )
