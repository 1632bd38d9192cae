"""Stands in for マイナ在宅受付Web: the official order of screens on a phone, without JavaScript (S-004…S-008).

menu → items and 処方箋の発行形態 → 同意内容を確認する → 同意内容を登録する → (app, card, PIN: here a person is chosen)
→ 同意登録完了. Also 同意照会・更新 and すべての同意を取消す. Choices travel in the forms; nothing is kept between
screens and no PIN is ever asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .center import Center
from .clock import Clock
from .config import Institution, Settings
from .consents import Care, ConsentState, RegisteredConsent
from .people import PEOPLE, person
from .person import ConsentItem, Person

ITEM_LABELS = {
    ConsentItem.LIMIT: "限度額適用認定証などの情報",
    ConsentItem.SPECIFIC_DISEASE: "特定疾病療養受療証の情報",
    ConsentItem.CHECKUP: "過去の健診情報（特定健診）",
    ConsentItem.DRUG: "過去のお薬の情報（薬剤）",
    ConsentItem.DIAGNOSIS: "過去の診療情報",
    ConsentItem.OPERATION: "過去の手術情報",
}
PRESCRIPTION_LABELS = {"electronic": "電子処方箋", "paper": "紙の処方箋"}
CARD_CLASS_LABELS = {"01": "一般", "A1": "医療扶助"}
DISEASE_LABELS = {
    "1": "人工透析を要する慢性腎不全",
    "2": "先天性血液凝固因子障害",
    "3": "血液凝固因子製剤に起因するHIV感染症",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What was ticked so far: True 同意する, False 同意しない, missing = not answered."""

    answers: dict[ConsentItem, bool]
    prescription: str | None

    @property
    def is_complete(self) -> bool:
        """Whether every question has an answer."""
        return len(self.answers) == len(ConsentItem) and self.prescription in PRESCRIPTION_LABELS

    @property
    def agreed(self) -> frozenset[ConsentItem]:
        """The items that were agreed to."""
        return frozenset(item for item, yes in self.answers.items() if yes)


def choices_from(form: MultiDict[str, str]) -> Choices:
    """Read the answers of the items form, from the form itself or from the hidden fields of later screens."""
    answers = {item: form[item] == "yes" for item in ConsentItem if form.get(item) in ("yes", "no")}
    return Choices(answers, form.get("prescription"))


def choices_of(consent: RegisteredConsent) -> Choices:
    """The answers registered before, to start an update from."""
    return Choices({item: item in consent.items for item in ConsentItem}, consent.prescription)


def consent_pages(settings: Settings, center: Center, clock: Clock) -> Blueprint:
    """The pages of every institution under `/visit/<url key>`; an unknown key is 404."""
    pages = Blueprint("visit", __name__, url_prefix="/visit/<url_key>")

    def here(url_key: str) -> Institution:
        return settings.institution_by_key(url_key) or abort(404)

    def held(institution: Institution, someone: Person) -> RegisteredConsent | None:
        consent = center.consent(institution.code, someone.key, Care.HOME_VISIT)
        return consent if consent and consent.state is ConsentState.GIVEN else None

    @pages.get("")
    def menu(url_key: str) -> str:
        return _screen("visit_menu.html", here(url_key))

    @pages.get("/items")
    def items(url_key: str) -> str:
        return _items_screen(here(url_key), Choices({}, None))

    @pages.post("/items")
    def items_again(url_key: str) -> str:
        return _items_screen(here(url_key), choices_from(request.form), _card_holder(request.form))

    @pages.post("/confirm")
    def confirm(url_key: str) -> str:
        choices, holder = choices_from(request.form), _card_holder(request.form)
        if not choices.is_complete:
            return _items_screen(here(url_key), choices, holder, unanswered=True)
        return _screen("visit_confirm.html", here(url_key), choices=choices, holder=holder)

    @pages.post("/card")
    def card(url_key: str) -> str:
        choices = choices_from(request.form)
        if not choices.is_complete:
            return _items_screen(here(url_key), choices, unanswered=True)
        return _card_screen(here(url_key), "register", "この人のカードで登録する", choices)

    @pages.post("/register")
    def register(url_key: str) -> Response | str:
        institution, choices = here(url_key), choices_from(request.form)
        someone = _card_holder(request.form)
        if not choices.is_complete:
            return _items_screen(institution, choices, unanswered=True)
        if someone is None or choices.prescription is None:
            return _card_screen(institution, "register", "この人のカードで登録する", choices)
        if someone.insurance is None:
            return _screen("visit_failed.html", institution, code="OQSSIM5001")
        was_held = held(institution, someone) is not None
        now = clock()
        consent = center.register_consent(
            institution_code=institution.code,
            person=someone.key,
            items=choices.agreed,
            prescription=choices.prescription,
            consented_at=now,
            recorded_at=now,
        )
        kind = "updated" if was_held and request.form.get("updating") else "registered"
        return redirect(url_for("visit.done", url_key=url_key, consent_id=consent.id, kind=kind), code=303)

    @pages.get("/done/<consent_id>/<kind>")
    def done(url_key: str, consent_id: str, kind: str) -> str:
        institution = here(url_key)
        consent = center.consent_by_id(consent_id)
        if consent is None or consent.institution_code != institution.code or kind not in ("registered", "updated"):
            abort(404)
        someone = person(consent.person)
        insurance = someone.insurance
        diseases = insurance.specific_diseases if insurance else ()
        return _screen(
            "visit_done.html",
            institution,
            someone=someone,
            updated=kind == "updated",
            card_class=CARD_CLASS_LABELS.get(insurance.card_class, insurance.card_class) if insurance else "",
            diseases=[DISEASE_LABELS[each.category] for each in diseases],
            disease_agreed=ConsentItem.SPECIFIC_DISEASE in consent.items,
        )

    @pages.get("/inquiry")
    def inquiry(url_key: str) -> str:
        return _card_screen(here(url_key), "inquiry_result", "この人のカードで照会する")

    @pages.post("/inquiry")
    def inquiry_result(url_key: str) -> str:
        institution, someone = here(url_key), _card_holder(request.form)
        if someone is None:
            return _card_screen(institution, "inquiry_result", "この人のカードで照会する")
        consent = held(institution, someone)
        choices = choices_of(consent) if consent else None
        return _screen("visit_inquiry.html", institution, holder=someone, consent=consent, choices=choices)

    @pages.get("/cancel")
    def cancel(url_key: str) -> str:
        return _screen("visit_cancel.html", here(url_key))

    @pages.post("/cancel/card")
    def cancel_card(url_key: str) -> str:
        return _card_screen(here(url_key), "cancelled", "この人のカードで取り消す")

    @pages.post("/cancelled")
    def cancelled(url_key: str) -> str:
        institution, someone = here(url_key), _card_holder(request.form)
        if someone is None:
            return _card_screen(institution, "cancelled", "この人のカードで取り消す")
        ended = center.end_consent(institution.code, someone.key, ConsentState.CANCELLED)
        return _screen("visit_cancelled.html", institution, someone=someone, ended=ended)

    return pages


def _screen(template: str, institution: Institution, **values: object) -> str:
    return render_template(
        template,
        institution=institution,
        item_labels=ITEM_LABELS,
        prescription_labels=PRESCRIPTION_LABELS,
        **values,
    )


def _items_screen(
    institution: Institution, choices: Choices, holder: Person | None = None, *, unanswered: bool = False
) -> str:
    return _screen("visit_items.html", institution, choices=choices, holder=holder, unanswered=unanswered)


def _card_screen(institution: Institution, target: str, verb: str, choices: Choices | None = None) -> str:
    """The stand-in for app, card and PIN: this clinic's people first, everybody else below."""
    own = [someone for someone in PEOPLE if someone.clinic == institution.clinic]
    others = [someone for someone in PEOPLE if someone.clinic != institution.clinic]
    return _screen(
        "visit_card.html", institution, target=f"visit.{target}", verb=verb, choices=choices, groups=(own, others)
    )


def _card_holder(form: MultiDict[str, str]) -> Person | None:
    return next((someone for someone in PEOPLE if someone.key == form.get("person")), None)
