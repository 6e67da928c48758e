"""The one function that runs with its owner's rights looks for names in one place only."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its own names are written out; this holds for whoever changes it."""
    op.execute("ALTER FUNCTION seal_audit_entry() SET search_path = pg_catalog, public, pg_temp")
