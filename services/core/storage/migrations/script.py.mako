"""${message}"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does.

    The lock timeout is set in env.py; a statement that rewrites a large table is split up.
    """
    op.execute("")
