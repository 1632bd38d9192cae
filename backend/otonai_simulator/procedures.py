"""診療・手術 rows of the invented histories (medical-info 2.6). Codes are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .drug_histories import Place


@dataclass(frozen=True, slots=True)
class Act:
    """One 診療行為; `treatment_class` is the 診療識別 (50 = 手術)."""

    code: str
    name: str
    treatment_class: str
    unit: str = "回"


@dataclass(frozen=True, slots=True)
class ProcedureVisit:
    """What was done on one day at one place. Operations need their own consent."""

    day: date
    place: Place
    acts: tuple[Act, ...]

    @property
    def is_operation(self) -> bool:
        """Whether any act belongs to 手術."""
        return any(act.treatment_class == "50" for act in self.acts)


_HOSPITAL = Place("1318888880", "見本中央病院")
_IMAGING = Act("199990001", "ＣＴ撮影（１６列以上６４列未満）", "70")
_DIALYSIS = Act("199990002", "人工腎臓（慢性維持透析）", "40")
_HOME_OXYGEN = Act("199990003", "在宅酸素療法指導管理料", "14")
_HIP_SURGERY = Act("199990004", "骨折観血的手術（大腿）", "50")
_PACEMAKER = Act("199990005", "ペースメーカー移植術（経静脈電極）", "50")

_ACTS: dict[str, tuple[tuple[int, tuple[Act, ...]], ...]] = {
    "many_medicines": ((95, (_IMAGING,)), (410, (_PACEMAKER,))),
    "bones": ((210, (_HIP_SURGERY,)), (120, (_IMAGING,))),
    "dialysis": ((64, (_DIALYSIS,)), (66, (_DIALYSIS,))),
    "breathing": ((80, (_HOME_OXYGEN,)),),
}


def procedure_visits(profile: str, on: date) -> tuple[ProcedureVisit, ...]:
    """Acts known on `on` (receipts, therefore some months old), newest first."""
    found = [
        ProcedureVisit(on - timedelta(days=days_ago), _HOSPITAL, acts) for days_ago, acts in _ACTS.get(profile, ())
    ]
    return tuple(sorted(found, key=lambda visit: visit.day, reverse=True))
