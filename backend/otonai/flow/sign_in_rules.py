"""The clinic's own choice of password policy and second factor; never below what the rules allow, never in silence.

Switching the second factor off is an act of the administrator with its own words, its event and its date: the date
stands on every administrator's screen until it is switched on again (SEC-05).
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ..domain.errors import Invalid
from ..domain.passwords import PolicyName
from ..store.audit import Actor, write_event
from ..store.tables import Clinic
from .sessions import rules_now


def choose_rules(
    session: Session, clinic: Clinic, *, policy: PolicyName, two_factors: bool, accepted: bool, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Set both. Raises Invalid(one_factor_not_accepted) when the second factor goes without its words being accepted,
    and Invalid(policy_wants_second_factor) for a policy that is only good beside one."""
    if not two_factors and clinic.two_factors and not accepted:
        raise Invalid(code="one_factor_not_accepted")
    if not two_factors and rules_now(now).policy(policy).wants_second_factor:
        raise Invalid(code="policy_wants_second_factor")
    if policy.value != clinic.password_policy:
        clinic.password_policy = policy.value
        write_event(session, clinic.id, now, action="password_policy_chosen", actor=actor, outcome=policy.value)
    if two_factors != clinic.two_factors:
        clinic.two_factors, clinic.one_factor_since = two_factors, None if two_factors else now
        outcome = "on" if two_factors else "off"
        write_event(session, clinic.id, now, action="second_factor_rule_changed", actor=actor, outcome=outcome)
    session.add(clinic)
