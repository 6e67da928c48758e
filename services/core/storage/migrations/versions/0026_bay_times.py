"""Bays with minutes of their own, and ways of facilitation that a site's reserve is kept for."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE bay
    ADD COLUMN inspection_min SMALLINT,
    ADD COLUMN transfer_min SMALLINT DEFAULT 0 NOT NULL,
    ADD CONSTRAINT bay_inspection_min_check CHECK (inspection_min BETWEEN 1 AND 1440) NOT VALID,
    ADD CONSTRAINT bay_transfer_min_check CHECK (transfer_min BETWEEN 0 AND 1440) NOT VALID;

ALTER TABLE site ADD COLUMN quota_regimes TEXT[];
"""


def upgrade() -> None:
    """Nothing changes for what stands: no bay has minutes of its own, no way is named."""
    op.execute(_STATEMENTS)
    op.execute("ALTER TABLE bay VALIDATE CONSTRAINT bay_inspection_min_check")
    op.execute("ALTER TABLE bay VALIDATE CONSTRAINT bay_transfer_min_check")
