"""Telling both sides of a slot what became of it: by the stream, and by notice and webhook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.api.present.customs import appointment_number
from services.api.present.reasons import in_words
from services.core.storage.appointments import AppointmentView
from services.core.storage.database import Channel, UnitOfWork
from services.core.storage.outbox import Notice, Outbox

SIDES = ("operator", "customs_officer")
"""Who holds the slot, and who gives it."""


async def tell(
    unit: UnitOfWork,
    view: AppointmentView,
    move: str,
    why: tuple[str, Mapping[str, int]],
    now: datetime,
) -> None:
    """One notice for each side, in the transaction of the act: rule and minutes, nobody's name."""
    code, minutes = why
    body = {
        "move": move,
        "number": appointment_number(view.site_id, view.number),
        "appointment_id": str(view.id),
        "shipment_reference": view.shipment_reference,
        "site_id": view.site_id,
        "bay_id": view.bay_id,
        "start_at": view.starts_at.isoformat(),
        "end_at": view.ends_at.isoformat(),
        "state": view.state,
        "code": code,
        "minutes": dict(minutes),
        "why_en": in_words(code, minutes, "en"),
        "why_zh": in_words(code, minutes, "zh"),
    }
    await Outbox(unit).put(
        [
            Notice(
                kind="slot",
                subject_key=f"{view.id}:{move}:{view.revision}:{side}",
                body=body,
                audience=side,
                level=view.answer_level if side == "customs_officer" else 0,
            )
            for side in SIDES
        ],
        now,
    )
    unit.ring(Channel.CHANGED)
