"""Messages of systems outside, and what came of each."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE exchange_message (
    entry_no BIGINT GENERATED ALWAYS AS IDENTITY,
    sha256 BYTEA NOT NULL,
    message_id TEXT,
    kind TEXT,
    subject TEXT,
    version INTEGER,
    content TEXT NOT NULL,
    outcome TEXT NOT NULL,
    field TEXT,
    detail TEXT,
    remedy TEXT,
    object_id UUID,
    repeats INTEGER DEFAULT 0 NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_from TEXT NOT NULL,
    CONSTRAINT exchange_message_pkey PRIMARY KEY (entry_no),
    CONSTRAINT exchange_message_outcome_check
      CHECK (outcome IN ('taken', 'waiting', 'overtaken', 'refused')),
    CONSTRAINT exchange_message_remedy_check CHECK (outcome <> 'refused' OR remedy IS NOT NULL),
    CONSTRAINT exchange_message_received_from_sha256_key UNIQUE (received_from, sha256),
    CONSTRAINT exchange_message_received_from_fkey
      FOREIGN KEY(received_from) REFERENCES principal (principal_id)
);

CREATE UNIQUE INDEX exchange_message_one_content ON exchange_message (received_from, message_id)
  WHERE outcome <> 'refused';

CREATE INDEX exchange_message_kind_subject_version_idx ON exchange_message (kind, subject, version)
"""


def upgrade() -> None:
    """New tables only: the version that still runs does not know them."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
