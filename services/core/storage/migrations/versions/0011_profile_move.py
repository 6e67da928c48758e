"""A live shipment is moved to another profile version by two people."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE profile_move (
        move_id UUID NOT NULL,
        shipment_id UUID NOT NULL,
        profile_id TEXT NOT NULL,
        profile_version INTEGER NOT NULL,
        reason TEXT NOT NULL,
        requested_by TEXT NOT NULL,
        requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
        confirmed_by TEXT,
        confirmed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT profile_move_pkey PRIMARY KEY (move_id),
        CONSTRAINT profile_move_two_people_check CHECK (confirmed_by <> requested_by),
        CONSTRAINT profile_move_profile_id_profile_version_fkey
            FOREIGN KEY(profile_id, profile_version) REFERENCES profile (profile_id, version),
        CONSTRAINT profile_move_shipment_id_fkey
            FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
        CONSTRAINT profile_move_requested_by_fkey
            FOREIGN KEY(requested_by) REFERENCES principal (principal_id),
        CONSTRAINT profile_move_confirmed_by_fkey
            FOREIGN KEY(confirmed_by) REFERENCES principal (principal_id)
    )
    """,
    "CREATE UNIQUE INDEX profile_move_one_open ON profile_move (shipment_id)"
    " WHERE confirmed_at IS NULL",
    "CREATE INDEX profile_move_shipment_id_idx ON profile_move (shipment_id)",
)


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS:
        op.execute(statement)
