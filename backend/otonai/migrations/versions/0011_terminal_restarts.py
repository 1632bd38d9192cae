"""0011: whether a clinic's terminal restarts by itself at night; the simulated one of a practice does not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("clinic", sa.Column("terminal_restarts", sa.Boolean(), nullable=False, server_default=sa.true()))
