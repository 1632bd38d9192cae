"""A small 医薬品マスター of the invented products, in the public file's shape, for demo and tests.

Class and ingredient digits are those of the real ingredients (public knowledge of the price list); products, receipt
codes 6199… and the digits after the ingredient are invented. Never use it for claims.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from .medicines import MEDICINES, Medicine

#: Name in `medicines` → first seven digits: 薬効分類 and ingredient with route.
_INGREDIENTS = {
    "amlodipine": "2171022", "olmesartan": "2149044", "bisoprolol": "2123016", "furosemide": "2139005",
    "spironolactone": "2133001", "edoxaban": "3339002", "warfarin": "3332001", "aspirin": "3399007",
    "metformin": "3962002", "sitagliptin": "3969010", "insulin_glargine": "2492416", "rosuvastatin": "2189017",
    "lansoprazole": "2329023", "lansoprazole_other": "2329023", "magnesium_oxide": "2344009", "tiotropium": "2259709",
    "donepezil": "1190012", "memantine": "1190018", "levodopa": "1169101", "levetiracetam": "1139010",
    "valproate": "1139004", "alendronate": "3999018", "eldecalcitol": "3112006", "febuxostat": "3949003",
    "levothyroxine": "2431004", "suvorexant": "1190023", "acetaminophen": "1141007", "loxoprofen_patch": "2649735",
    "calcium_carbonate": "2190025", "amoxicillin": "6131001", "riluzole": "1190015",
}  # fmt: skip
#: The public sample codes of medical-info 3.2.
_PUBLIC = {
    "cilnidipine": "2149037F2039", "voglibose": "3969004F1020", "famotidine": "2325003B2029",
    "carbocisteine": "2233002F2022", "etodolac": "1149032F2023", "etodolac_other": "1149032F2031",
}  # fmt: skip
_FORMS = {"21": ("1", "F"), "22": ("1", "F"), "23": ("6", "S"), "33": ("4", "A")}
_COLUMNS = 42


def rows() -> list[list[str]]:
    """Every product as one row of 42 columns."""
    return [_row(name, told) for name, told in MEDICINES.items()]


def _row(name: str, told: Medicine) -> list[str]:
    form, letter = _FORMS[told.use_class]
    price = _PUBLIC.get(name) or f"{_INGREDIENTS[name]}{letter}1ZZ0"
    row = ["0"] * _COLUMNS
    row[1], row[2], row[4], row[6] = "Y", told.code, told.name, ""
    row[9], row[27] = told.unit, form
    row[29], row[30], row[31] = "20260401", "99999999", price
    row[34], row[35], row[36], row[37] = told.name, "20260401", f"{price[:9]}ZZZ", f"【般】{told.ingredient}"
    return row


def write_master(path: Path) -> None:
    """The file as the publisher writes it: CP932, no header, CRLF."""
    with path.open("w", encoding="cp932", errors="strict", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows(rows())


if __name__ == "__main__":
    write_master(Path(sys.argv[1]))
