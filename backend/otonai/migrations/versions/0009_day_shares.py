"""0009: the server's halves of the tablets' day keys, what each tablet carried, and what it says about itself."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("clinic", sa.Column("offline_medical", sa.String(), nullable=False, server_default="strict"))
    with op.batch_alter_table("clinic", schema=None) as batch_op:
        batch_op.alter_column("offline_medical", server_default=None)
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_mode", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("storage_persisted", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("skew_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("packed", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("stopped_because", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("wiped_at", UTCDateTime(), nullable=True))
    op.create_table(
        "day_share",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("data_class", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("not_after", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        *_of_person_and_tablet("day_share"),
        sa.UniqueConstraint(
            "clinic_id", "device_id", "staff_id", "day", "data_class",
            name=op.f("uq_day_share_clinic_id_device_id_staff_id_day_data_class"),
        ),
    )  # fmt: skip
    op.create_table(
        "packed_day",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("patients", sa.JSON(), nullable=False),
        sa.Column("medical", sa.JSON(), nullable=False),
        sa.Column("packed_at", UTCDateTime(), nullable=False),
        *_of_person_and_tablet("packed_day"),
        sa.UniqueConstraint(
            "clinic_id", "device_id", "staff_id", "day", name=op.f("uq_packed_day_clinic_id_device_id_staff_id_day")
        ),
    )


def _of_person_and_tablet(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"], ["device.clinic_id", "device.id"], name=op.f(f"fk_{table}_clinic_id_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f(f"fk_{table}_clinic_id_staff_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    )
