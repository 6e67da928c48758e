"""Links that show one shipment to whoever holds them, until a set end."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE shared_link (
    link_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    made_for TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by TEXT,
    revoke_reason TEXT,
    CONSTRAINT shared_link_pkey PRIMARY KEY (link_id),
    CONSTRAINT shared_link_period_check CHECK (created_at < ends_at),
    CONSTRAINT shared_link_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT shared_link_token_sha256_key UNIQUE (token_sha256),
    CONSTRAINT shared_link_created_by_fkey
      FOREIGN KEY(created_by) REFERENCES principal (principal_id)
);

COMMENT ON TABLE shared_link IS
  'where a link leads is known to its holder alone: its digest is kept';

CREATE INDEX shared_link_shipment_id_idx ON shared_link (shipment_id)
"""


def upgrade() -> None:
    """A new table only: the version that still runs does not know it."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
