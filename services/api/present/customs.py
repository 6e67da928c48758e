"""Sites, bays and appointments as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.api.schemas.appointments import Appointment
from services.api.schemas.sites import Site
from services.core.storage.appointments import AppointmentView
from services.core.storage.sites import SiteRecord


def site_out(record: SiteRecord) -> Site:
    """A site; its revision also grows with its bays'."""
    values = asdict(record)
    values["revision"] += sum(bay.revision for bay in record.bays)
    return Site.model_validate(values)


def appointment_out(view: AppointmentView) -> Appointment:
    """An appointment read on its own."""
    return appointment_from({name: getattr(view, name) for name in view.__slots__})


def appointment_from(row: Mapping[str, Any]) -> Appointment:
    """An appointment from a row, or from the JSON of the overview."""
    start = _instant(row["starts_at"])
    latest = row["latest_start_at_booking"]
    spare = None if latest is None else (_instant(latest) - start).total_seconds()
    return Appointment.model_validate(
        {
            **row,
            "number": appointment_number(row["site_id"], row["number"]),
            "start": row["starts_at"],
            "end": row["ends_at"],
            "spare_s_at_booking": spare,
        }
    )


def appointment_number(site_id: str, number: int) -> str:
    """The number people say: the site and six digits."""
    return f"{site_id}-{number:06d}"


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
