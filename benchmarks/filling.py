"""Readings as boxes send them, made inside the database: minute by minute, all boxes in turn."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

MINUTES_AT_ONCE = 180
BOOT = "f111ed00"

# Every field a box of ours sends, with the digits it sends, and noise that no codec can guess.
_FILL = """
INSERT INTO reading (box_no, boot_no, seq, bucket_at, received_at, device_at, clock, mono_ms,
  probe, temp_c, ambient_c, pressure_hpa, lat, lon, acc_m, battery_pct, lid_open, tilt_deg, shock_g)
SELECT box_no, boot_no, minute, taken, taken + (500 + noise % 1900) * interval '1 ms'
         + noise % 997 * interval '1 us', taken, 1, minute * 60000 + noise % 40,
       'SN-' || box_no, round(48 + 6 * sin(minute / 180.0 + box_no) + noise % 21 / 10.0) / 10,
       round(210 + 40 * sin(minute / 720.0) + noise % 7) / 10, 1005 + noise % 3,
       31.1443 + noise % 50 / 1e5, 121.8083 + noise / 50 % 50 / 1e5, 5 + noise % 9,
       round(1000 - minute / 40.0 %% 800) / 10, false, noise % 9 / 10.0, noise % 5 / 100.0
FROM generate_series(%(first)s::bigint, %(first)s + %(minutes)s - 1) AS minute
CROSS JOIN LATERAL (
  SELECT box_no, boot_no, abs(hashint8(minute * 100003 + box_no)::bigint) AS noise
  FROM watermark ORDER BY box_no) AS box
CROSS JOIN LATERAL (
  SELECT %(start)s + minute * interval '1 min' + noise % 40 * interval '1 ms' AS taken) AS spot
""".replace(" % ", " %% ")


def add_boxes(
    connection: "psycopg.Connection[Any]", boxes: int, minutes: int, start: datetime
) -> None:
    """Register boxes whose one boot is known to hold a reading for each of the minutes."""
    connection.execute(
        "INSERT INTO box (box_id, shard, registered_at)"
        " SELECT 'FILL-' || number, number %% 64, %s FROM generate_series(1, %s) AS number",
        (start - timedelta(days=1), boxes),
    )
    connection.execute(
        "INSERT INTO watermark (box_no, boot, stored, first_received_at, last_received_at)"
        " SELECT box_no, %s, int8multirange(int8range(0, %s)), %s, %s FROM box ORDER BY box_no",
        (BOOT, minutes, start, start + timedelta(minutes=minutes)),
    )


def fill(connection: "psycopg.Connection[Any]", minutes: int, start: datetime) -> Iterator[int]:
    """Store a reading a minute of every box; gives the minutes that are done, now and then."""
    for first in range(0, minutes, MINUTES_AT_ONCE):
        count = min(MINUTES_AT_ONCE, minutes - first)
        connection.execute(_FILL, {"first": first, "minutes": count, "start": start})
        connection.commit()
        yield first + count
