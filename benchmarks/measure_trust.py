"""What isolation costs the list of shipments: with authorisation and row security, and without.

Two databases of one server hold the same rows; row security is taken off one of them, once. Each
request to one side is followed by the same request to the other, in turns: whatever else the
machine does meets both.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx
import psycopg
from fastapi import FastAPI

from benchmarks.benchmark import Benchmark
from services.api.app import create_app
from services.api.dependencies import unit_of_work
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.tables import TABLES
from services.core.storage.migrations import upgrade
from tests.support.api import local_client
from tests.support.embedded_postgres import running_postgres
from tests.support.firms import firm, key_of
from tests.support.servers import PostgresServer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWN, OTHERS = 200, 1_000
ROUNDS, PAIRS, WARM = 15, 40, 40
PATH = "/shipments?limit=100"
_FILL = """
WITH entered AS (
  INSERT INTO shipment (shipment_id, reference, state, product, created_at, organisation_id)
  SELECT gen_random_uuid(), %(owner)s || number, %(state)s, 'cells',
         %(at)s - number * interval '1 second', %(owner)s
  FROM generate_series(1, %(count)s) AS number RETURNING shipment_id, created_at
), owned AS (
  INSERT INTO shipment_grant (grant_id, shipment_id, organisation_id, owner_id, party,
                              granted_by, granted_at, reason)
  SELECT gen_random_uuid(), shipment_id, %(owner)s, %(owner)s, 'owner', 'local-operator',
         created_at, 'its own' FROM entered
), boxes AS (
  INSERT INTO box (box_id, shard, registered_at, organisation_id)
  SELECT upper(%(owner)s) || '-' || number, 0, %(at)s, %(owner)s
  FROM generate_series(1, %(count)s) AS number RETURNING box_no
), bags AS (
  INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version,
                       clocks_entered_by)
  SELECT gen_random_uuid(), shipment_id, 'BAG-1', profile_id, version, 'local-operator'
  FROM entered CROSS JOIN (SELECT profile_id, version FROM profile LIMIT 1) AS profile
  RETURNING payload_id, shipment_id
), judged AS (
  INSERT INTO assessment_state (payload_id, shipment_id, condition, latest_inspection_start)
  SELECT payload_id, shipment_id, 'IN_RANGE', %(at)s + interval '6 hours' FROM bags
), legs AS (
  INSERT INTO leg (leg_id, shipment_id, ordinal, mode, from_code, from_lat, from_lon, to_code,
                   to_lat, to_lon, planned_departure, planned_arrival)
  SELECT gen_random_uuid(), shipment_id, 1, 'air', 'FRA', 50, 8, 'PVG', 31, 121,
         %(at)s, %(at)s + interval '9 hours' FROM entered
), rings AS (
  INSERT INTO alarm (alarm_id, kind, priority, shipment_id, payload_id, condition_key, began_at,
                     raised_at, config)
  SELECT gen_random_uuid(), 'excursion', 1, shipment_id, payload_id, payload_id::text, %(at)s,
         %(at)s, '{}' FROM bags
)
INSERT INTO assignment (id, payload_id, shipment_id, box_no, during, recorded_at, recorded_by)
SELECT gen_random_uuid(), payload_id, shipment_id, box_no, tstzrange(%(at)s, NULL), %(at)s, 'x'
FROM (SELECT *, row_number() OVER () AS number FROM bags) AS bags
JOIN (SELECT *, row_number() OVER () AS number FROM boxes) AS boxes USING (number)
"""


def rls_ratio() -> float:
    """The p95 of the list with all of it, as a multiple of that without; the rounds' median."""
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder)) as server:
        name = server.create_database()
        upgrade(server.url(name), NOW)
        return asyncio.run(_ratio(server, name))


async def _ratio(server: PostgresServer, name: str) -> float:
    guarded = Database(server.url(name), service=Service.API)
    try:
        headers = await _enter_firms(create_app(FixedClock(NOW), guarded))
    finally:
        await guarded.close()
    _fill(server.admin_url(name))
    bare = _bare_copy(server, name)
    guarded, plain = Database(server.url(name), service=Service.API), Database(server.url(bare))
    with_it, without = create_app(FixedClock(NOW), guarded), create_app(FixedClock(NOW), plain)
    without.dependency_overrides[unit_of_work] = _unguarded(plain)
    try:
        async with local_client(with_it, **headers) as first, local_client(without) as second:
            await _pairs(first, second, WARM)
            rounds = [await _pairs(first, second, PAIRS) for _ in range(ROUNDS)]
    finally:
        await guarded.close()
        await plain.close()
    return median(_p95(ours) / _p95(theirs) for ours, theirs in rounds)


def _unguarded(database: Database) -> Callable[[], AsyncIterator[UnitOfWork]]:
    async def unit() -> AsyncIterator[UnitOfWork]:
        async with database.unit_of_work() as open_unit:
            yield open_unit

    return unit


async def _enter_firms(app: FastAPI) -> dict[str, str]:
    async with local_client(app) as client:
        for name in ("own", "other"):
            await firm(client, name, "operator")
        return await key_of(client, "own", "operator")


def _fill(address: str) -> None:
    """The other firm's are older and closed: both sides show and rank the same shipments."""
    with psycopg.connect(address) as connection:
        long_ago = NOW - timedelta(days=400)
        for owner, state, count, at in (
            ("other", "closed", OTHERS, long_ago),
            ("own", "moving", OWN, NOW),
        ):
            values = {"owner": owner, "state": state, "count": count, "at": at}
            connection.execute(_FILL, values)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _bare_copy(server: PostgresServer, name: str) -> str:
    """The same database a second time, with row security off for good."""
    copy = server.create_database(name)
    with psycopg.connect(server.admin_url(copy), autocommit=True) as connection:
        for table, rule in TABLES.items():
            if rule.rows.seen is not None:
                connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
    return copy


Times = tuple[list[float], list[float]]


async def _pairs(first: httpx.AsyncClient, second: httpx.AsyncClient, count: int) -> Times:
    """Times of both sides; they take turns in going first."""
    times: Times = ([], [])
    for number in range(count):
        for side in (0, 1) if number % 2 else (1, 0):
            times[side].append(await _time(first if side == 0 else second))
    return times


async def _time(client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    answer = await client.get(PATH)
    took = time.perf_counter() - began
    if answer.status_code != httpx.codes.OK or len(answer.json()["items"]) != 100:
        raise RuntimeError(answer.text[:300])
    return took


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


BENCHMARKS = [
    Benchmark(
        id="trust.rls_ratio",
        unit="ratio",
        better="lower",
        bar=1.25,
        aim=1.1,
        measure=rls_ratio,
    )
]
