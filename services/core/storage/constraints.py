"""Turns what the driver raises into the errors that people can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.core.domain.errors import ColdlaneError, Conflict, NotYours, Unavailable

_INSUFFICIENT_PRIVILEGE = "42501"


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused; empty when the driver does not say."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")


def unusable(what: str, field: str) -> Conflict:
    """For a name that stands and that the caller does not see: it may be another organisation's.

    Names that are one for the installation refuse a second one; whose the first is stays untold.
    """
    return Conflict(
        f"this {what} cannot be used",
        field=field,
        remedy="look for a slip, choose another, or ask whoever runs this installation",
    )


@contextmanager
def refusals(by_constraint: Mapping[str, ColdlaneError]) -> Iterator[None]:
    """Raise the error written beside the constraint that refused; the transaction is lost."""
    try:
        yield
    except IntegrityError as error:
        name = constraint_of(error)
        raise by_constraint.get(name, Conflict(f"the database refused this ({name})")) from error


@contextmanager
def reachable() -> Iterator[None]:
    """Raise Unavailable when the database does not answer, or gives up on a deadlock.

    And NotYours when it refuses what belongs to another organisation.
    """
    try:
        yield
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
            raise NotYours from error
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable("the database does not answer; try again in some seconds") from error
