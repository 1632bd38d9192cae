"""0003: the clinic's own list of drugs to be pointed at (S-164). Empty until a doctor of the clinic writes it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("clinic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_rules", sa.JSON(), nullable=True))
