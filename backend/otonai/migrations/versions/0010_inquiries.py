"""0010: inquiries without the card, one by one and many at once; how ready each patient's card is."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("clinic", sa.Column("automatic_inquiries", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("clinic", sa.Column("reinquiry", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "bulk_inquiry",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("reception_number", sa.String(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("next_fetch_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *_owned("bulk_inquiry"),
    )
    op.create_index("bulk_inquiry_by_state", "bulk_inquiry", ["clinic_id", "state"])
    op.create_table(
        "inquiry",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("limit_consent", sa.String(), nullable=False),
        sa.Column("wanted_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("at_night", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("bulk_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        *_owned("inquiry", patient="patient_id", bulk_inquiry="bulk_id"),
        sa.UniqueConstraint("clinic_id", "open_key", name=op.f("uq_inquiry_clinic_id_open_key")),
    )
    op.create_index("inquiry_by_patient", "inquiry", ["clinic_id", "patient_id", "wanted_at"])
    op.create_index("inquiry_by_time", "inquiry", ["clinic_id", "wanted_at"])
    op.create_index("inquiry_by_state", "inquiry", ["clinic_id", "state", "due_at"])
    op.create_table(
        "patient_readiness",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("pin", sa.String(), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("paper_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_owned("patient_readiness", patient="id"),
    )
    with op.batch_alter_table("terminal_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inquiry_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("bulk_inquiry_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_terminal_job_clinic_id_inquiry_id"),
            "inquiry", ["clinic_id", "inquiry_id"], ["clinic_id", "id"],
        )  # fmt: skip
        batch_op.create_foreign_key(
            op.f("fk_terminal_job_clinic_id_bulk_inquiry_id"),
            "bulk_inquiry", ["clinic_id", "bulk_inquiry_id"], ["clinic_id", "id"],
        )  # fmt: skip
    with op.batch_alter_table("consented_patient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("route", sa.String(), nullable=False, server_default="home_visit"))
        batch_op.add_column(sa.Column("inquiry_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_consented_patient_clinic_id_inquiry_id"),
            "inquiry", ["clinic_id", "inquiry_id"], ["clinic_id", "id"],
        )  # fmt: skip


def _owned(table: str, **references: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id")),
        *(
            sa.ForeignKeyConstraint(
                ["clinic_id", column],
                [f"{other}.clinic_id", f"{other}.id"],
                name=op.f(f"fk_{table}_clinic_id_{column}"),
            )
            for other, column in references.items()
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    )
