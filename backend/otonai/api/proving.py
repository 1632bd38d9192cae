"""The device behind a call: its access token, and the proof that the call was made with the device's own key.

`Authorization: DPoP <token>` with a `DPoP` header (RFC 9449 7.1); nothing else lets a tablet or bridge in. A good
token with a bad proof is a sign that somebody holds a copy: it is refused and written to the audit trail. When a new
proof would help (a clock that is off, a request that the browser sent twice), the refusal carries a nonce for it.
"""

from __future__ import annotations

from typing import NoReturn

from flask import Response, after_this_request, current_app, g, request
from sqlalchemy.exc import IntegrityError

from ..domain.dates import business_day
from ..domain.device_proof import Demand, ProofOutcome, SignedProof, judge
from ..domain.devices import DeviceRules
from ..domain.errors import NotSignedIn, Refused
from ..flow import device_access
from ..flow.device_access import Holder, OpenedBy
from ..flow.enrol_device import refuse_device
from ..proofs import ALGORITHM, digest_of, living_nonces, new_nonce, read_proof, web_addresses
from ..rules.devices import device_rules_on
from ..store.session import reading, writing
from ..store.tables import Device

SCHEMES = ("DPoP", "Bearer")
#: What a refused proof is called towards OAuth clients (RFC 9449 5, 8).
_WORDS = {True: "use_dpop_nonce", False: "invalid_dpop_proof"}


def rules() -> DeviceRules:
    """The rules of today."""
    return device_rules_on(business_day(g.now))


def shown_token() -> tuple[str, str] | None:
    """Scheme and token of a device's call, or None when it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    for known in SCHEMES:
        if scheme.lower() == known.lower():
            return known, token.strip()
    return None


def proven_device(scheme: str, token: str, *, stopped: bool = False) -> tuple[Holder, OpenedBy | None]:
    """The device that made this call, and who has it open; `stopped` asks for one that was stopped, and no other.

    Raises NotSignedIn (`token_expired`, `enrol_again`, `proof_refused`) or Refused (`device_stopped`).
    """
    engine, now = current_app.extensions["otonai"].engine, g.now
    unlock_token = request.headers.get("Otonai-Unlock", "")
    with reading(engine) as session:
        holder = device_access.holder_of(session, token, now)
        opened = device_access.opened_by(session, holder, unlock_token, now) if holder and unlock_token else None
    if holder is None:
        _challenge("invalid_token")
        raise NotSignedIn(code="token_expired")
    if holder.thumbprint is None:
        raise NotSignedIn(code="enrol_again") if holder.active else Refused(code="device_stopped")
    proof = signed_proof() if scheme == "DPoP" else ProofOutcome.MISSING
    outcome = judged(proof, token=token, thumbprint=holder.thumbprint)
    if outcome is not ProofOutcome.PROVEN or isinstance(proof, ProofOutcome):
        _refuse(holder, outcome)
    if stopped and holder.active:
        raise Refused(code="role_not_allowed")
    if not holder.active and not stopped:
        raise Refused(code="device_stopped")
    if holder.ended and not stopped:
        _challenge("invalid_token")
        raise NotSignedIn(code="token_expired")
    try:
        with writing(engine, holder.clinic_id) as session:
            first = device_access.note_use(session, holder, opened, proof, forget_at=now + rules().keep_proofs, now=now)
    except IntegrityError:  # the same proof at the same instant, in another process
        first = False
    if not first:
        _refuse(holder, ProofOutcome.REPEATED)
    return holder, opened


def signed_proof() -> SignedProof | ProofOutcome:
    """The proof that goes with this request, its signature checked."""
    return read_proof(request.headers.get("DPoP"))


def judged(
    proof: SignedProof | ProofOutcome, *, token: str | None = None, thumbprint: str | None = None
) -> ProofOutcome:
    """Whether it proves this request, now; and for this token and key, where they are known."""
    if isinstance(proof, ProofOutcome):
        return proof
    settings = current_app.extensions["otonai"].settings
    demand = Demand(
        method=request.method,
        addresses=web_addresses(settings, request.path),
        now=g.now,
        nonces=living_nonces(settings.ticket_secret, g.now, rules().nonce_life),
        thumbprint=thumbprint,
        token_digest=digest_of(token) if token is not None else None,
    )
    return judge(proof, demand, rules().proof_window)


def refusal_words(outcome: ProofOutcome) -> str:
    """The word of the RFC for a refused proof; where a new one would help, the answer gets a nonce for it."""
    if outcome.may_be_made_anew:
        _give_nonce()
    return _WORDS[outcome.may_be_made_anew]


def _refuse(holder: Holder, outcome: ProofOutcome) -> NoReturn:
    """Raises NotSignedIn(proof_refused). A clock that is off is no sign of a copy and leaves no event."""
    if outcome is not ProofOutcome.NOT_NOW:
        with writing(current_app.extensions["otonai"].engine, holder.clinic_id) as session:
            refuse_device(session, session.get_one(Device, (holder.clinic_id, holder.device_id)), outcome, g.now)
    _challenge(refusal_words(outcome))
    raise NotSignedIn(code="proof_refused", reason=outcome.value)


def _challenge(error: str) -> None:
    @after_this_request
    def _say(answer: Response) -> Response:
        answer.headers["WWW-Authenticate"] = f'DPoP error="{error}", algs="{ALGORITHM}"'
        return answer


def _give_nonce() -> None:
    settings = current_app.extensions["otonai"].settings
    nonce = new_nonce(settings.ticket_secret, g.now, rules().nonce_life)

    @after_this_request
    def _hand_over(answer: Response) -> Response:
        answer.headers["DPoP-Nonce"] = nonce
        return answer
