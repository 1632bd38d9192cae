"""0015: 公費 and 介護保険, typed by hand."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "public_expense",
        *_head(),
        sa.Column("payer_number", sa.String(), nullable=True),
        sa.Column("recipient_number", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("monthly_limit", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_owned("public_expense"),
    )
    op.create_index("public_expense_by_patient", "public_expense", ["clinic_id", "patient_id"])
    op.create_table(
        "care_insurance",
        *_head(),
        sa.Column("insurer_number", sa.String(), nullable=True),
        sa.Column("insured_number", sa.String(), nullable=True),
        sa.Column("care_level", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("contribution_ratio", sa.Integer(), nullable=True),
        sa.Column("ratio_from", sa.Date(), nullable=True),
        sa.Column("ratio_until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_owned("care_insurance"),
    )
    op.create_index("care_insurance_by_patient", "care_insurance", ["clinic_id", "patient_id"])


def _head() -> Iterator[sa.Column[object]]:
    for name in ("clinic_id", "id", "patient_id"):
        yield sa.Column(name, sa.Uuid(), nullable=False)


def _owned(table: str) -> Iterator[sa.Constraint]:
    yield sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id"))
    yield sa.ForeignKeyConstraint(
        ["clinic_id", "patient_id"],
        ["patient.clinic_id", "patient.id"],
        name=op.f(f"fk_{table}_clinic_id_patient_id"),
    )
    yield sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}"))
