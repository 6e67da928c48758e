"""A board of judged shipments that an API shows, for what is measured in a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.many import Connection, add_shipments, judge_shipments
from benchmarks.system import System, running_system


@contextmanager
def running_board(shipments: int) -> Iterator[tuple[System, Connection]]:
    """So many, packed a day ago and heard from just now; the API is ready."""
    now = datetime.now(UTC)
    with running_system() as system, psycopg.connect(system.database_url) as connection:
        add_shipments(connection, shipments, now - timedelta(days=1))
        judge_shipments(connection, now)
        system.start("api")
        system.client().close()
        yield system, connection
