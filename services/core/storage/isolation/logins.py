"""A login for each service, with a password that nobody has chosen and that can be changed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from services.core.domain.errors import Unavailable
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.statements import role_of


def make_logins(
    url: str,
    services: Iterable[Service] = tuple(Service),
    chosen: Mapping[Service, str] | None = None,
) -> dict[Service, str]:
    """Let the services' roles log in; returns their addresses, as libpq reads them.

    `url` is the owner's. A password that stood before opens nothing any more; open connections
    stay. Only its digest is sent, so that it stands in no log. `chosen` are passwords that somebody
    else has made and keeps.
    """
    owner = make_url(url).set(drivername="postgresql")
    found = {}
    try:
        with psycopg.connect(owner.render_as_string(hide_password=False)) as connection:
            for service in services:
                role = role_of(str(owner.username), service)
                password = (chosen or {}).get(service) or secrets.token_urlsafe(24)
                _set_password(connection, role, password)
                login = owner.set(username=role, password=password)
                found[service] = login.render_as_string(hide_password=False)
    except psycopg.errors.UndefinedObject:
        raise Unavailable(
            "the database has no roles for the services", remedy="run coldlane db upgrade"
        ) from None
    except psycopg.OperationalError as error:
        raise Unavailable("the database does not answer") from error
    return found


def _set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    digest = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(digest.decode())))
