"""What was signed is kept with the signature, where no table of its own keeps it."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column that may be empty: the version that still runs neither reads nor fills it."""
    op.execute("ALTER TABLE signature ADD COLUMN record BYTEA")
