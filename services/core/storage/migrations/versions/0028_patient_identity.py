"""Who a payload is of, sealed, for a role of its own."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE patient_identity (
    payload_id UUID NOT NULL,
    key_id TEXT,
    nonce BYTEA,
    sealed BYTEA,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    forgotten_at TIMESTAMP WITH TIME ZONE,
    forgotten_by TEXT,
    CONSTRAINT patient_identity_pkey PRIMARY KEY (payload_id),
    CONSTRAINT patient_identity_forgotten_check
      CHECK ((forgotten_at IS NULL) = (sealed IS NOT NULL)),
    CONSTRAINT patient_identity_payload_id_fkey
      FOREIGN KEY(payload_id) REFERENCES payload (payload_id)
);

COMMENT ON TABLE patient_identity IS
  'sealed with a key that is in no database; only the role …_identity reads it'
"""


def upgrade() -> None:
    """A new table only: the version that still runs does not know it."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
