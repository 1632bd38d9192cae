"""What every answer of ours tells the browser it may and may not do (design 7, SEC-19, ASVS 3.4).

Plain values: the web's Flask application and the live channel's ASGI program both add them. Caching of files is not
decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from .config import LOOPBACK, Settings

#: Where browsers tell of what the policy stopped.
REPORTS = "/api/policy-reports"
#: Two years, the least that browsers' own lists of HTTPS-only hosts accept.
HSTS_SECONDS = 63_072_000
#: The tablet's camera reads codes; nothing else of a device is ours to use.
_NOTHING_BUT_THE_CAMERA = "camera=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "bluetooth", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer",
        "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


def content_security_policy(settings: Settings) -> str:
    """No `unsafe-*`: scripts, styles and workers are our own files, and text never becomes script (Trusted Types).

    The one policy `otonai-worker` names the one script address that the page itself starts: its service worker.
    `report-uri` is the older of the two words for it; it is the one that every browser still answers, and at once.
    """
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self' {settings.live_url}; worker-src 'self'; manifest-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"require-trusted-types-for 'script'; trusted-types otonai-worker; report-uri {REPORTS}"
    )


def fixed_headers(settings: Settings) -> Mapping[str, str]:
    """The headers that are the same on every answer of this installation, errors included."""
    headers = {
        "Content-Security-Policy": content_security_policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": _NOTHING_BUT_THE_CAMERA,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    address = urlsplit(settings.base_url)
    if address.scheme == "https" and address.hostname not in LOOPBACK:
        headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    return headers
