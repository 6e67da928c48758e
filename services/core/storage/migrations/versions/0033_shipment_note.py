"""Notes of people on a shipment, which are only added to."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE shipment_note (
    note_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    written_by TEXT NOT NULL,
    organisation_id TEXT,
    words TEXT NOT NULL,
    CONSTRAINT shipment_note_pkey PRIMARY KEY (note_id),
    CONSTRAINT shipment_note_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT shipment_note_written_by_fkey
      FOREIGN KEY(written_by) REFERENCES principal (principal_id),
    CONSTRAINT shipment_note_organisation_id_fkey
      FOREIGN KEY(organisation_id) REFERENCES organisation (organisation_id)
);

CREATE INDEX shipment_note_shipment_id_idx ON shipment_note (shipment_id);

CREATE INDEX shipment_note_organisation_id_idx ON shipment_note (organisation_id)
"""


def upgrade() -> None:
    """A new table only: the version that still runs does not know it."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
