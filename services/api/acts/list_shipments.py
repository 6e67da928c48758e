"""The list of shipments as a table for a spreadsheet: each row as whoever asks may see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from services.api.leaving import as_shown, leave_file
from services.api.present.spreadsheet import as_csv
from services.api.schemas.base import Page
from services.api.schemas.shipments import Shipment
from services.core.domain.errors import Invalid
from services.core.domain.governance.data_rules import Purpose

MOST_ROWS = 10_000
_PLAIN = (
    "reference",
    "state",
    "product",
    "shipper",
    "consignee",
    "origin",
    "destination",
    "condition",
    "evidence",
    "disposition",
    "latest_inspection_start",
    "deadline",
    "inspection_ordered",
    "picked_at",
    "received_at",
    "created_at",
    "simulated",
)
NAMES = (
    *_PLAIN,
    "boxes",
    "profile_id",
    "profile_version",
    "site_id",
    "appointment_number",
    "appointment_start",
    "last_temp_c",
    "last_reading_at",
)


async def shipments_csv(parts: AsyncIterator[Page[Shipment]]) -> tuple[str, int]:
    """All that are found, in their order, and how many; the data policy cuts fields."""
    leave_file((), purpose=Purpose.EXPORT)
    rows: list[list[Any]] = []
    async for part in parts:
        rows += [_row(one) for one in as_shown(part).items]
        if len(rows) > MOST_ROWS:
            raise Invalid(
                f"more than {MOST_ROWS} shipments are found",
                field="state",
                remedy="narrow what is asked for, by state or by words",
            )
    return as_csv(NAMES, rows), len(rows)


def _row(shipment: Shipment) -> list[Any]:
    values = shipment.model_dump(mode="json")
    reading = values["last_reading"] or {}
    profile, site = values["profile"] or {}, values["site"] or {}
    booked = values["appointment"] or {}
    return [
        *(values[name] for name in _PLAIN),
        " ".join(values["boxes"] or ()),
        profile.get("profile_id"),
        profile.get("version"),
        site.get("site_id"),
        booked.get("number"),
        booked.get("start"),
        reading.get("temp_c"),
        reading.get("placed_at"),
    ]
