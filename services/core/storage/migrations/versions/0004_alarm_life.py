"""Alarms can be shelved, taken over and called further up; notices say for whom they are."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns with constant defaults, a table and an index over the few open alarms."""
    for column in (
        "sounded_at TIMESTAMP WITH TIME ZONE",
        "sounded_revision BIGINT DEFAULT 0 NOT NULL",
        "worsened_revision BIGINT DEFAULT 0 NOT NULL",
        "called_level SMALLINT DEFAULT 0 NOT NULL",
        "called_since TIMESTAMP WITH TIME ZONE",
        "called_at TIMESTAMP WITH TIME ZONE",
    ):
        op.execute(f"ALTER TABLE alarm ADD COLUMN {column}")
    op.execute(
        "CREATE INDEX alarm_sounding_idx ON alarm (raised_at)"
        " WHERE closed_at IS NULL AND returned_at IS NULL"
    )
    op.execute("ALTER TABLE acknowledgement ADD COLUMN kind TEXT DEFAULT 'taken' NOT NULL")
    op.execute(
        "ALTER TABLE acknowledgement ADD CONSTRAINT acknowledgement_kind_check"
        " CHECK (kind IN ('taken', 'waiting', 'taken_over'))"
    )
    op.execute(
        "ALTER TABLE notification_outbox ADD COLUMN audience TEXT DEFAULT 'operator' NOT NULL"
    )
    op.execute("ALTER TABLE notification_outbox ADD COLUMN level SMALLINT DEFAULT 0 NOT NULL")
    op.execute(_SHELVING)
    op.execute("CREATE INDEX shelving_alarm_id_idx ON shelving (alarm_id)")
    op.execute(
        "COMMENT ON TABLE shelving IS"
        " 'written by the API; ends by itself, also while alerts is down'"
    )


_SHELVING = """
CREATE TABLE shelving (
    id UUID NOT NULL,
    alarm_id UUID NOT NULL,
    principal_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    reason TEXT NOT NULL,
    alarm_revision BIGINT NOT NULL,
    CONSTRAINT shelving_pkey PRIMARY KEY (id),
    CONSTRAINT "shelving_at_most_4_h_check"
        CHECK (ends_at > at AND ends_at <= at + INTERVAL '4 hours'),
    CONSTRAINT shelving_alarm_id_fkey FOREIGN KEY (alarm_id) REFERENCES alarm (alarm_id),
    CONSTRAINT shelving_principal_id_fkey
        FOREIGN KEY (principal_id) REFERENCES principal (principal_id)
)
"""
