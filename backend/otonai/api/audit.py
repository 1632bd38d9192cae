"""`/api/audit-events`: what happened, for the administrator."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from ..domain.access import Caller, Role
from ..store.tables import AuditEvent
from .access import access, caller, session
from .cursor import number, pack, unpack
from .models.care import AuditEventOut, AuditListOut
from .models.common import PageQuery
from .resource import Resource

blp = Resource("audit-events", "/api/audit-events", about="The audit trail")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.takes(PageQuery, location="query")
@blp.gives(200, AuditListOut)
def events(query: PageQuery) -> AuditListOut:
    """Newest first; ids and words only."""
    tx, clinic_id = session(), caller().clinic_id
    after = unpack(query.cursor, number)
    chosen = select(AuditEvent).where(AuditEvent.clinic_id == clinic_id)
    total = tx.exec(select(func.count()).select_from(AuditEvent).where(AuditEvent.clinic_id == clinic_id)).one()
    if after:
        chosen = chosen.where(AuditEvent.sequence < after[0])
    rows = tx.exec(chosen.order_by(col(AuditEvent.sequence).desc()).limit(query.limit)).all()
    return AuditListOut(
        items=[AuditEventOut.model_validate(r, from_attributes=True) for r in rows],
        next_cursor=pack(rows[-1].sequence) if len(rows) == query.limit else None,
        total=int(total),
    )
