"""Builders for plans: shipments and slots with defaults, and small random cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from services.core.domain.clearance.loss import ViabilityEnd
from services.core.domain.clearance.plan_parts import (
    AtSite,
    Booking,
    PlanShipment,
    PlanSlot,
    times_of,
)
from services.core.domain.identifiers import BayId, SiteId

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SLOT = timedelta(minutes=15)
PVG = SiteId("PVG")
ZJ = SiteId("ZJ")
OWN_BAY = "PVG-C3"
"""A bay in which things take another time than elsewhere at its site."""


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def a_slot(minutes: float, place: int = 1, **more: object) -> PlanSlot:
    slot = PlanSlot(
        start=at(minutes), site_id=PVG, bay_id=BayId("PVG-C1"), place=place, bay_class="cold_2_8"
    )
    return replace(slot, **more)  # type: ignore[arg-type]


def slots(first: float, count: int, place: int = 1, **more: object) -> list[PlanSlot]:
    return [replace(a_slot(first + 15 * n, place), **more) for n in range(count)]  # type: ignore[arg-type]


def a_booking(minutes: float, **more: object) -> Booking:
    booking = Booking(site_id=PVG, bay_id=BayId("PVG-C1"), place=1, start=at(minutes))
    return replace(booking, **more)  # type: ignore[arg-type]


def a_shipment(
    key: str = "A",
    *,
    ready: float = 0,
    safe: float | None = 600,
    inspection: float = 15,
    **more: object,
) -> PlanShipment:
    """Ready after so many minutes; safe for so many, likely for half as many again."""
    here = AtSite(
        ready=at(ready), inspection=timedelta(minutes=inspection), after=timedelta(minutes=60)
    )
    viability = None
    if safe is not None:
        viability = ViabilityEnd(as_of=NOW, p10=at(safe), p50=at(1.5 * safe))
    shipment = PlanShipment(
        key=key, sites={PVG: here}, bay_classes=frozenset({"cold_2_8"}), viability=viability
    )
    return replace(shipment, **more)  # type: ignore[arg-type]


def a_random_case(
    seed: int, *, most: int = 4, starts: int = 4, longest: int = 1
) -> tuple[list[PlanShipment], list[PlanSlot]]:
    """A handful of shipments and slots in which every rule of the plan has something to forbid."""
    lots = Random(seed)
    grid = _random_grid(lots, starts)
    shipments = [
        _random_shipment(lots, f"S{n}", starts, longest) for n in range(lots.randint(1, most))
    ]
    return _booked(lots, shipments, grid), grid


def a_pressed_case(seed: int) -> tuple[list[PlanShipment], list[PlanSlot]]:
    """Two places booked out by shipments with time to spare, and newcomers with little."""
    lots = Random(seed)
    booked = [
        a_shipment(
            f"B{n}{place}",
            safe=lots.uniform(300, 2500),
            booking=a_booking(30 + 15 * n, place=place, bumped=lots.random() < 0.3),
        )
        for n in range(8)
        for place in (1, 2)
    ]
    new = [a_shipment(f"N{n}", safe=lots.uniform(120, 220)) for n in range(6)]
    return booked + new, [slot for place in (1, 2) for slot in slots(30, 32, place=place)]


def _random_grid(lots: Random, starts: int) -> list[PlanSlot]:
    first = lots.choice((0, 45, 60, 120, 180))
    places = [(PVG, "PVG-C1", 1, "cold_2_8"), (PVG, "PVG-C1", 2, "cold_2_8")]
    places += [(ZJ, "ZJ-C1", 1, "cold_2_8")] if lots.random() < 0.4 else []
    places += [(PVG, "PVG-N1", 1, "cryogenic")] if lots.random() < 0.3 else []
    places += [(PVG, OWN_BAY, 1, "cold_2_8")] if lots.random() < 0.3 else []
    return [
        PlanSlot(
            start=at(first + 15 * n),
            site_id=site,
            bay_id=BayId(bay),
            place=place,
            bay_class=bay_class,
            equipment=frozenset({"refill"} if lots.random() < 0.5 else ()),
            reserved=lots.random() < 0.3,
            own_times=bay == OWN_BAY,
        )
        for site, bay, place, bay_class in places
        for n in range(starts)
        if lots.random() < 0.85
    ]


def _random_shipment(lots: Random, key: str, starts: int, longest: int) -> PlanShipment:
    def here() -> AtSite:
        return AtSite(
            ready=at(lots.choice((-60, 0, lots.uniform(0, 60 + 15 * starts)))),
            inspection=timedelta(minutes=lots.uniform(5, 15 * longest)),
            after=timedelta(minutes=lots.choice((0, 60, 90))),
        )

    safe = lots.choice((lots.uniform(-30, 120), lots.uniform(120, 500), lots.uniform(400, 3000)))
    likely = safe + lots.choice((0, lots.uniform(0, 200)))
    sites = {PVG: here(), times_of(PVG, OWN_BAY, own=True): here()}
    return PlanShipment(
        key=key,
        sites=sites | ({ZJ: here()} if lots.random() < 0.4 else {}),
        bay_classes=frozenset(lots.sample(("cold_2_8", "cryogenic"), lots.choice((1, 1, 2)))),
        equipment=frozenset({"refill"} if lots.random() < 0.2 else ()),
        viability=None
        if lots.random() < 0.1
        else ViabilityEnd(as_of=at(-90), p10=at(safe), p50=at(likely)),
        fixed_deadline=at(lots.uniform(60, 800)) if lots.random() < 0.2 else None,
        quota=lots.random() < 0.8,
    )


def _booked(
    lots: Random, shipments: Sequence[PlanShipment], grid: Sequence[PlanSlot]
) -> list[PlanShipment]:
    """Give some of them an appointment, on cells of their own."""
    taken: set[tuple[str, int, datetime]] = set()
    booked = []
    for shipment in shipments:
        slot = lots.choice(grid) if grid and lots.random() < 0.5 else None
        run = _run(shipment, slot)
        if slot is not None and run and not taken.intersection(run):
            taken.update(run)
            booking = Booking(
                site_id=slot.site_id,
                bay_id=slot.bay_id,
                place=slot.place,
                start=slot.start,
                begun=lots.random() < 0.05,
                bumped=lots.random() < 0.3,
                own_times=slot.own_times,
            )
            shipment = replace(shipment, booking=booking)
        booked.append(shipment)
    return booked


def _run(shipment: PlanShipment, slot: PlanSlot | None) -> list[tuple[str, int, datetime]]:
    if slot is None or slot.times not in shipment.sites:
        return []
    needed = -(-shipment.sites[slot.times].inspection // SLOT)
    return [(slot.bay_id, slot.place, slot.start + n * SLOT) for n in range(needed)]
