"""Who is calling, whether they may, and the transaction their request runs in.

Every route carries `@access(...)`: it names the callers and, for staff, the roles. A guard test walks all routes
and fails on one without it. The decorator authenticates, opens one session (writing for unsafe methods and for
disclosures), and makes writes idempotent by `Idempotency-Key`: the answer is stored in the transaction of the effect.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar
from uuid import UUID

from flask import Response, current_app, g, make_response, request
from flask_smorest import Blueprint
from sqlmodel import Session

from ..config import Settings
from ..domain.access import STAFF_ROLES, Caller, Role, role_reaches
from ..domain.app_version import AppAge, app_age
from ..domain.audit import Action
from ..domain.devices import DeviceKind
from ..domain.errors import AppTooOld, Invalid, NotSignedIn, Refused
from ..domain.factors import Stage
from ..domain.sessions import is_fresh
from ..flow import sessions
from ..flow.sealing import Sealing
from ..flow.tries import Place
from ..store.audit import Actor, write_event
from ..store.session import reading, writing
from ..store.tables import IdempotentAnswer
from .browser import browser_label
from .proving import proven_device, shown_token
from .security_schemes import credentials_of

P = ParamSpec("P")
R = TypeVar("R")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Access:
    """What a route declares."""

    callers: frozenset[Caller]
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling. `role` is set for staff and for a tablet opened by staff."""

    caller: Caller
    clinic_id: UUID
    staff_id: UUID | None = None
    role: Role | None = None
    device_id: UUID | None = None
    thumbprint: str | None = None  # of the device's key
    office: sessions.OfficeSession | None = None

    @property
    def actor(self) -> Actor:
        """The same as the audit trail writes it."""
        kind = Caller.STAFF if self.caller is Caller.ARRIVING else self.caller
        return Actor(kind.value, self.staff_id or self.device_id, self.device_id)


def access(
    *callers: Caller,
    roles: Iterable[Role] = STAFF_ROLES,
    discloses: bool = False,
    own_transaction: bool = False,
    fresh: bool = False,
    tells_secret: bool = False,
    served_apps_only: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare and enforce the callers (and roles of staff and bedside) of one route.

    `discloses` opens a writing session on GET, because the disclosure's audit event commits with the answer.
    `own_transaction` leaves sessions to the route (sign-in counters must survive a refusal). `fresh` wants somebody
    at the office to have proved who they are within the last minutes (ASVS 7.5.1). `tells_secret` keeps the answer
    out of the memory of idempotent answers: what is told once must be kept nowhere. `served_apps_only` refuses a
    tablet whose app is too old to read the answer rightly; no route that takes what a tablet hands in says so.
    """
    declared = Access(frozenset(callers), frozenset(roles))

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.now = datetime.now(UTC)
            identity = _authenticate(declared)
            g.identity = identity
            role, reads = (identity.role if identity else None), request.method in SAFE
            if identity is not None and role is not None and not role_reaches(role, declared.roles, reads=reads):
                raise _denied(identity)
            if served_apps_only and identity is not None and identity.device_id is not None:
                _want_served_app()
            if fresh and identity is not None and identity.caller is Caller.STAFF:
                _want_fresh_proof(identity)
            if own_transaction:
                return view(*args, **kwargs)
            engine, clinic_id = current_app.extensions["otonai"].engine, identity.clinic_id if identity else None
            if request.method in SAFE and not discloses:
                with reading(engine, clinic_id) as session:
                    g.session = session
                    return view(*args, **kwargs)
            with writing(engine, clinic_id) as session:
                g.session = session
                if identity is not None and identity.office is not None:
                    sessions.hold(session, identity.office.clinic_id, identity.office.id)
                if tells_secret:
                    return view(*args, **kwargs)
                return _once(session, identity, view, *args, **kwargs)

        guarded.__otonai_access__ = declared  # type: ignore[attr-defined]
        documented: Callable[P, R] = Blueprint.doc(security=credentials_of(declared.callers))(guarded)
        return documented

    return decorate


def caller() -> Identity:
    """The authenticated caller of this request."""
    identity = anybody()
    if identity is None:
        raise NotSignedIn()
    return identity


def anybody() -> Identity | None:
    """The same on a public route, which somebody may call who is on the way in."""
    identity: Identity | None = g.identity
    return identity


def session() -> Session:
    """The request's one session."""
    found: Session = g.session
    return found


def now() -> datetime:
    """The instant at which this request began; rules get it as an argument."""
    at: datetime = g.now
    return at


def settings() -> Settings:
    """The process's settings."""
    found: Settings = current_app.extensions["otonai"].settings
    return found


def sealing() -> Sealing:
    """The installation's keys for secrets that must be read again."""
    return Sealing(settings().sealing_keys)


def cookie_name() -> str:
    """The session's cookie; over HTTPS under the prefix that binds it to this host and to HTTPS (ASVS 3.3.1, 3.3.3)."""
    return prefixed("otonai_session")


def browser_cookie_name() -> str:
    """The cookie by which a browser that was signed in at is told from a stranger. Opens nothing."""
    return prefixed("otonai_browser")


def session_cookie() -> str:
    """Its value in this request; empty without one."""
    return request.cookies.get(cookie_name(), "")


def place() -> Place:
    """Where this request comes from, for counting tries and for the list of one's own sessions."""
    return Place(
        address=request.remote_addr or "",
        browser=request.cookies.get(browser_cookie_name(), ""),
        label=browser_label(request.user_agent.string),
    )


def prefixed(name: str) -> str:
    """A cookie's name, bound to this host and to HTTPS where there is HTTPS."""
    return f"__Host-{name}" if settings().secure_cookies else name


def _want_fresh_proof(identity: Identity) -> None:
    window = sessions.rules_now(g.now).fresh
    if identity.office is None or not is_fresh(identity.office.proved_at, window, g.now):
        raise Refused(code="proof_needed")


def _want_served_app() -> None:
    # 426 without its Upgrade field: that one is the connection's, and WSGI keeps it from an application.
    if app_age(request.headers.get("Otonai-App"), settings().oldest_app) is AppAge.TOO_OLD:
        raise AppTooOld()


def _authenticate(declared: Access) -> Identity | None:
    shown = shown_token()
    if shown is not None and Caller.STOPPED in declared.callers:
        device, _ = proven_device(*shown, stopped=True)
        return Identity(Caller.STOPPED, device.clinic_id, device_id=device.device_id, thumbprint=device.thumbprint)
    if shown is not None and declared.callers & {Caller.TABLET, Caller.BEDSIDE, Caller.BRIDGE}:
        return _device(declared, *shown)
    if declared.callers & {Caller.STAFF, Caller.ARRIVING}:
        token = session_cookie()
        with reading(current_app.extensions["otonai"].engine) as session:
            found = sessions.session_of(session, token, g.now)
        if found is not None:
            if found.stale:
                with writing(current_app.extensions["otonai"].engine, found.clinic_id) as session:
                    sessions.touch_session(session, token, g.now)
            if found.stage is Stage.OPEN and Caller.STAFF in declared.callers:
                return Identity(Caller.STAFF, found.clinic_id, found.staff_id, found.role, office=found)
            if found.stage is not Stage.OPEN and Caller.ARRIVING in declared.callers:
                return Identity(Caller.ARRIVING, found.clinic_id, found.staff_id, office=found)
    if Caller.PUBLIC in declared.callers:
        return None
    raise NotSignedIn()


def _device(declared: Access, scheme: str, token: str) -> Identity:
    device, opened = proven_device(scheme, token)
    itself = Identity(Caller.TABLET, device.clinic_id, device_id=device.device_id, thumbprint=device.thumbprint)
    if device.kind is DeviceKind.BRIDGE:
        if Caller.BRIDGE not in declared.callers:
            raise _denied(replace(itself, caller=Caller.BRIDGE))
        return replace(itself, caller=Caller.BRIDGE)
    if Caller.BEDSIDE in declared.callers and opened is not None:
        return replace(itself, caller=Caller.BEDSIDE, staff_id=opened.staff_id, role=opened.role)
    if Caller.TABLET in declared.callers:
        return itself
    if Caller.BEDSIDE in declared.callers:
        raise NotSignedIn(code="locked")
    raise _denied(itself)


def _denied(identity: Identity) -> Refused:
    """A refusal that is written down: who tried which route. Its transaction is its own, for nothing else happens."""
    rule = request.url_rule.rule if request.url_rule else ""
    with writing(current_app.extensions["otonai"].engine, identity.clinic_id) as session:
        write_event(
            session, identity.clinic_id, g.now, action=Action.ACCESS_DENIED, actor=identity.actor,
            outcome="role_not_allowed", subject=f"{request.method} {rule}",
        )  # fmt: skip
    return Refused(code="role_not_allowed")


def _once(session: Session, identity: Identity | None, view: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    key = request.headers.get("Idempotency-Key")
    who = (identity.staff_id or identity.device_id) if identity else None
    if not key or identity is None or who is None or request.method in SAFE:
        return view(*args, **kwargs)
    fingerprint = hashlib.sha256(
        b"\0".join((request.method.encode(), request.path.encode(), request.get_data(cache=True)))
    ).hexdigest()
    known = session.get(IdempotentAnswer, (identity.clinic_id, key[:100], who))
    if known is not None:
        if known.request_hash != fingerprint:
            raise Invalid(code="idempotency_key_reused")
        return Response(known.body, status=known.status, mimetype="application/json")  # type: ignore[return-value]
    answer = make_response(view(*args, **kwargs))
    session.add(
        IdempotentAnswer(
            clinic_id=identity.clinic_id,
            key=key[:100],
            actor_id=who,
            request_hash=fingerprint,
            status=answer.status_code,
            body=answer.get_data(as_text=True),
            at=g.now,
        )
    )
    return answer  # type: ignore[return-value]
