"""How fast ingest drains a backlog that waited at the broker: one message is one reading."""

import json
import time

import psycopg

from benchmarks.benchmark import Benchmark
from benchmarks.fleet import Publisher, box_ids, instant, register_boxes
from benchmarks.system import System, running_system

BOXES = 40
MESSAGES = 20_000
_LIMIT_S = 120.0


def drain_rate() -> float:
    """Messages a second from the first committed reading to the last, the process's start left out.

    The backlog waits in ingest's own persistent session, as after an outage; the broker, the
    database and ingest share the machine. The database is as durable as it is shipped.
    """
    with running_system() as system:
        system.start("api")
        register_boxes(system.client(), box_ids(BOXES))
        system.stop("api")
        _make_session(system)
        _fill_queue(system)
        system.start("ingest")
        return _watch(system.database_url)


def _make_session(system: System) -> None:
    """Let ingest subscribe once, so that the broker keeps what comes while it is away."""
    system.start("ingest")
    publisher = Publisher(system.mqtt_port)
    try:
        with psycopg.connect(system.database_url, autocommit=True) as connection:
            end = time.monotonic() + 30
            seq = 0
            while _stored(connection) == 0:
                if time.monotonic() > end:
                    raise TimeoutError("ingest stored nothing")
                publisher.send(box_ids(1)[0], _reading("f00df00d", seq))
                seq += 1
                time.sleep(0.2)
    finally:
        publisher.close()
    system.stop("ingest")


def _fill_queue(system: System) -> None:
    publisher = Publisher(system.mqtt_port)
    boxes = box_ids(BOXES)
    for number in range(MESSAGES):
        publisher.send(boxes[number % BOXES], _reading("be0cbe0c", number // BOXES))
    publisher.wait(_LIMIT_S)
    publisher.close()


def _reading(boot: str, seq: int) -> bytes:
    body = {"v": 1, "boot": boot, "seq": seq, "t": instant(), "temp_c": 4.8, "probe": "SN-1"}
    more = {"lat": 31.14, "lon": 121.8, "acc_m": 12, "battery_pct": 87, "lid_open": False}
    return json.dumps({**body, **more}).encode()


def _watch(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        end = time.monotonic() + _LIMIT_S
        before = _stored(connection)
        target = before + MESSAGES
        while (first := _stored(connection)) == before:
            time.sleep(0.005)
            if time.monotonic() > end:
                raise TimeoutError("ingest did not begin")
        began, began_with = time.monotonic(), first
        while _stored(connection) < target:
            time.sleep(0.01)
            if time.monotonic() > end:
                raise TimeoutError(f"{_stored(connection)} of {target} after {_LIMIT_S:.0f} s")
        return (target - began_with) / (time.monotonic() - began)


def _stored(connection: "psycopg.Connection[tuple[int]]") -> int:
    """Counted from the watermark: 40 rows, so that counting costs the database nothing."""
    row = connection.execute(
        "SELECT coalesce(sum(upper(part) - lower(part)), 0)::bigint"
        " FROM watermark, unnest(stored) AS part"
    ).fetchone()
    return row[0] if row else 0


BENCHMARKS = [
    # The bar is what a Node-RED flow reaches on this kind of machine without storing before it
    # acknowledges; the aim is a quick prototype of ours that checks nothing.
    Benchmark(
        id="ingest.drain_rate",
        unit="messages/s",
        better="higher",
        bar=2_500,
        aim=11_000,
        measure=drain_rate,
    )
]
