"""When each box was last heard and is due again; kept by alerts for every box, used or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ARRAY, Integer, bindparam, text

from services.core.storage.cases import MISSED_REPORTS
from services.core.storage.database import UnitOfWork

# Two workers may hear of one box at once: the later contact wins, whoever writes last.
_NOTE = text("""
INSERT INTO box_contact (box_no, last_received_at, next_due_at, battery_pct)
SELECT box.box_no, heard.at,
       heard.at + greatest(CAST(:no_data_after AS interval),
                           :missed * box.report_interval_s * INTERVAL '1 second'),
       newest.battery_pct
FROM box
CROSS JOIN LATERAL (
  SELECT max(last_received_at) AS at FROM watermark WHERE watermark.box_no = box.box_no
) AS heard
LEFT JOIN LATERAL (
  SELECT battery_pct FROM reading
  WHERE reading.box_no = box.box_no AND reading.bucket_at > heard.at - INTERVAL '1 day'
  ORDER BY bucket_at DESC LIMIT 1
) AS newest ON true
WHERE box.box_no = ANY(:boxes) AND heard.at IS NOT NULL
ORDER BY box.box_no
ON CONFLICT (box_no) DO UPDATE
SET last_received_at = greatest(box_contact.last_received_at, excluded.last_received_at),
    next_due_at = greatest(box_contact.next_due_at, excluded.next_due_at),
    battery_pct = coalesce(excluded.battery_pct, box_contact.battery_pct),
    revision = box_contact.revision + 1
""").bindparams(bindparam("boxes", type_=ARRAY(Integer)))


async def note_contacts(uow: UnitOfWork, boxes: Iterable[int], no_data_after: timedelta) -> None:
    """Bring the contact of these boxes up to what has been stored of them."""
    numbers = sorted(boxes)
    if numbers:
        await uow.execute(
            _NOTE,
            {"boxes": numbers, "no_data_after": no_data_after, "missed": MISSED_REPORTS},
        )
