"""What a drug *is*, as far as codes and names tell: ingredient, class, and whether two rows name the same one.

The receipt code of a row tells nothing by itself; the drug master joins it to the price-list code whose first
seven characters are ingredient and route (medical-info 3.1-3.4). Without a master everything still works by the
ingredient's name (5.4). Says only what is the same, never what is dangerous.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from .medical import DrugEvent, UseClass

#: "No real code" of electronic prescriptions (1.2): receipt code and price-list code. Never matched on.
DUMMY_RECEIPT_CODES = frozenset({"666660000", "777770000"})
DUMMY_PRICE_CODES = frozenset({"2000000X0000"})

_INGREDIENT, _GENERIC, _CLASS = 7, 9, 4
_FORMS = {"1": UseClass.ORAL, "4": UseClass.INJECTION, "6": UseClass.TOPICAL}

#: Salt and water words that do not change which active ingredient it is; used for names only (3.4).
_SALTS = re.compile(
    r"(塩酸塩|硫酸塩|リン酸塩|臭化物|ベシル酸塩|トシル酸塩|メシル酸塩|マレイン酸塩|フマル酸塩|コハク酸塩|酒石酸塩|クエン酸塩"
    r"|酢酸塩|メドキソミル|ナトリウム|カリウム|カルシウム|水和物|無水|(?<=.)塩)+$"
)
_MIXTURE = re.compile(r"[・／/,、]")


class SameLevel(StrEnum):
    """How closely two rows name the same thing, closest first (3.4)."""

    SAME_STRENGTH = "same_strength"  # D1: ingredient, route, form and strength
    SAME_INGREDIENT = "same_ingredient"  # D2: ingredient and route
    SAME_INGREDIENT_NAME = "same_ingredient_name"  # D3: the name only; route or form may differ


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugEntry:
    """One line of the drug master. `valid_to` None means in use; ended lines stay, because old receipts name them."""

    code: str
    name: str
    price_code: str | None
    generic_code: str | None = None
    generic_name: str | None = None
    form: str | None = None
    generic: bool = False
    valid_to: date | None = None

    @property
    def classified(self) -> str | None:
        """The code that carries ingredient and class: price-list code, else the general-name code (5.3 step 3)."""
        if self.price_code and self.price_code not in DUMMY_PRICE_CODES:
            return self.price_code
        return self.generic_code

    @property
    def use_class(self) -> UseClass | None:
        """使用区分 by 剤形, where a row itself does not tell."""
        return _FORMS.get(self.form or "")


@dataclass(frozen=True, slots=True)
class DrugMaster:
    """The entries that are known, by receipt code. An empty master is a valid one."""

    entries: Mapping[str, DrugEntry] = field(default_factory=dict)
    version: str | None = None

    def find(self, code: str | None) -> DrugEntry | None:
        """The entry of a row's code; None for no code, a dummy code or an unknown one."""
        if not code or code in DUMMY_RECEIPT_CODES:
            return None
        return self.entries.get(code)


NO_MASTER = DrugMaster()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugIdentity:
    """What one row is. `key` groups rows of one ingredient and route; `names` are its ingredients without salts."""

    key: str
    ingredient_code: str | None
    generic_code: str | None
    class_code: str | None
    names: tuple[str, ...]
    use_class: UseClass

    def same_as(self, other: DrugIdentity) -> SameLevel | None:
        """The closest level at which both name the same; a name alone never decides against two known codes."""
        if self.generic_code and self.generic_code == other.generic_code:
            return SameLevel.SAME_STRENGTH
        if self.ingredient_code and self.ingredient_code == other.ingredient_code:
            return SameLevel.SAME_INGREDIENT
        if set(self.names) & set(other.names):
            return SameLevel.SAME_INGREDIENT_NAME
        return None


def identify(event: DrugEvent, master: DrugMaster) -> DrugIdentity:
    """Decides from code, ingredient name and drug name, in this order; a row that tells nothing is its own kind."""
    entry = master.find(event.drug_code)
    code = entry.classified if entry else None
    ingredient = code[:_INGREDIENT] if code and len(code) >= _INGREDIENT else None
    names = ingredient_names(event.ingredient)
    use = event.use_class
    if use is UseClass.UNKNOWN and entry is not None:
        use = entry.use_class or use
    if ingredient:
        key = f"code:{ingredient}"
    elif names:
        key = "name:" + "+".join(names)
    else:
        key = "drug:" + plain_name(event.drug_name)
    return DrugIdentity(
        key=key,
        ingredient_code=ingredient,
        generic_code=code[:_GENERIC] if code and len(code) >= _GENERIC else None,
        class_code=code[:_CLASS] if code and len(code) >= _CLASS else None,
        names=names,
        use_class=use,
    )


@lru_cache(maxsize=4096)
def ingredient_names(text: str | None) -> tuple[str, ...]:
    """The ingredients of a row, each without width, spaces and salt words, sorted; a mixture has several."""
    parts = (plain_name(part) for part in _MIXTURE.split(unicodedata.normalize("NFKC", text or "")))
    return tuple(sorted({_SALTS.sub("", part) or part for part in parts if part}))


@lru_cache(maxsize=4096)
def plain_name(text: str) -> str:
    """A name for comparing: width, spaces and case folded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
