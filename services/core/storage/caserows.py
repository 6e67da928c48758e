"""Parts of a case as the domain knows them, read from the JSON that the statement builds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.clearance.countback import NO_SITE, SiteTimes
from services.core.domain.clearance.lid import TOLERANCE
from services.core.domain.geodesy import Place
from services.core.domain.grade import Grade
from services.core.domain.identifiers import ShipmentId, SiteId
from services.core.domain.shipment import LegMode, LegStatus, Shipment, ShipmentLeg, ShipmentState
from services.core.domain.viability.case import Clocks
from services.core.domain.viability.situation import OpenInspection


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The payload in a box for an interval of event time; `end` None while it lasts."""

    box_no: int
    box_id: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What QA has decided on, and when: the excursions and broken limits it had seen.

    `rejected`: it is not used, whatever comes.
    """

    at: datetime
    seen: Mapping[str, Any]
    rejected: bool = False


def grade_of(stays: Iterable[Mapping[str, Any]]) -> Grade:
    """The lowest promise among the boxes that the payload travelled in."""
    return Grade(max((one["grade"] or 0 for one in stays), default=0))


def joined_of(stays: Iterable[Mapping[str, Any]]) -> tuple[datetime, ...]:
    """When other payloads were put into a box that this one was in already."""
    found = {datetime.fromisoformat(at) for one in stays for at in one["joined"] or ()}
    return tuple(sorted(found))


def clocks_of(row: Mapping[Any, Any]) -> Clocks:
    stays = row["stays"] or []
    return Clocks(
        collection_end=row["collection_end"],
        pack_closed_at=row["pack_closed_at"],
        container_charged_at=row["container_charged_at"],
        first_assigned_at=instant_of(stays[0]["begin"]) if stays else None,
        received_at=row["ended_at"],
    )


def shipment_of(row: Mapping[Any, Any]) -> Shipment:
    return Shipment(
        shipment_id=ShipmentId(row["shipment_id"]),
        state=ShipmentState(row["state"]),
        legs=tuple(leg_of(raw) for raw in row["legs"] or ()),
        site_id=None if row["site_id"] is None else SiteId(row["site_id"]),
        needed_by=row["needed_by"],
        cut_off=row["cut_off"],
        received_at=row["ended_at"],
    )


def times_of(row: Mapping[Any, Any]) -> SiteTimes:
    if row["picking_min"] is None:
        return NO_SITE
    return SiteTimes(
        picking=timedelta(minutes=row["picking_min"]),
        inspection=timedelta(minutes=row["inspection_min"]),
        receiving=timedelta(minutes=row["receiving_min"]),
        onward=timedelta(minutes=row["onward_min"]),
    )


def stay_of(raw: Mapping[str, Any]) -> Stay:
    begin = instant_of(raw["begin"])
    if begin is None:
        raise ValueError(f"box {raw['box_id']} is assigned without a beginning")
    return Stay(box_no=raw["box_no"], box_id=raw["box_id"], begin=begin, end=instant_of(raw["end"]))


def inspection_of(raw: Mapping[str, Any] | None) -> OpenInspection | None:
    if raw is None:
        return None
    since, until = (datetime.fromisoformat(raw[name]) for name in ("since", "until"))
    if "settled" not in raw:
        return OpenInspection(since=since, until=until, is_open=raw["open"])
    earlier = [(one["since"], one["until"]) for one in raw["earlier"] or ()]
    return OpenInspection(
        since=since,
        until=until,
        is_open=raw["open"],
        early=TOLERANCE,
        earlier=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in earlier),
        settled=raw["settled"],
        cleared_at=instant_of(raw["cleared_at"]),
    )


def conflicts_of(raw: Mapping[str, Any] | None) -> tuple[int, datetime] | None:
    return None if raw is None else (raw["n"], datetime.fromisoformat(raw["at"]))


def decided_of(raw: Mapping[str, Any] | None) -> Decided | None:
    if raw is None:
        return None
    at = datetime.fromisoformat(raw["at"])
    return Decided(at=at, seen=raw["seen"], rejected=raw["rejected"])


def place_of(raw: Mapping[str, Any], end: str) -> Place | None:
    lat, lon = raw[f"{end}_lat"], raw[f"{end}_lon"]
    return None if lat is None or lon is None else Place(name=raw[f"{end}_code"], lat=lat, lon=lon)


def leg_of(raw: Mapping[str, Any]) -> ShipmentLeg:
    return ShipmentLeg(
        ordinal=raw["ordinal"],
        mode=LegMode(raw["mode"]),
        from_code=raw["from_code"],
        to_code=raw["to_code"],
        planned_departure=datetime.fromisoformat(raw["planned_departure"]),
        planned_arrival=datetime.fromisoformat(raw["planned_arrival"]),
        estimated_departure=instant_of(raw["estimated_departure"]),
        actual_departure=instant_of(raw["actual_departure"]),
        estimated_arrival=instant_of(raw["estimated_arrival"]),
        actual_arrival=instant_of(raw["actual_arrival"]),
        arrival_told_at=instant_of(raw["arrival_told_at"]),
        radio_off=raw["radio_off"],
        status=LegStatus(raw["status"]),
        from_place=place_of(raw, "from"),
        to_place=place_of(raw, "to"),
    )


def instant_of(text_or_none: str | None) -> datetime | None:
    return None if text_or_none is None else datetime.fromisoformat(text_or_none)
