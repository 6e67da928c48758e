"""The list of shipments as a table for a spreadsheet: each row as whoever asks may see it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from services.api.leaving import as_shown, leave_file
from services.api.present.spreadsheet import as_csv
from services.api.schemas.base import Answer, Page
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
_WITHIN: Mapping[str, frozenset[str]] = {
    "profile": frozenset({"profile_id", "version"}),
    "site": frozenset({"site_id"}),
    "appointment": frozenset({"number", "start"}),
    "last_reading": frozenset({"temp_c", "placed_at"}),
}
_IN_FILE = frozenset({*_PLAIN, *_WITHIN, "boxes"})
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
        rows += [_row(as_shown(_listed(one))) for one in part.items]
        if len(rows) > MOST_ROWS:
            raise Invalid(
                f"more than {MOST_ROWS} shipments are found",
                field="state",
                remedy="narrow what is asked for, by state or by words",
            )
    return as_csv(NAMES, rows), len(rows)


def _listed(shipment: Shipment) -> Shipment:
    """What the file holds of it: by nothing else does the policy judge the file."""
    rest = dict.fromkeys(set(Shipment.model_fields) - _IN_FILE - {"id"})
    within = {name: _only(getattr(shipment, name), kept) for name, kept in _WITHIN.items()}
    return shipment.model_copy(update={**rest, **within})


def _only(value: Any, kept: frozenset[str]) -> Any:
    if isinstance(value, Answer):
        return value.model_copy(update=dict.fromkeys(set(type(value).model_fields) - kept))
    return value and {name: one for name, one in value.items() if name in kept}


def _row(shipment: Shipment) -> list[Any]:
    within: dict[str, bool | set[str]] = {name: set(kept) for name, kept in _WITHIN.items()}
    whole: dict[str, bool | set[str]] = dict.fromkeys((*_PLAIN, "boxes"), True)
    values = shipment.model_dump(mode="json", include=whole | within)
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
