"""Everything the first release keeps; the statements stand in 0001/*.sql."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from services.core.storage.partitions import Scheme, adopt_reading, choose_scheme

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = Path(__file__).parent / "0001"


def upgrade() -> None:
    """Create all tables; `reading` in the way this server can partition it."""
    connection = op.get_bind()
    # Exclusion constraints compare a number and a range in one index.
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    scheme = choose_scheme(connection)
    for statement in _read("first.sql"):
        connection.exec_driver_sql(statement)
    create, *others = _read("reading.sql")
    declared = " PARTITION BY RANGE (bucket_at)" if scheme is Scheme.DECLARATIVE else ""
    for statement in (create + declared, *others):
        connection.exec_driver_sql(statement)
    adopt_reading(connection, scheme)


def _read(name: str) -> list[str]:
    """The statements of a file; none of them contains a semicolon inside."""
    pieces = (_STATEMENTS / name).read_text(encoding="utf-8").split(";\n")
    return [piece.strip() for piece in pieces if piece.strip()]
