"""0005: second factors, handed codes, known browsers, the emergency account; tries counted beside the accounts.

Whoever was there before keeps the password, signs in once more and sets up a second factor then. Sessions end.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Added and dropped in place: copying a table that others refer to would break the references (SQLite).
    policy = sa.Column("password_policy", sa.String(), nullable=False, server_default="long_phrase")
    op.add_column("clinic", policy)
    op.add_column("clinic", sa.Column("two_factors", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("clinic", sa.Column("one_factor_since", UTCDateTime(), nullable=True))

    op.add_column("staff", sa.Column("password_changed_at", UTCDateTime(), nullable=True))
    op.add_column("staff", sa.Column("password_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE staff SET password_changed_at = created_at")
    op.drop_column("staff", "wrong_in_row")
    op.drop_column("staff", "locked_until")

    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("proved_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        *_owned("staff_session"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index("staff_session_by_staff", "staff_session", ["clinic_id", "staff_id"], unique=False)

    op.create_table(
        "authenticator",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        *_owned("authenticator"),
    )
    op.create_index("authenticator_by_staff", "authenticator", ["clinic_id", "staff_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        *_owned("recovery_code"),
        sa.UniqueConstraint(
            "clinic_id", "staff_id", "position", name=op.f("uq_recovery_code_clinic_id_staff_id_position")
        ),
    )
    op.create_table(
        "handed_code",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        *_owned("handed_code"),
        sa.UniqueConstraint("code_hash", name=op.f("uq_handed_code_code_hash")),
    )
    op.create_table(
        "known_browser",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("known_since", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        *_owned("known_browser"),
        sa.UniqueConstraint(
            "clinic_id", "staff_id", "token_hash", name=op.f("uq_known_browser_clinic_id_staff_id_token_hash")
        ),
    )
    op.create_table(
        "emergency_seal",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("browser_hash", sa.String(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        *_owned("emergency_seal"),
        sa.UniqueConstraint("code_hash", name=op.f("uq_emergency_seal_code_hash")),
    )
    op.create_index("emergency_seal_by_time", "emergency_seal", ["clinic_id", "made_at"], unique=False)
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=True),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(op.f("ix_sign_in_tries_account"), "sign_in_tries", ["account"], unique=False)
    op.create_index(op.f("ix_sign_in_tries_last_at"), "sign_in_tries", ["last_at"], unique=False)


def _owned(table: str) -> tuple[sa.Constraint, ...]:
    """Keys of a table that belongs to a person of a clinic."""
    return (
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f(f"fk_{table}_clinic_id_staff_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    )
