"""Array parameters as PostgreSQL writes them, without the driver's steps for each element."""

from __future__ import annotations

from collections.abc import Iterable


def as_array(values: Iterable[object]) -> str:
    """Numbers, or words that need no quotes; None is NULL. The statement casts it."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
