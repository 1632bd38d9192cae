"""The demo's drug master has the public file's shape and knows every invented product."""

from __future__ import annotations

from pathlib import Path

from otonai.domain.drug_master_file import MasterFile, read_master
from otonai_simulator.drug_master import write_master
from otonai_simulator.medicines import MEDICINES


def test_every_invented_product_is_in_it_and_the_two_brands_of_one_ingredient_share_its_code(tmp_path: Path) -> None:
    write_master(tmp_path / "y.csv")
    told = read_master((tmp_path / "y.csv").read_bytes(), fewest_rows=1)
    assert isinstance(told, MasterFile)
    entries = {entry.code: entry for entry in told.entries}
    assert set(entries) == {medicine.code for medicine in MEDICINES.values()}
    first, second = (entries[MEDICINES[name].code] for name in ("lansoprazole", "lansoprazole_other"))
    assert first.price_code is not None
    assert second.price_code is not None
    assert first.price_code[:7] == second.price_code[:7]
