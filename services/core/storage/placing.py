"""When a stored reading was taken, in SQL: the twin of `domain.telemetry.placed_at`."""

from __future__ import annotations

PLACED_AT = """
CASE
  WHEN boot_clock.method IN ('mono', 'mono_synced')
   AND reading.mono_ms IS NOT NULL
   AND (reading.clock = 3 OR reading.bucket_at IS DISTINCT FROM reading.device_at
        OR boot_clock.method = 'mono_synced'
       AND abs(extract(epoch FROM reading.device_at)::float8 - reading.mono_ms / 1000.0::float8
               - boot_clock.offset_s) > 120 + 0.0000002 * reading.mono_ms)
  THEN TIMESTAMPTZ 'epoch' + boot_clock.offset_s * INTERVAL '1 second'
                           + reading.mono_ms * INTERVAL '1 millisecond'
  WHEN (boot_clock.method = 'device'
        OR boot_clock.method = 'device_free' AND reading.clock <> 1)
   AND reading.device_at + boot_clock.offset_s * INTERVAL '1 second'
       >= reading.received_at - INTERVAL '366 days'
  THEN reading.device_at + boot_clock.offset_s * INTERVAL '1 second'
  ELSE reading.bucket_at
END
"""
"""An expression over `reading LEFT JOIN boot_clock USING (boot_no)`."""


_SOURCES = (("reading", "readings_of_boot"), ("shown_reading", "shown_readings_of_boot"))


def placed_readings(box_no: str, begin: str, end: str, *, shown: bool = False) -> str:
    """A query for a box's readings with `placed_at`, from `begin` until before `end` at least.

    A boot whose clock is right has its time in the key, so the index finds its rows and only the
    partitions of that time are looked into. A corrected boot may be placed anywhere: it is read
    as a whole, by a function, so that a statement without one does not plan for every partition.
    An offset of 0 is none: the box was believed while the server's own clock was in doubt.
    The caller filters by `placed_at`; the arguments are SQL. `shown`: only what the reach of the
    transaction lets be seen.
    """
    table, of_boot = _SOURCES[shown]
    return f"""
SELECT reading.*, reading.bucket_at AS placed_at, false AS is_corrected
FROM {table} AS reading
WHERE reading.box_no = {box_no} AND reading.bucket_at >= {begin} AND reading.bucket_at < {end}
  AND NOT EXISTS (SELECT FROM boot_clock WHERE boot_clock.boot_no = reading.boot_no)
UNION ALL
SELECT reading.*, {PLACED_AT} AS placed_at, boot_clock.offset_s <> 0
FROM boot_clock CROSS JOIN LATERAL {of_boot}(boot_clock.box_no, boot_clock.boot_no) reading
WHERE boot_clock.box_no = {box_no}
"""  # noqa: S608  composed of constants
