"""Rejected messages: what came of them later, how often they came, and the wish to read them."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns with a constant default cost no rewrite of the table."""
    op.execute(
        """
        ALTER TABLE rejected_message
          ADD COLUMN is_part BOOLEAN NOT NULL DEFAULT false,
          ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0,
          ADD COLUMN last_received_at TIMESTAMP WITH TIME ZONE,
          ADD COLUMN outcome TEXT,
          ADD COLUMN outcome_detail TEXT
        """
    )
    op.execute(
        "ALTER TABLE rejected_message ADD CONSTRAINT rejected_message_outcome_check"
        " CHECK (outcome IN ('stored', 'repeated', 'part', 'refused'))"
    )
    op.execute("CREATE INDEX rejected_message_sha256_idx ON rejected_message (sha256)")
    op.execute(
        """
        CREATE TABLE reprocess_request (
          message_id BIGINT NOT NULL,
          asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
          asked_by TEXT NOT NULL,
          CONSTRAINT reprocess_request_pkey PRIMARY KEY (message_id),
          CONSTRAINT reprocess_request_message_id_fkey
            FOREIGN KEY(message_id) REFERENCES rejected_message (id)
        )
        """
    )
