"""What a browser calls itself, in the few words that its owner knows it by. Never trusted for anything."""

from __future__ import annotations

#: Longer names first: Edge and Chrome both say Chrome, every one says Safari, and an iPad says Macintosh.
_PROGRAMS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_label(user_agent: str) -> str:
    """For the list of one's own sessions, such as `Chrome · Windows`; empty when it says nothing known."""
    program = next((name for sign, name in _PROGRAMS if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    return " · ".join(filter(None, (program, system)))
