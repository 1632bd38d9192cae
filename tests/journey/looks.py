"""What is wrong with the picture on the screen: text cut or covered, a page too wide, and what axe finds."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
GEOMETRY = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")
#: What axe asks of whole sites and a dialog over a page does not decide.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def axe(page: Page, inside: str = "[role=dialog]") -> list[str]:
    """What axe finds: rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(inside)}, {json.dumps(RULES)})")
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]


def wrong(page: Page) -> list[str]:
    """What is cut, lies over other text or reaches beyond its place in the picture on the screen."""
    found: list[str] = page.evaluate(GEOMETRY)
    return found


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
