"""The clinic's own list of drugs it wants to see at once, for example 抗凝固薬 before a tooth is drawn (S-164).

A rule is a label and what it looks for; it tags rows and judges nothing. No rule is shipped: a doctor or dentist of
the clinic writes them (medical-info 3.5).
"""

from __future__ import annotations

from dataclasses import dataclass

from .drug_identity import DrugIdentity, plain_name
from .errors import Invalid
from .medical import UseClass

LONGEST_LABEL, MOST_WORDS, MOST_RULES = 40, 40, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """`classes` are beginnings of the 薬効分類 (2 to 4 digits), `words` parts of an ingredient's name."""

    label: str
    classes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    use_classes: tuple[UseClass, ...] = ()

    def fits(self, drug: DrugIdentity) -> bool:
        """Whether a drug is one of those meant; `use_classes` narrows, an unknown one is never left out."""
        if self.use_classes and drug.use_class is not UseClass.UNKNOWN and drug.use_class not in self.use_classes:
            return False
        if drug.class_code and any(drug.class_code.startswith(each) for each in self.classes):
            return True
        return any(plain_name(word) in name for word in self.words for name in drug.names)


def checked_rules(rules: tuple[NoticeRule, ...]) -> tuple[NoticeRule, ...]:
    """The rules as they may be kept. Raises Invalid naming what is wrong."""
    if len(rules) > MOST_RULES:
        raise Invalid("too many notice rules", code="notice_too_many")
    for rule in rules:
        if not rule.label.strip() or len(rule.label) > LONGEST_LABEL:
            raise Invalid("a notice rule needs a label of at most 40 characters", code="notice_label")
        if (not rule.classes and not rule.words) or len(rule.words) + len(rule.classes) > MOST_WORDS:
            raise Invalid("a notice rule needs a class or a word to look for", code="notice_empty")
        if any(not (each.isascii() and each.isdigit() and 2 <= len(each) <= 4) for each in rule.classes):
            raise Invalid("a class has two to four digits", code="notice_class")
        if any(len(plain_name(word)) < 2 for word in rule.words):
            raise Invalid("a word needs two characters", code="notice_word")
    return rules
