"""A function for the readings of one boot, planned only when a statement has to call it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A box without a corrected boot is then read without looking at every partition."""
    op.execute(
        """
        CREATE FUNCTION readings_of_boot(of_box integer, of_boot integer) RETURNS SETOF reading
        LANGUAGE plpgsql STABLE AS $$
        BEGIN
          RETURN QUERY SELECT * FROM reading WHERE box_no = of_box AND boot_no = of_boot;
        END $$
        """
    )
