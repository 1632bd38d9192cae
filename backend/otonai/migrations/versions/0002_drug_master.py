"""0002: the installation's drug master. Public reference data, of no clinic (medical-info 5)."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "drug_master_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug_master_version")),
    )
    op.create_table(
        "drug_master_entry",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_code", sa.String(), nullable=True),
        sa.Column("generic_code", sa.String(), nullable=True),
        sa.Column("generic_name", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("generic", sa.Boolean(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["drug_master_version.id"], name=op.f("fk_drug_master_entry_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_drug_master_entry")),
    )
