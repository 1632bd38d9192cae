"""0004: devices have keys of their own, and a proof made with one is good once (RFC 9449).

Devices that were taken in before keep their rows without a key; they are asked to enrol again. A device that waits
for approval during the change starts its ten minutes anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_thumbprint", sa.String(), nullable=True))
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_at", UTCDateTime(), nullable=True))
    op.execute(sa.text("DELETE FROM device_grant"))
    with op.batch_alter_table("device_grant", schema=None) as batch_op:
        batch_op.drop_column("ownership")
        batch_op.add_column(sa.Column("key_thumbprint", sa.String(), nullable=False))
        batch_op.add_column(sa.Column("last_proof_at", UTCDateTime(), nullable=True))
    op.create_table(
        "used_proof",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("forget_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_used_proof_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["device.clinic_id", "device.id"],
            name=op.f("fk_used_proof_clinic_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_used_proof")),
    )
    with op.batch_alter_table("used_proof", schema=None) as batch_op:
        batch_op.create_index("used_proof_by_end", ["clinic_id", "forget_at"], unique=False)
