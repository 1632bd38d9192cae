"""0014: who is in the house (院内患者)."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "attendance",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arrived_at", UTCDateTime(), nullable=False),
        sa.Column("arrival", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("doctor_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_owned("attendance", patient="patient_id", staff="doctor_id"),
        sa.UniqueConstraint("clinic_id", "day", "patient_id", name=op.f("uq_attendance_clinic_id_day_patient_id")),
    )


def _owned(table: str, **references: str) -> Iterator[sa.Constraint]:
    yield sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id"))
    for other, column in references.items():
        yield sa.ForeignKeyConstraint(
            ["clinic_id", column], [f"{other}.clinic_id", f"{other}.id"], name=op.f(f"fk_{table}_clinic_id_{column}")
        )
    yield sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}"))
