"""The patient's part: walks the consent page on a phone, in the official order, by what the screens themselves offer.

同意登録をする → every item and 処方箋の発行形態 → 同意内容を確認する → 同意内容を登録する → (stand-in for app, card
and PIN: the holder) → 同意登録完了. Follows only forms and links that are on the screen; knows no internals.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

import httpx
from lxml import etree

from .person import ConsentItem

DONE_WORDS = ("同意登録完了", "同意更新完了")


class WalkFailed(Exception):
    """The page did not lead to the end; the text names the screen."""


def walk_consent(
    url: str, *, person: str, declined: frozenset[ConsentItem] = frozenset(), prescription: str = "electronic"
) -> str:
    """Register a consent and return the words of the last screen. `person` is a key of `people.py`."""
    answers = {item.value: "no" if item in declined else "yes" for item in ConsentItem}
    with httpx.Client(timeout=20.0, trust_env=False, follow_redirects=True) as phone:
        menu = _Screen.of(phone.get(url))
        items = _Screen.of(phone.get(menu.link("同意登録をする")))
        confirm = items.send(phone, "同意内容を確認する", {**answers, "prescription": prescription})
        card = confirm.send(phone, "同意内容を登録する", {})
        done = card.send(phone, None, {"person": person})
    if done.heading not in DONE_WORDS:
        raise WalkFailed(f"the last screen says: {done.heading}")
    return done.heading


class _Screen:
    """One page as a person sees it."""

    def __init__(self, url: str, root: etree._Element) -> None:
        self._url = url
        self._root = root

    @classmethod
    def of(cls, answer: httpx.Response) -> _Screen:
        if not answer.is_success:
            raise WalkFailed(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}")
        root = etree.fromstring(answer.content, etree.HTMLParser(encoding="utf-8"))
        return cls(str(answer.url), root)

    @property
    def heading(self) -> str:
        found = self._root.find(".//h1")
        return "".join(map(str, found.itertext())).strip() if found is not None else ""

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        for found in self._root.iter("a"):
            if "".join(map(str, found.itertext())).strip() == words:
                return urljoin(self._url, found.get("href", ""))
        raise WalkFailed(f"「{self.heading}」 has no link 「{words}」")

    def send(self, phone: httpx.Client, button: str | None, chosen: Mapping[str, str]) -> _Screen:
        """Answer the form with this button (or the only form) and go on; hidden fields travel along."""
        for form in self._root.iter("form"):
            words = ["".join(map(str, each.itertext())).strip() for each in form.iter("button")]
            if button is None or button in words:
                hidden = {
                    str(each.get("name")): each.get("value", "")
                    for each in form.iter("input")
                    if each.get("type") == "hidden"
                }
                target = urljoin(self._url, form.get("action", ""))
                return _Screen.of(phone.post(target, data={**hidden, **chosen}))
        raise WalkFailed(f"「{self.heading}」 has no button 「{button}」")
