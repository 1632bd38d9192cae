"""`/api/demo`: one-use sign-in links, so that practice needs no telephone. Registered in the demo profile only.

Whoever is signed in may make links for themselves, to be opened in another browser: the demo does so for each of its
invented people. No link exists for anybody who did not first come in by password and code.
"""

from __future__ import annotations

from html import escape

from flask import Response, current_app, redirect
from pydantic import Field

from ..domain.access import Caller
from ..domain.factors import Factor
from ..flow import sessions, sign_in
from ..flow.handed_codes import Purpose, hand_out, plain
from ..store.session import writing
from ..store.tables import Staff
from .access import access, caller, now, place, session, settings
from .models.common import In, Out, example, example_in
from .resource import Resource
from .session import entered, refusal

blp = Resource("demo", "/api/demo", about="Practice only")


class LinksIn(In):
    """How many links."""

    model_config = example_in(count=3)
    count: int = Field(default=1, ge=1, le=20)


class LinksOut(Out):
    """Each opens once."""

    model_config = example(links=["http://localhost:8000/api/demo/enter/K7QM2XRT9BHD4WPNV3FJ8CYE"])
    links: list[str]


@blp.post("/sign-in-links")
@access(Caller.STAFF, tells_secret=True)
@blp.takes(LinksIn)
@blp.gives(201, LinksOut)
def make_links(body: LinksIn) -> LinksOut:
    """Links for oneself."""
    staff = session().get_one(Staff, (caller().clinic_id, caller().staff_id))
    until = now() + sessions.rules_now(now()).sign_up
    codes = [
        hand_out(session(), staff, Purpose.SIGN_IN_LINK, expires_at=until, made_by=staff.id, now=now())
        for _ in range(body.count)
    ]
    return LinksOut(links=[f"{settings().base_url}/api/demo/enter/{code}" for code in codes])


@blp.get("/enter/<string:code>")
@access(Caller.PUBLIC)
def door(code: str) -> Response:
    """A page with one button: looking at a link, as previews do, does not spend it."""
    page = f"""<!doctype html><html lang="ja"><meta charset="utf-8"><title>おとない（練習用）</title>
<meta name="viewport" content="width=device-width"><form method="post" action="/api/demo/enter/{escape(plain(code))}">
<h1>練習用のログイン</h1><p>このリンクは1回だけ使えます。This link works once.</p>
<button>おとないを開く / Open Otonai</button></form></html>"""
    return Response(page, mimetype="text/html")


@blp.post("/enter/<string:code>")
@access(Caller.PUBLIC, own_transaction=True)
def enter(code: str) -> Response:
    """Spend the link: signed in, at the list."""
    with writing(current_app.extensions["otonai"].engine) as tx:
        proof = sign_in.try_handed_code(tx, code, Purpose.SIGN_IN_LINK, place(), now())
        if proof.staff is not None:
            entrance = sign_in.identity_proved(tx, proof.staff, {Factor.SIGN_IN_LINK}, place(), now())
            answer = entered(tx, entrance)
            there = redirect("/office/list", 303)
            for cookie in answer.headers.getlist("Set-Cookie"):
                there.headers.add("Set-Cookie", cookie)
            return Response(there.get_data(), status=303, headers=there.headers)
    raise refusal(proof, "sign_up_code_wrong")
