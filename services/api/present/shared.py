"""A shipment as the holder of a link sees it: written out, in one zone, as of one instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.api.schemas.shipments import Leg, Shipment

UTC_NAME = "UTC"
OLD_AFTER = timedelta(minutes=30)
"""A last reading older than this is told with its age: boxes are silent in flight."""


def zones_of(shipment: Shipment) -> tuple[str, ...]:
    """The zones that its times can be shown in, that of its site first."""
    return (shipment.site.zone, UTC_NAME) if shipment.site else (UTC_NAME,)


@dataclass(frozen=True, slots=True)
class SharedView:
    """What the template needs; every instant is written in `zone`."""

    shipment: Shipment
    now: datetime
    zone: ZoneInfo
    ends_at: datetime
    zones: tuple[str, ...]

    @property
    def zone_name(self) -> str:
        """With its distance from UTC: a zone's short name may mean three places."""
        offset = f"{self.now.astimezone(self.zone):%z}"
        if self.zone.key == UTC_NAME:
            return UTC_NAME
        return f"UTC{offset[:3]}:{offset[3:]} {self.zone.key.rpartition('/')[2].replace('_', ' ')}"

    def at(self, instant: datetime | None) -> str:
        """An instant as people read it."""
        return "–" if instant is None else f"{instant.astimezone(self.zone):%Y-%m-%d %H:%M}"

    @property
    def legs(self) -> Iterator[tuple[Leg, str, datetime, str, datetime]]:
        """Each leg with how its two ends are known: done, expected or planned."""
        for leg in self.shipment.legs:
            left, leaves = _known(
                leg.actual_departure, leg.estimated_departure, leg.planned_departure
            )
            came, comes = _known(leg.actual_arrival, leg.estimated_arrival, leg.planned_arrival)
            yield leg, left, leaves, came, comes

    @property
    def temp_c(self) -> str | None:
        """The last temperature, with a true minus."""
        told = (self.shipment.last_reading or {}).get("temp_c")
        return None if told is None else f"{told:.1f}".replace("-", "−")

    @property
    def read_at(self) -> datetime | None:
        """When that was."""
        text = (self.shipment.last_reading or {}).get("placed_at")
        return None if text is None else datetime.fromisoformat(str(text))

    @property
    def is_old(self) -> bool:
        """Whether the reading says little of this moment."""
        return self.read_at is not None and self.now - self.read_at > OLD_AFTER


def _known(
    actual: datetime | None, estimated: datetime | None, planned: datetime
) -> tuple[str, datetime]:
    if actual is not None:
        return "done", actual
    return ("expected", estimated) if estimated is not None else ("planned", planned)
