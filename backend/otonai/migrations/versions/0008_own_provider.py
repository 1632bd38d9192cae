"""0008: the clinic's own OpenID provider, and the people it knows."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("clinic", sa.Column("own_provider", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "sign_in_provider",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("client_secret", sa.String(), nullable=True),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("second_factor_by", sa.String(), nullable=False),
        sa.Column("acr", sa.String(), nullable=True),
        sa.Column("password_too", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_sign_in_provider_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_sign_in_provider")),
    )
    op.create_table(
        "provider_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_provider_link_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f("fk_provider_link_clinic_id_staff_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_provider_link")),
        sa.UniqueConstraint("clinic_id", "staff_id", name=op.f("uq_provider_link_clinic_id_staff_id")),
        sa.UniqueConstraint("clinic_id", "issuer", "subject", name=op.f("uq_provider_link_clinic_id_issuer_subject")),
    )
