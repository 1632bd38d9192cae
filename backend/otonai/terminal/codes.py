"""Code tables of the terminal (業務コード, oqs-interface 12) and how a code becomes a domain value.

An unknown code is passed through: its label is the code itself and its value is `unknown` where the domain has
such a word, else None. Nothing here branches on concrete result or error codes (oqs-interface 13). OQSCD037 has no
table because only its values are public, not their words; 040-044 belong to families that we leave alone.
"""

from __future__ import annotations

from typing import Final

from ..domain.consent import ConsentFlag
from ..domain.eligibility import FileOutcome, InquiryKind, PersonOutcome, PrescriptionForm
from ..domain.insurance import Relation, Sex, Validity
from ..domain.medical import TreatmentKind, UseClass

TABLES: Final[dict[str, dict[str, str]]] = {
    "OQSCD001": {"0": "未同意", "1": "同意"},
    "OQSCD002": {"1": "マイナンバーカード", "2": "被保険者証情報"},
    "OQSCD003": {"1": "正常終了", "2": "処理中", "9": "異常終了"},
    "OQSCD004": {"1": "正常終了", "2": "エラー"},
    "OQSCD005": {"0": "UTF-8", "1": "Shift_JIS"},
    "OQSCD006": {
        "1": "有効",
        "2": "無効",
        "3": "無効（新しい資格あり）",
        "4": "該当資格なし",
        "5": "複数該当",
        "6": "有効（未登録）",
    },
    "OQSCD007": {"1": "男", "2": "女", "3": "未設定"},
    "OQSCD008": {"01": "死亡", "02": "生活保護受給開始", "03": "医療保険等の資格取得", "99": "その他"},
    "OQSCD009": {"1": "本人", "2": "家族"},
    "OQSCD010": {
        "01": "一般",
        "02": "退職",
        "03": "短期（一般）",
        "04": "短期（退職）",
        "05": "特別療養費支給対象者",
        "06": "特例退職",
        "07": "自衛官",
        "A1": "医療扶助",
    },
    "OQSCD011": {
        "01": "限度額適用認定証",
        "02": "限度額適用・標準負担額減額認定証",
        "03": "標準負担額減額認定証",
    },
    "OQSCD012": {
        "A01": "ア",
        "A02": "イ",
        "A03": "ウ",
        "A04": "エ",
        "A05": "オ",
        "A06": "オ（境界層）",
        "B01": "現役並みⅢ",
        "B02": "現役並みⅡ",
        "B03": "現役並みⅠ",
        "B04": "一般",
        "B05": "低所得Ⅱ",
        "B06": "低所得Ⅰ",
        "B07": "低所得Ⅰ（老福）",
        "B08": "低所得Ⅰ（境界層）",
        "B09": "一般Ⅱ",
        "B10": "一般Ⅰ",
    },
    "OQSCD013": {
        "1": "人工透析を要する慢性腎不全",
        "2": "先天性血液凝固因子障害",
        "3": "血液凝固因子製剤に起因するHIV感染症",
    },
    "OQSCD014": {"0": "変更なし", "1": "変更あり又は判定不能"},
    "OQSCD015": {"1": "未就学該当"},
    "OQSCD016": {"0": "同意なし", "1": "同意あり", "2": "同意有効期限切れ", "3": "同意取得困難"},
    "OQSCD017": {"1": "電子処方箋", "2": "紙の処方箋"},
    "OQSCD018": {"01": "医療券", "02": "調剤券"},
    "OQSCD019": {"01": "入院", "02": "入院外", "03": "歯科", "04": "調剤", "05": "訪問看護"},
    "OQSCD020": {"01": "単独", "02": "併用"},
    "OQSCD021": {"01": "あり", "02": "なし"},
    "OQSCD022": {"1": "不整合あり"},
    "OQSCD023": {"01": "あり", "02": "なし"},
    "OQSCD024": {"01": "あり", "02": "なし"},
    "OQSCD025": {"01": "あり", "02": "なし"},
    "OQSCD026": {"0": "一致", "1": "不一致"},
    "OQSCD027": {"1": "同一個人あり"},
    "OQSCD028": {"1": "外来", "2": "訪問診療等", "3": "オンライン診療等", "4": "救急時"},
    "OQSCD029": {"TKK": "特定健診情報", "YZK": "薬剤情報"},
    "OQSCD030": {"0": "表示しない", "1": "表示する"},
    "OQSCD031": {
        "0": "診療形態による",
        "1": "医療機関による取り消し",
        "2": "患者による取り消し",
        "3": "用途変更による取り消し",
    },
    "OQSCD032": {"0": "一致", "1": "不一致"},
    "OQSCD033": {"2": "訪問診療等", "3": "オンライン診療等"},
    "OQSCD034": {"1": "PDF", "2": "PNG"},
    "OQSCD035": {"0": "変更しない", "1": "変更する"},
    "OQSCD036": {
        "TSR": "特定疾病療養受療証情報",
        "TKK": "特定健診情報",
        "YZK": "薬剤情報",
        "SRJ": "診療情報",
        "SHJ": "手術情報",
    },
    "OQSCD038": {"0": "利用しない", "1": "電子処方箋のみ", "2": "併用", "3": "紙の処方箋のみ"},
    "OQSCD039": {"1": "資格確認時以外", "2": "資格確認時"},
}

#: 診療識別 of receipt rows (medical-info 2.5); `UsageCl` of electronic prescriptions has no public table.
TREATMENT_CLASSES: Final[dict[str, str]] = {
    "13": "医学管理",
    "14": "在宅",
    "21": "内服",
    "22": "屯服",
    "23": "外用",
    "28": "その他投薬",
    "31": "皮下筋肉内注射",
    "32": "静脈内注射",
    "33": "その他注射",
    "40": "処置",
    "50": "手術",
    "54": "麻酔",
    "60": "検査・病理",
    "70": "画像診断",
    "80": "その他",
    "90": "入院",
}

_VALIDITY = {
    "1": Validity.VALID,
    "2": Validity.INVALID,
    "3": Validity.INVALID_NEW_EXISTS,
    "4": Validity.NOT_FOUND,
    "5": Validity.MULTIPLE,
    "6": Validity.VALID_UNREGISTERED,
}
_USE_CLASS = {
    "21": UseClass.ORAL,
    "22": UseClass.PRN,
    "23": UseClass.TOPICAL,
    "31": UseClass.INJECTION,
    "32": UseClass.INJECTION,
    "33": UseClass.INJECTION,
}


_FILE_OUTCOME = {"1": FileOutcome.DONE, "2": FileOutcome.PROCESSING, "9": FileOutcome.FAILED}
_PERSON_OUTCOME = {"1": PersonOutcome.DONE, "2": PersonOutcome.ERROR}
_SEX = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.UNSET}
_RELATION = {"1": Relation.INSURED, "2": Relation.FAMILY}
_PRESCRIPTION_FORM = {"1": PrescriptionForm.ELECTRONIC, "2": PrescriptionForm.PAPER}
_INQUIRY = {"1": InquiryKind.CARD, "2": InquiryKind.INSURANCE}
_CONSENT_FLAG = {
    "0": ConsentFlag.NONE,
    "1": ConsentFlag.GIVEN,
    "2": ConsentFlag.EXPIRED,
    "3": ConsentFlag.UNOBTAINABLE,
}


def label(table: str, code: str | None) -> str | None:
    """What a clinic calls the code; the code itself when the table does not know it, None for None."""
    return None if code is None else TABLES.get(table, {}).get(code, code)


def file_outcome(code: str | None) -> FileOutcome:
    """処理結果区分 (OQSCD003)."""
    return FileOutcome.UNSTATED if code is None else _FILE_OUTCOME.get(code, FileOutcome.UNKNOWN)


def person_outcome(code: str | None) -> PersonOutcome:
    """処理結果状況 (OQSCD004)."""
    return PersonOutcome.UNSTATED if code is None else _PERSON_OUTCOME.get(code, PersonOutcome.UNKNOWN)


def inquiry(code: str | None) -> InquiryKind | None:
    """照会区分 (OQSCD002)."""
    return None if code is None else _INQUIRY.get(code, InquiryKind.UNKNOWN)


def validity(code: str | None) -> Validity | None:
    """資格有効性 (OQSCD006)."""
    return None if code is None else _VALIDITY.get(code, Validity.UNKNOWN)


def sex(code: str | None) -> Sex | None:
    """性別 (OQSCD007); 3 is an answer (`unset`), an absent or unknown code is none (S-054)."""
    return _SEX.get(code or "")


def relation(code: str | None) -> Relation | None:
    """本人・家族の別 (OQSCD009)."""
    return _RELATION.get(code or "")


def prescription_form(code: str | None) -> PrescriptionForm | None:
    """処方箋発行形態 (OQSCD017)."""
    return _PRESCRIPTION_FORM.get(code or "")


def consent_flag(code: str) -> ConsentFlag:
    """同意区分 (OQSCD016, and OQSCD001 which uses its first two values)."""
    return _CONSENT_FLAG.get(code, ConsentFlag.UNKNOWN)


def use_class(code: str | None) -> UseClass:
    """使用区分 of a receipt row: known 診療識別 that is no kind of use is `other`, anything else `unknown`."""
    if code in _USE_CLASS:
        return _USE_CLASS[code]
    return UseClass.OTHER if code in TREATMENT_CLASSES else UseClass.UNKNOWN


def treatment_kind(code: str | None) -> TreatmentKind:
    """手術情報 for 診療識別 50-54, 診療情報 for every other and for none (medical-info 2.6)."""
    is_operation = code is not None and len(code) == 2 and "50" <= code <= "54"
    return TreatmentKind.OPERATION if is_operation else TreatmentKind.DIAGNOSIS
