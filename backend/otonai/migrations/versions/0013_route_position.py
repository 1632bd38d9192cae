"""0013: the order in which a day's visits are driven, where somebody has set one."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("visit", sa.Column("route_position", sa.Integer(), nullable=True))
