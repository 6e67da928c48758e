"""Prints the statements that create the present metadata: raw material for a migration.

Called by developers: `python -m services.core.storage.migrations.ddl FOLDER` writes first.sql
and reading.sql there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement, SetTableComment

from services.core.storage.schema import metadata, reading


def statements(table: Table) -> list[str]:
    """Everything needed to create one table."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    ddl: list[DDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
    if table.comment:
        ddl.append(SetTableComment(table))
    found = [str(part.compile(dialect=dialect)) for part in ddl]
    return ["\n".join(line.rstrip() for line in one.strip().splitlines()) for one in found]


def main(folder: Path) -> None:
    """Write the two files."""
    tables = [table for table in metadata.sorted_tables if table is not reading]
    found = [statement for table in tables for statement in statements(table)]
    (folder / "first.sql").write_text(";\n\n".join(found) + ";\n")
    (folder / "reading.sql").write_text(";\n\n".join(statements(reading)) + ";\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
