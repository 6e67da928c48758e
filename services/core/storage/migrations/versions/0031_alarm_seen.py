"""From which page somebody took or shelved an alarm, and what it said there then."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns that may be empty: the version that still runs neither reads nor fills them."""
    for table in ("acknowledgement", "shelving"):
        for column in ("screen TEXT", "state_seen TEXT", "revision_seen BIGINT"):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
