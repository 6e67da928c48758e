"""Puts roles, grants and policies into a database; a table whose rule has not changed is left."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, text

from services.core.domain.errors import Unavailable
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.statements import (
    keeper_of,
    quoted,
    role_of,
    statements,
    view_grants,
)
from services.core.storage.isolation.tables import TABLES

Step = Callable[[Connection], None]

_OWNER = text("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
_MEMBERSHIP = text(
    "SELECT pg_has_role(current_user, oid, 'USAGE') FROM pg_roles WHERE rolname = :role"
)
_MAY_TAKE = text(
    "SELECT EXISTS (SELECT FROM pg_auth_members JOIN pg_roles AS taken ON taken.oid = roleid"
    " JOIN pg_roles AS taker ON taker.oid = member"
    " WHERE taken.rolname = :role AND taker.rolname = :by)"
)
_MAY_MAKE = text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
_OIDS = text("SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_roles WHERE rolname = ANY(:r)")
_KNOWN = text("SELECT table_name, digest FROM applied_rule")
_KEEP = text(
    "INSERT INTO applied_rule (table_name, digest) VALUES (:name, :digest)"
    " ON CONFLICT (table_name) DO UPDATE SET digest = excluded.digest"
)
_STRANGERS = text(
    """
    SELECT CAST(pg_class.oid AS regclass)::text FROM pg_class
     WHERE relowner <> (SELECT oid FROM pg_roles WHERE rolname = :role)
       AND (pg_class.oid = CAST('reading' AS regclass)
            OR pg_class.oid IN (SELECT inhrelid FROM pg_inherits
                                 WHERE inhparent = CAST('reading' AS regclass)))
     ORDER BY pg_class.oid <> CAST('reading' AS regclass), pg_class.oid
    """
)

_MAY_OWN_CHUNKS = text(
    """
    SELECT NOT EXISTS (
      SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = CAST('reading' AS regclass)
         AND NOT has_schema_privilege(:role, relnamespace, 'CREATE')
         AND relnamespace <> (SELECT relnamespace FROM pg_class
                               WHERE oid = CAST('reading' AS regclass)))
    """
)


def ensure_roles(connection: Connection) -> None:
    """Make the three roles if they are missing; inside the caller's transaction, as the owner."""
    owner = str(connection.scalar(_OWNER))
    for service in Service:
        _ensure_role(connection, role_of(owner, service))
    _ensure_role(connection, keeper_of(owner))
    _let_take(connection, keeper_of(owner), role_of(owner, Service.API))


def pending(connection: Connection) -> list[Step]:
    """What is still to be done so that every table holds to its rule.

    Each step locks one table and belongs in a transaction of its own: two at once would wait for
    those who write to them in another order.
    """
    owner = str(connection.scalar(_OWNER))
    known = {name: digest for name, digest in connection.execute(_KNOWN)}
    oids = _oids(connection, owner)
    wanted = {name: list(statements(name, rule, owner)) for name, rule in TABLES.items()}
    wanted["views"] = list(view_grants(owner))
    steps = _hand_over_readings(connection, role_of(owner, Service.INGEST))
    for name, todo in wanted.items():
        digest = hashlib.sha256("\n".join([oids, *todo]).encode()).hexdigest()
        if known.get(name) != digest:
            steps.append(partial(_apply, name=name, wanted=todo, digest=digest))
    return steps


def _apply(connection: Connection, *, name: str, wanted: list[str], digest: str) -> None:
    for statement in wanted:
        connection.exec_driver_sql(statement)
    connection.execute(_KEEP, {"name": name, "digest": digest})


def _oids(connection: Connection, owner: str) -> str:
    """Another cluster has other roles of the same names."""
    names = [owner, *(role_of(owner, one) for one in Service), keeper_of(owner)]
    return str(connection.scalar(_OIDS, {"r": names}))


def _ensure_role(connection: Connection, role: str) -> None:
    member = connection.scalar(_MEMBERSHIP, {"role": role})
    if member:
        return
    if not connection.scalar(_MAY_MAKE):
        raise Unavailable(
            f"the database has no role {role} that this login belongs to, and may make none",
            remedy="let a superuser run deploy/database/roles.sql",
        )
    if member is None:
        connection.exec_driver_sql(f"CREATE ROLE {quoted(role)} NOLOGIN")
    if not connection.scalar(_MEMBERSHIP, {"role": role}):
        connection.exec_driver_sql(f"GRANT {quoted(role)} TO CURRENT_USER")


def _let_take(connection: Connection, role: str, by: str) -> None:
    """One may become the other when it says so, and has none of its rights until then."""
    given = connection.scalar(_MAY_TAKE, {"role": role, "by": by})
    if not given:
        connection.exec_driver_sql(
            f"GRANT {quoted(role)} TO {quoted(by)} WITH INHERIT FALSE, SET TRUE"
        )


def _hand_over_readings(connection: Connection, role: str) -> list[Step]:
    """Ingest makes partitions and packs them, which only their owner may.

    Chunks that TimescaleDB has made change hands only when a superuser has let their new owner
    into its schema (deploy/database/roles.sql); until then ingest writes rows and changes no more.
    """
    strangers = list(connection.scalars(_STRANGERS, {"role": role}))
    if not strangers or not connection.scalar(_MAY_OWN_CHUNKS, {"role": role}):
        return []
    grant = f"GRANT USAGE, CREATE ON SCHEMA public TO {quoted(role)}"
    changes = [f"ALTER TABLE {name} OWNER TO {quoted(role)}" for name in strangers]
    return [partial(_run, statement=statement) for statement in [grant, *changes]]


def _run(connection: Connection, *, statement: str) -> None:
    connection.exec_driver_sql(statement)
