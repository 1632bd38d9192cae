"""The installation's drug master: one current version, exchanged as a whole, looked up by the codes of one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from ..domain.drug_identity import DrugEntry, DrugMaster
from ..domain.drug_master_file import MasterFile
from .ids import new_id
from .tables import DrugMasterEntry, DrugMasterVersion

_AT_ONCE = 2_000


def exchange_master(session: Session, told: MasterFile, now: datetime) -> DrugMasterVersion:
    """Import a master and make it the current one in the caller's transaction; the former one's rows are removed.

    The same file again changes nothing.
    """
    former = session.exec(select(DrugMasterVersion).where(col(DrugMasterVersion.current).is_(True))).all()
    same = next((one for one in former if one.sha256 == told.sha256), None)
    if same is not None:
        return same
    made = DrugMasterVersion(
        id=new_id(), version=told.version, sha256=told.sha256, rows=len(told.entries), imported_at=now, current=True
    )
    for one in former:
        one.current = False
        session.add(one)
        session.execute(delete(DrugMasterEntry).where(col(DrugMasterEntry.version_id) == one.id))
    session.add(made)
    session.flush()
    rows = [
        {
            "version_id": made.id,
            "code": entry.code,
            "name": entry.name,
            "price_code": entry.price_code,
            "generic_code": entry.generic_code,
            "generic_name": entry.generic_name,
            "form": entry.form,
            "generic": entry.generic,
            "valid_to": entry.valid_to,
        }
        for entry in told.entries
    ]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(DrugMasterEntry), rows[start : start + _AT_ONCE])
    return made


def master_for(session: Session, codes: Iterable[str | None]) -> DrugMaster:
    """The entries of these codes; an empty master with no version when none was imported."""
    current = session.exec(select(DrugMasterVersion).where(col(DrugMasterVersion.current).is_(True))).first()
    if current is None:
        return DrugMaster()
    wanted = {code for code in codes if code}
    found = session.exec(
        select(DrugMasterEntry).where(
            DrugMasterEntry.version_id == current.id, col(DrugMasterEntry.code).in_(sorted(wanted))
        )
    )
    entries = {
        row.code: DrugEntry(
            code=row.code,
            name=row.name,
            price_code=row.price_code,
            generic_code=row.generic_code,
            generic_name=row.generic_name,
            form=row.form,
            generic=row.generic,
            valid_to=row.valid_to,
        )
        for row in found
    }
    return DrugMaster(entries, current.version)
