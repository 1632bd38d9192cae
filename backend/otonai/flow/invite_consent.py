"""Step 1: the clinic's own page of マイナ在宅受付Web, as address and code to hand over.

Only hosts that the installation names as official are ever shown or encoded (F49); the demo adds the simulator's.
Never opens the page, never touches what happens on it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import qrcode
import qrcode.constants
import qrcode.image.svg

from ..domain.errors import Invalid, NotFound
from ..store.tables import Clinic


@dataclass(frozen=True, slots=True)
class ConsentLink:
    """What the tablet shows full screen."""

    url: str
    host: str
    official: bool
    label: str
    qr_svg: str


def consent_link(clinic: Clinic, allowed_hosts: frozenset[str]) -> ConsentLink:
    """The clinic's link. Raises NotFound(link_not_set) or Invalid(link_not_official)."""
    if not clinic.consent_url:
        raise NotFound(code="link_not_set")
    host = checked_host(clinic.consent_url, allowed_hosts)
    return ConsentLink(
        url=clinic.consent_url,
        host=host,
        official=not _is_loopback(host),
        label=clinic.name,
        qr_svg=qr_svg(clinic.consent_url),
    )


def checked_host(url: str, allowed_hosts: frozenset[str]) -> str:
    """The address's host if it may be shown to a patient."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Invalid(code="link_not_official") from None
    host = parts.netloc
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Invalid(code="link_not_official")  # readers of codes and browsers may disagree about such signs
    if parts.scheme not in ("http", "https") or host not in allowed_hosts or "@" in host:
        raise Invalid(code="link_not_official")
    if parts.scheme == "http" and not _is_loopback(host):
        raise Invalid(code="link_not_official")
    return host


def qr_svg(text: str) -> str:
    """Black on white with the quiet zone of 4 that scanners need, as one SVG document."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=10)
    code.add_data(text)
    image = code.make_image(image_factory=qrcode.image.svg.SvgPathFillImage)
    out = io.BytesIO()
    image.save(out)
    return out.getvalue().decode()


def _is_loopback(host: str) -> bool:
    return host.split(":", maxsplit=1)[0] in ("localhost", "127.0.0.1")
