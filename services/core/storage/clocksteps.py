"""What is set right when the server's clock was set: nothing waits for an instant that has moved.

Each statement may be repeated, by any process: it does nothing more than the first time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from services.core.storage.database import UnitOfWork

AHEAD = timedelta(minutes=1)
"""So far two clocks may stand apart; what lies further ahead was written before a step."""

_HEARD = text("""
UPDATE watermark SET last_received_at = :now WHERE boot_no IN (
  SELECT boot_no FROM watermark WHERE last_received_at > :ahead
  ORDER BY box_no, boot_no FOR UPDATE)
""")

_CONTACTS = text("""
UPDATE box_contact SET next_due_at = :now + (next_due_at - last_received_at),
       last_received_at = :now, revision = revision + 1
WHERE box_no IN (
  SELECT box_no FROM box_contact WHERE last_received_at > :ahead ORDER BY box_no FOR UPDATE)
""")

_JUDGED = text("""
UPDATE assessment_state SET next_change_at = :now WHERE payload_id IN (
  SELECT payload_id FROM assessment_state WHERE next_change_at > :now
  ORDER BY payload_id FOR UPDATE)
""")

_PUT = text("""
UPDATE notification_outbox SET due_at = :now WHERE handed_out_at IS NULL AND due_at > :now
""")

_SENT = text("""
UPDATE notice_delivery
SET due_at = least(due_at, :longest), leased_until = least(leased_until, :lease)
WHERE state = 'pending' AND (due_at > :longest OR leased_until > :lease)
""")


_LIES_AHEAD = text("SELECT EXISTS (SELECT FROM box_contact WHERE last_received_at > :ahead)")

_DOUBTED = text("""
SELECT EXISTS (SELECT FROM service_heartbeat
               WHERE service = 'ingest' AND detail ->> 'clock_doubted_since' IS NOT NULL)
""")

_HEARD_LAST = text("SELECT max(last_received_at) FROM watermark")


async def heard_last(uow: UnitOfWork) -> datetime | None:
    """The newest time of receipt of all."""
    found: datetime | None = (await uow.execute(_HEARD_LAST)).scalar_one()
    return found


async def lies_ahead(uow: UnitOfWork, now: datetime) -> bool:
    """Whether a box was heard later than now: the clock was set while nobody looked."""
    found: bool = (await uow.execute(_LIES_AHEAD, {"ahead": now + AHEAD})).scalar_one()
    return found


async def is_clock_doubted(uow: UnitOfWork) -> bool:
    """Whether an ingest process has said so last."""
    found: bool = (await uow.execute(_DOUBTED)).scalar_one()
    return found


async def believe_contacts(uow: UnitOfWork, now: datetime) -> None:
    """No box was heard later than now: for ingest."""
    await uow.execute(_HEARD, {"now": now, "ahead": now + AHEAD})


async def judge_anew(uow: UnitOfWork, now: datetime) -> None:
    """What was due by the clock is looked at now, and says itself when it is due again."""
    await uow.execute(_CONTACTS, {"now": now, "ahead": now + AHEAD})
    await uow.execute(_JUDGED, {"now": now})


async def send_in_time(
    uow: UnitOfWork, now: datetime, longest: timedelta, lease: timedelta
) -> None:
    """No notice waits for longer than it may: `longest` between two tries, `lease` while sent."""
    await uow.execute(_PUT, {"now": now})
    await uow.execute(_SENT, {"longest": now + longest, "lease": now + lease})
