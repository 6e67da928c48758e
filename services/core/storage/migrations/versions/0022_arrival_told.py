"""When a landing was entered, beside when it happened."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of landings that stand already nobody knows any more: what they make due is due at once."""
    op.execute("ALTER TABLE leg ADD COLUMN arrival_told_at TIMESTAMP WITH TIME ZONE")
