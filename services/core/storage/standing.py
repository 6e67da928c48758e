"""Where an alarm stands for people, in SQL: its newest acknowledgement, its newest shelving,
and whose it is.

The same as `services.core.domain.alarm.life`, for the statements that choose among many alarms.
Each part speaks of a row of `alarm` and of the instant `:now`.
"""

from __future__ import annotations

from services.core.domain.alarm.kinds import ALARM_SPECS

_LATCHING = ", ".join(f"'{kind}'" for kind, spec in ALARM_SPECS.items() if spec.latching)

# The newest one counts alone: "waiting until 13:50" is not outlived by an older, longer one.
TAKEN = """LATERAL (
  SELECT a.at, a.principal_id, a.reason, a.lapses_at, a.kind,
         a.lapses_at IS NULL OR a.lapses_at > :now AS live
  FROM (
    SELECT * FROM acknowledgement
    WHERE acknowledgement.alarm_id = alarm.alarm_id AND acknowledgement.withdrawn_at IS NULL
    ORDER BY acknowledgement.at DESC, acknowledgement.id DESC LIMIT 1
  ) AS a
  WHERE a.alarm_revision >= alarm.sounded_revision
)"""

# Somebody had it when it was taken: undone, it would be nobody's, which it was not before.
HAD_BEFORE = """EXISTS (
  SELECT FROM acknowledgement AS past
  WHERE past.alarm_id = alarm.alarm_id AND past.withdrawn_at = taken.at
    AND (past.lapses_at IS NULL OR past.lapses_at > taken.at)
    AND past.alarm_revision >= alarm.sounded_revision
)"""

SHELF = """LATERAL (
  SELECT s.at, s.principal_id, s.reason, least(s.ends_at, s.ended_at) AS until,
         least(s.ends_at, s.ended_at) > :now AS live
  FROM (
    SELECT * FROM shelving WHERE shelving.alarm_id = alarm.alarm_id
    ORDER BY shelving.at DESC, shelving.ended_at IS NOT NULL, shelving.id DESC LIMIT 1
  ) AS s
  WHERE s.alarm_revision >= alarm.worsened_revision
)"""

# Naming somebody takes nothing: it is no part of SETTLED. It ends with the alarm, though the same
# condition may come again under the same key.
ASSIGNED = """LATERAL (
  SELECT g.at, g.assigned_by, g.assigned_to, g.reason
  FROM alarm_assignment AS g
  WHERE g.alarm_id = alarm.alarm_id AND g.ended_at IS NULL AND alarm.closed_at IS NULL
    AND NOT EXISTS (
      SELECT FROM alarm_transition AS past
      WHERE past.alarm_id = g.alarm_id AND past.move = 'closed' AND past.recorded_at > g.at
    )
)"""

SUPPRESSED = "(alarm.facts ->> 'suppressed_by' IS NOT NULL)"

SETTLED = f"""(alarm.returned_at IS NOT NULL AND (
  {SUPPRESSED}
  OR (shelf.live IS FALSE AND alarm.returned_at < shelf.until)
  OR (shelf.live IS NOT TRUE AND taken.live IS TRUE AND (
        alarm.kind NOT IN ({_LATCHING})
        OR (taken.at >= alarm.returned_at AND taken.reason IS NOT NULL)))))"""
"""It is over and somebody has seen it: closed, whether or not the row says so already."""

CHANGES = """LATERAL (
  SELECT (SELECT count(*) + count(withdrawn_at) FROM acknowledgement AS a
          WHERE a.alarm_id = alarm.alarm_id)
       + (SELECT count(*) + count(ended_at) FROM shelving AS s
          WHERE s.alarm_id = alarm.alarm_id)
       + (SELECT count(*) + count(ended_at) FROM alarm_assignment AS g
          WHERE g.alarm_id = alarm.alarm_id) AS changes
)"""
"""What people did; it only grows, and is part of what pages compare."""
