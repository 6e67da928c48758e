"""Calibration records of probes, and the grade of a boot."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # A constant default is kept in the catalogue: no row is rewritten.
    "ALTER TABLE watermark ADD COLUMN grade SMALLINT DEFAULT 0 NOT NULL",
    """
    CREATE TABLE calibration (
        id UUID NOT NULL,
        probe_id TEXT NOT NULL,
        points JSONB NOT NULL,
        certificate TEXT NOT NULL,
        valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
        valid_until TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_by TEXT NOT NULL,
        CONSTRAINT calibration_pkey PRIMARY KEY (id),
        CONSTRAINT calibration_valid_check CHECK (valid_from < valid_until),
        CONSTRAINT calibration_probe_id_fkey FOREIGN KEY(probe_id) REFERENCES probe (probe_id)
    )
    """,
    "CREATE INDEX calibration_probe_id_valid_from_idx ON calibration (probe_id, valid_from)",
)


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS:
        op.execute(statement)
