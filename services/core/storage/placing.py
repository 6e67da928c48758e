"""When a stored reading was taken, in SQL: the twin of `domain.telemetry.placed_at`."""

from __future__ import annotations

PLACED_AT = """
CASE
  WHEN boot_clock.method IN ('mono', 'mono_synced')
   AND reading.mono_ms IS NOT NULL
   AND (reading.clock = 3 OR reading.bucket_at IS DISTINCT FROM reading.device_at)
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
