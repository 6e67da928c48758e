"""Notes from one shift to the next, and who took a shift over with what on the table."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE shift_note (
    note_id UUID NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    written_by TEXT NOT NULL,
    words TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    shipment_id UUID,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by TEXT,
    CONSTRAINT shift_note_pkey PRIMARY KEY (note_id),
    CONSTRAINT shift_note_written_by_fkey
      FOREIGN KEY(written_by) REFERENCES principal (principal_id),
    CONSTRAINT shift_note_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT shift_note_done_by_fkey FOREIGN KEY(done_by) REFERENCES principal (principal_id)
);

CREATE INDEX shift_note_open_idx ON shift_note (written_at) WHERE done_at IS NULL;

CREATE TABLE handover (
    handover_id UUID NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_by TEXT NOT NULL,
    seen JSONB NOT NULL,
    CONSTRAINT handover_pkey PRIMARY KEY (handover_id),
    CONSTRAINT handover_taken_by_fkey FOREIGN KEY(taken_by) REFERENCES principal (principal_id)
);

CREATE INDEX handover_taken_at_idx ON handover (taken_at)
"""


def upgrade() -> None:
    """New tables only: the version that still runs does not know them."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
