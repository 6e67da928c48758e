"""Earlier states of a payload's fold, so that late data is judged from near where it belongs."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE checkpoint (
        payload_id UUID NOT NULL,
        through TIMESTAMP WITH TIME ZONE NOT NULL,
        model_version TEXT NOT NULL,
        state JSONB NOT NULL,
        CONSTRAINT checkpoint_pkey PRIMARY KEY (payload_id, through),
        CONSTRAINT checkpoint_payload_id_fkey FOREIGN KEY(payload_id)
            REFERENCES payload (payload_id)
    )
    """,
)


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS:
        op.execute(statement)
