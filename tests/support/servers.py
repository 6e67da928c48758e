"""A PostgreSQL server for tests: makes databases, clones migrated ones, drops them again."""

import itertools
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

OWNER = "coldlane"
"""The login of the product: owns its database, may make roles, is no superuser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server, reached as its superuser; the databases it makes belong to OWNER."""

    port: int
    superuser_password: str = field(repr=False)
    owner_password: str = field(repr=False)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count, repr=False)

    def admin_url(self, database: str = "postgres") -> str:
        """Address for the superuser, as libpq reads it."""
        return f"postgresql://postgres:{self.superuser_password}@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """Address for the product, as its settings take it."""
        password = self.owner_password
        return f"postgresql+psycopg://{OWNER}:{password}@127.0.0.1:{self.port}/{database}"

    def create_owner(self) -> None:
        """Make the product's login, with the same rights as in the embedded server."""
        owner = sql.Identifier(OWNER)
        create = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
        self._run(create.format(owner, sql.Literal(self.owner_password)))
        grant = sql.SQL("ALTER ROLE {} SET createrole_self_grant = 'set, inherit'")
        self._run(grant.format(owner))

    def create_database(self, template: str = "template1") -> str:
        """Make a database like the template and give its name."""
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
        names = (sql.Identifier(each) for each in (name, template, OWNER))
        self._run(statement.format(*names))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_extension(self, database: str, extension: str) -> None:
        """Add an extension that only a superuser may add."""
        statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
        with psycopg.connect(self.admin_url(database), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url(), autocommit=True) as connection:
            connection.execute(statement)
