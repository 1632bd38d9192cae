"""0012: what a clinic keeps at hand for the day its terminal fails: whom to call, and the way to its screen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("clinic", sa.Column("support_card", sa.JSON(), nullable=True))
