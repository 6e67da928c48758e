"""Which conflicts a box had lately, without reading those of all boxes at each verdict."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Conflicts are rare: it takes moments."""
    op.execute(
        "CREATE INDEX key_conflict_box_no_received_at_idx ON key_conflict (box_no, received_at)"
    )
