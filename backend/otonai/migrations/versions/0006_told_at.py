"""0006: when the center last told the facts of a consented person: the order of arrival decides nothing (F06)."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: so far, the facts of a row were told when they were confirmed."""
    with op.batch_alter_table("consented_patient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE consented_patient SET told_at = confirmed_at")
    with op.batch_alter_table("consented_patient", schema=None) as batch_op:
        batch_op.alter_column("told_at", existing_type=UTCDateTime(), nullable=False)
