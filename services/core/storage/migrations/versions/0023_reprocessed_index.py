"""Which refused messages were read again lately, without reading all of them."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Partial: few of the refused are ever read again."""
    op.execute(
        "CREATE INDEX rejected_message_reprocessed_at_idx ON rejected_message (reprocessed_at)"
        " WHERE reprocessed_at IS NOT NULL"
    )
