"""`/api/settings/sign-in`: the clinic's password policy and its rule about second factors."""

from __future__ import annotations

from ..domain.access import Caller, Role
from ..domain.passwords import PolicyName
from ..flow.sessions import rules_now
from ..flow.sign_in_rules import choose_rules
from ..store.tables import Clinic
from .access import access, caller, now, session
from .models.sign_in import SignInRulesIn, SignInRulesOut
from .present_sign_in import policy_out
from .resource import Resource

blp = Resource("sign-in-rules", "/api/settings/sign-in", about="How people of the clinic sign in")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.gives(200, SignInRulesOut)
def rules() -> SignInRulesOut:
    """What holds now."""
    return _rules(session().get_one(Clinic, caller().clinic_id))


@blp.put("")
@access(Caller.STAFF, roles=[Role.ADMIN], fresh=True)
@blp.takes(SignInRulesIn)
@blp.gives(200, SignInRulesOut)
def choose(body: SignInRulesIn) -> SignInRulesOut:
    """Choose; going without second factors is accepted in so many words, dated, and an event."""
    clinic = session().get_one(Clinic, caller().clinic_id)
    choose_rules(
        session(), clinic, policy=body.policy, two_factors=body.two_factors, accepted=body.accepted,
        actor=caller().actor, now=now(),
    )  # fmt: skip
    return _rules(clinic)


def _rules(clinic: Clinic) -> SignInRulesOut:
    return SignInRulesOut(
        policy=PolicyName(clinic.password_policy),
        two_factors=clinic.two_factors,
        one_factor_since=clinic.one_factor_since,
        policies=[policy_out(policy) for policy in rules_now(now()).policies],
    )
