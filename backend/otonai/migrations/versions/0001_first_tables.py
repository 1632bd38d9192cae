"""0001: every table of the first version. Clinic-owned tables are keyed by (clinic_id, id) (design 7)."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "clinic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("institution_code", sa.String(), nullable=False),
        sa.Column("consent_url", sa.String(), nullable=True),
        sa.Column("link_by_itself", sa.Boolean(), nullable=False),
        sa.Column("carry_medical", sa.Boolean(), nullable=False),
        sa.Column("automatic_requests", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("code", name=op.f("uq_clinic_code")),
        sa.UniqueConstraint("institution_code", name=op.f("uq_clinic_institution_code")),
    )
    op.create_table(
        "clinic_due",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_due")),
    )
    with op.batch_alter_table("clinic_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinic_due_due_at"), ["due_at"], unique=False)

    op.create_table(
        "device_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_code_hash", sa.String(), nullable=False),
        sa.Column("user_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("device_name", sa.String(), nullable=False),
        sa.Column("ownership", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("last_polled_at", UTCDateTime(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_grant")),
        sa.UniqueConstraint("device_code_hash", name=op.f("uq_device_grant_device_code_hash")),
        sa.UniqueConstraint("user_code", name=op.f("uq_device_grant_user_code")),
    )
    op.create_table(
        "audit_event",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("device_time", UTCDateTime(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_audit_event_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "sequence", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("audit_event_by_patient", ["clinic_id", "patient_id"], unique=False)

    op.create_table(
        "box_key",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_box_key_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_box_key")),
        sa.UniqueConstraint("key_id", name=op.f("uq_box_key_key_id")),
    )
    op.create_table(
        "change_feed",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_change_feed_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "sequence", name=op.f("pk_change_feed")),
    )
    with op.batch_alter_table("change_feed", schema=None) as batch_op:
        batch_op.create_index("change_feed_by_entity", ["clinic_id", "entity", "entity_id"], unique=False)

    op.create_table(
        "clinic_clock",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("change_sequence", sa.Integer(), nullable=False),
        sa.Column("job_sequence", sa.Integer(), nullable=False),
        sa.Column("audit_sequence", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.String(), nullable=False),
        sa.Column("file_day", sa.Date(), nullable=True),
        sa.Column("file_serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_clock_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_clock")),
    )
    op.create_table(
        "device",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ownership", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("enrolled_at", UTCDateTime(), nullable=False),
        sa.Column("enrolled_by", sa.Uuid(), nullable=True),
        sa.Column("last_seen_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.Column("next_sequence", sa.Integer(), nullable=False),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_device_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_device")),
    )
    op.create_table(
        "home_visit_request",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_from", sa.Date(), nullable=False),
        sa.Column("consent_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("reception_number", sa.String(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("next_fetch_at", UTCDateTime(), nullable=True),
        sa.Column("fetched_at", UTCDateTime(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_home_visit_request_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_home_visit_request")),
    )
    with op.batch_alter_table("home_visit_request", schema=None) as batch_op:
        batch_op.create_index("home_visit_request_by_state", ["clinic_id", "state"], unique=False)

    op.create_table(
        "idempotent_answer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_idempotent_answer_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "key", "actor_id", name=op.f("pk_idempotent_answer")),
    )
    op.create_table(
        "patient",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chart_number", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("kana_key", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("telephone", sa.String(), nullable=True),
        sa.Column("reference_number", sa.String(), nullable=True),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("last_checked_at", UTCDateTime(), nullable=True),
        sa.Column("last_check_kind", sa.String(), nullable=True),
        sa.Column("last_validity", sa.String(), nullable=True),
        sa.Column("last_validity_code", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_patient")),
        sa.UniqueConstraint("clinic_id", "chart_number", name=op.f("uq_patient_clinic_id_chart_number")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index("patient_by_birth_date", ["clinic_id", "birth_date"], unique=False)
        batch_op.create_index("patient_by_kana", ["clinic_id", "kana_key"], unique=False)

    op.create_table(
        "staff",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("login_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("wrong_in_row", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_staff_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login_name", name=op.f("uq_staff_login_name")),
    )
    op.create_table(
        "coverage",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("insurer_number", sa.String(), nullable=True),
        sa.Column("insurer_name", sa.String(), nullable=True),
        sa.Column("card_symbol", sa.String(), nullable=True),
        sa.Column("card_number", sa.String(), nullable=True),
        sa.Column("branch_number", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("insured_name", sa.String(), nullable=True),
        sa.Column("card_class", sa.String(), nullable=True),
        sa.Column("contribution_ratio", sa.Integer(), nullable=True),
        sa.Column("qualified_on", sa.Date(), nullable=True),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("limit_category", sa.String(), nullable=True),
        sa.Column("limit_from", sa.Date(), nullable=True),
        sa.Column("limit_until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_coverage_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_coverage_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_coverage")),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index("coverage_by_patient", ["clinic_id", "patient_id"], unique=False)

    op.create_table(
        "device_token",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("access_hash", sa.String(), nullable=False),
        sa.Column("refresh_hash", sa.String(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("access_expires_at", UTCDateTime(), nullable=False),
        sa.Column("refresh_expires_at", UTCDateTime(), nullable=False),
        sa.Column("spent_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["device.clinic_id", "device.id"],
            name=op.f("fk_device_token_clinic_id_device_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_device_token_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_device_token")),
        sa.UniqueConstraint("access_hash", name=op.f("uq_device_token_access_hash")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_device_token_refresh_hash")),
    )
    op.create_table(
        "eligibility_check",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("validity", sa.String(), nullable=True),
        sa.Column("validity_code", sa.String(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_eligibility_check_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_eligibility_check_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_eligibility_check")),
    )
    with op.batch_alter_table("eligibility_check", schema=None) as batch_op:
        batch_op.create_index("eligibility_check_by_patient", ["clinic_id", "patient_id", "checked_at"], unique=False)

    op.create_table(
        "ledger_change",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_ledger_change_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_ledger_change_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_ledger_change")),
    )
    with op.batch_alter_table("ledger_change", schema=None) as batch_op:
        batch_op.create_index("ledger_change_by_patient", ["clinic_id", "patient_id", "at"], unique=False)

    op.create_table(
        "patient_consent",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("consented_at", UTCDateTime(), nullable=True),
        sa.Column("available_until", UTCDateTime(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_patient_consent_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_consent_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_patient_consent")),
        sa.UniqueConstraint(
            "clinic_id", "patient_id", "kind", name=op.f("uq_patient_consent_clinic_id_patient_id_kind")
        ),
    )
    op.create_table(
        "staff_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f("fk_staff_session_clinic_id_staff_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_staff_session_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_table(
        "sync_receipt",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("box", sa.Text(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["device.clinic_id", "device.id"],
            name=op.f("fk_sync_receipt_clinic_id_device_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_sync_receipt_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_sync_receipt")),
        sa.UniqueConstraint(
            "clinic_id", "device_id", "sequence", name=op.f("uq_sync_receipt_clinic_id_device_id_sequence")
        ),
    )
    op.create_table(
        "tablet_person",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("wrong_in_row", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["device.clinic_id", "device.id"],
            name=op.f("fk_tablet_person_clinic_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f("fk_tablet_person_clinic_id_staff_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_tablet_person_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_tablet_person")),
        sa.UniqueConstraint(
            "clinic_id", "device_id", "staff_id", name=op.f("uq_tablet_person_clinic_id_device_id_staff_id")
        ),
    )
    op.create_table(
        "terminal_job",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("expected_stem", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("answer_by", UTCDateTime(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_terminal_job_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "request_id"],
            ["home_visit_request.clinic_id", "home_visit_request.id"],
            name=op.f("fk_terminal_job_clinic_id_request_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_terminal_job_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_terminal_job")),
        sa.UniqueConstraint("clinic_id", "file_name", name=op.f("uq_terminal_job_clinic_id_file_name")),
    )
    with op.batch_alter_table("terminal_job", schema=None) as batch_op:
        batch_op.create_index("terminal_job_by_state", ["clinic_id", "state"], unique=False)
        batch_op.create_index("terminal_job_by_stem", ["clinic_id", "expected_stem"], unique=False)

    op.create_table(
        "unlock",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"], ["device.clinic_id", "device.id"], name=op.f("fk_unlock_clinic_id_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"], ["staff.clinic_id", "staff.id"], name=op.f("fk_unlock_clinic_id_staff_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_unlock_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_unlock")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_unlock_token_hash")),
    )
    op.create_table(
        "visit",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visit_type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place_note", sa.String(), nullable=True),
        sa.Column("card_plan", sa.String(), nullable=False),
        sa.Column("card_note", sa.String(), nullable=True),
        sa.Column("handover_opened_at", UTCDateTime(), nullable=True),
        sa.Column("consent_outcome", sa.String(), nullable=True),
        sa.Column("consent_reason", sa.String(), nullable=True),
        sa.Column("consent_reported_at", UTCDateTime(), nullable=True),
        sa.Column("consent_received_at", UTCDateTime(), nullable=True),
        sa.Column("consent_awaited", sa.Boolean(), nullable=False),
        sa.Column("registration", sa.JSON(), nullable=True),
        sa.Column("registered_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"], name=op.f("fk_visit_clinic_id_patient_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_visit_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("visit_by_day", ["clinic_id", "day"], unique=False)

    op.create_table(
        "terminal_message",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("processed_at", UTCDateTime(), nullable=True),
        sa.Column("unknown_elements", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "job_id"],
            ["terminal_job.clinic_id", "terminal_job.id"],
            name=op.f("fk_terminal_message_clinic_id_job_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_terminal_message_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_terminal_message")),
        sa.UniqueConstraint("clinic_id", "delivery_id", name=op.f("uq_terminal_message_clinic_id_delivery_id")),
    )
    with op.batch_alter_table("terminal_message", schema=None) as batch_op:
        batch_op.create_index("terminal_message_by_hash", ["clinic_id", "sha256"], unique=False)
        batch_op.create_index("terminal_message_unprocessed", ["clinic_id", "processed_at"], unique=False)

    op.create_table(
        "consented_patient",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("record_hash", sa.String(), nullable=False),
        sa.Column("name_kana_key", sa.String(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=False),
        sa.Column("validity", sa.String(), nullable=True),
        sa.Column("validity_code", sa.String(), nullable=True),
        sa.Column("prescription_form", sa.String(), nullable=True),
        sa.Column("match_outcome", sa.String(), nullable=False),
        sa.Column("match_reasons", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_count", sa.Integer(), nullable=True),
        sa.Column("match_wanted", sa.Boolean(), nullable=False),
        sa.Column("check_wanted", sa.Boolean(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "message_id"],
            ["terminal_message.clinic_id", "terminal_message.id"],
            name=op.f("fk_consented_patient_clinic_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_consented_patient_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "request_id"],
            ["home_visit_request.clinic_id", "home_visit_request.id"],
            name=op.f("fk_consented_patient_clinic_id_request_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_consented_patient_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_consented_patient")),
        sa.UniqueConstraint("clinic_id", "identity", name=op.f("uq_consented_patient_clinic_id_identity")),
    )
    with op.batch_alter_table("consented_patient", schema=None) as batch_op:
        batch_op.create_index("consented_patient_by_state", ["clinic_id", "state", "confirmed_at"], unique=False)

    op.create_table(
        "medical_document",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("requested_at", UTCDateTime(), nullable=True),
        sa.Column("fetched_at", UTCDateTime(), nullable=True),
        sa.Column("available_until", UTCDateTime(), nullable=True),
        sa.Column("data_until_month", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "message_id"],
            ["terminal_message.clinic_id", "terminal_message.id"],
            name=op.f("fk_medical_document_clinic_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_medical_document_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_medical_document_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_medical_document")),
        sa.UniqueConstraint(
            "clinic_id", "patient_id", "kind", name=op.f("uq_medical_document_clinic_id_patient_id_kind")
        ),
    )
