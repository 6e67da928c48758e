"""What the first reading of a boot says of its counter: a step of the clock shows against it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of boots that stand already it is learnt from their next reading."""
    op.execute("ALTER TABLE watermark ADD COLUMN zero_s DOUBLE PRECISION")
