"""What a driver's error means: the database is away, or the data can never be stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from services.core.domain.errors import Conflict, Invalid, Unavailable

_UNIQUE_VIOLATION = "23505"
_NEVER = ("22", "23")
"""Classes of SQLSTATE that waiting does not cure: data exceptions, integrity violations."""


class KeyTaken(Conflict):
    """A row with this key stands already."""


class GateMoved(Conflict):
    """A boot's row is not as it is remembered: the batch must be sorted by the row itself."""


class Unstorable(Invalid):
    """The database can never hold this value."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours; those of the caller pass through."""
    try:
        yield
    except DBAPIError as error:
        raise _meaning(error.orig) from error
    except psycopg.Error as error:
        raise _meaning(error) from error
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable(str(error)) from error


def _meaning(error: BaseException | None) -> Exception:
    state = getattr(error, "sqlstate", None) or ""
    detail = str(error).splitlines()[0] if str(error) else type(error).__name__
    if state == _UNIQUE_VIOLATION:
        return KeyTaken(detail)
    # Without a state the driver refused the value before it was sent: text with U+0000, say.
    if state.startswith(_NEVER) or (not state and isinstance(error, psycopg.DataError)):
        return Unstorable(detail)
    return Unavailable(detail)
