"""The plan as arrays: which cells each shipment may have, and what each would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.core.domain.clearance.loss import Floats, ended_within, spread
from services.core.domain.clearance.plan_parts import Booking, PlanRules, PlanShipment, PlanSlot
from services.core.domain.identifiers import BayId
from services.core.domain.units import MINUTE_US, duration_us, to_us

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER_US = 2**60
"""A deadline that is not known: later than every slot."""

_NO_SITE_US = 2**61


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """The cells in order of start, and the moments (site, start) they share. Instants in µs.

    A bay with times of its own counts as a site of its own here.
    """

    slots: tuple[PlanSlot, ...]
    start: Ints
    moment: Ints
    moment_start: Ints
    moment_site: Ints
    sites: tuple[str, ...]
    following: Ints
    reserved: Bools
    kinds: tuple[tuple[str, frozenset[str]], ...]
    kind: Ints
    place: dict[tuple[BayId, int, datetime], int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Risks:
    """What holds for each shipment whatever the hour; one row a shipment.

    Per moment: `loss`, the probability of it. Per site: `ready`, `latest` start (µs) and the
    `needed` cells. Per cell: `table`, loss and waiting as one cost, infinite where the place is
    not for it or where it is not ready.
    """

    loss: Floats
    ready: Ints
    latest: Ints
    needed: Ints
    table: Floats

    def of(self, rows: Ints) -> Risks:
        """These rows, in this order, as a copy."""
        return Risks(**{name: np.take(array, rows, axis=0) for name, array in self._arrays()})

    def put(self, rows: Ints, fresh: Risks) -> None:
        """Overwrite rows; only for a copy nobody else has seen."""
        for (_, mine), (_, theirs) in zip(self._arrays(), fresh._arrays(), strict=True):
            mine[rows] = theirs

    def _arrays(self) -> list[tuple[str, NDArray[Any]]]:
        names = ("loss", "ready", "latest", "needed", "table")
        return [(name, getattr(self, name)) for name in names]


def grid(slots: Sequence[PlanSlot], rules: PlanRules) -> Grid:
    """Order the cells; `following` is the next cell of the same place, −1 at the end of a run."""
    ordered = tuple(sorted(slots))
    sites = tuple(sorted({slot.times for slot in ordered}))
    site_number = {site: number for number, site in enumerate(sites)}
    start = np.array([to_us(slot.start) for slot in ordered], dtype=np.int64)
    site = np.array([site_number[slot.times] for slot in ordered], dtype=np.int64)
    place = {(slot.bay_id, slot.place, slot.start): n for n, slot in enumerate(ordered)}
    following = [place.get((s.bay_id, s.place, s.start + rules.slot), -1) for s in ordered]
    kinds = tuple(dict.fromkeys((slot.bay_class, slot.equipment) for slot in ordered))
    kind_number = {kind: number for number, kind in enumerate(kinds)}
    kind = [kind_number[slot.bay_class, slot.equipment] for slot in ordered]
    shared = np.stack([start, site]) if ordered else np.zeros((2, 0), dtype=np.int64)
    moments, moment = np.unique(shared, axis=1, return_inverse=True)
    return Grid(
        slots=ordered,
        start=start,
        moment=moment.reshape(-1),
        moment_start=moments[0],
        moment_site=moments[1],
        sites=sites,
        following=np.array(following, dtype=np.int64),
        reserved=np.array([slot.reserved for slot in ordered], dtype=np.bool_),
        kinds=kinds,
        kind=np.array(kind, dtype=np.int64),
        place=place,
    )


def risks(shipments: Sequence[PlanShipment], cells: Grid, rules: PlanRules) -> Risks:
    """Work out the rows. Where a shipment may not go, it is never ready."""
    ready, lead, needed = _per_site(shipments, cells.sites, rules)
    safe, fixed = _deadlines(shipments)
    at = cells.moment_site
    done = cells.moment_start[None, :] + lead[:, at]
    waited = cells.moment_start[None, :] - ready[:, at]
    loss = np.where(done > fixed[:, None], 1.0, _ended(shipments, done))
    cost = np.where(waited < 0, np.inf, loss + rules.waiting_per_minute * waited / MINUTE_US)
    table = np.take(cost, cells.moment, axis=1)
    table[~_kinds(shipments, cells)] = np.inf
    latest = np.minimum(safe, fixed)[:, None] - lead
    return Risks(loss=loss, ready=ready, latest=latest, needed=needed, table=table)


def runs(cells: Grid, usable: Bools) -> Ints:
    """How many usable cells of the same place follow one another from each cell on, itself in."""
    length = np.zeros(len(cells.slots), dtype=np.int64)
    for n in range(len(length) - 1, -1, -1):
        if usable[n]:
            after = cells.following[n]
            length[n] = 1 + (length[after] if after >= 0 else 0)
    return length


def booked_cell(cells: Grid, booking: Booking) -> int:
    """The cell a booking begins in, −1 when the grid does not have it."""
    return cells.place.get((booking.bay_id, booking.place, booking.start), -1)


def cells_needed(inspection: timedelta, rules: PlanRules) -> int:
    """Consecutive cells that an inspection takes."""
    return max(1, -(-inspection // rules.slot))


def _per_site(
    shipments: Sequence[PlanShipment], sites: Sequence[str], rules: PlanRules
) -> tuple[Ints, Ints, Ints]:
    """Ready, inspection and what follows it, cells; one column a site."""
    shape = (len(shipments), len(sites))
    ready = np.full(shape, _NO_SITE_US, dtype=np.int64)
    lead = np.zeros(shape, dtype=np.int64)
    needed = np.ones(shape, dtype=np.int64)
    column = {site: number for number, site in enumerate(sites)}
    for row, shipment in enumerate(shipments):
        for site, here in shipment.sites.items():
            if (number := column.get(site)) is not None:
                ready[row, number] = to_us(here.ready)
                lead[row, number] = duration_us(here.inspection + here.after)
                needed[row, number] = cells_needed(here.inspection, rules)
    return ready, lead, needed


def _kinds(shipments: Sequence[PlanShipment], cells: Grid) -> Bools:
    """Whether the bay is of a class the shipment may use and has what it needs."""
    asked = [(shipment.bay_classes, shipment.equipment) for shipment in shipments]
    kinds = list(dict.fromkeys(asked))
    match = np.array(
        [
            [bay_class in classes and needs <= has for bay_class, has in cells.kinds]
            for classes, needs in kinds
        ],
        dtype=np.bool_,
    ).reshape(len(kinds), len(cells.kinds))
    number = {kind: place for place, kind in enumerate(kinds)}
    row = np.array([number[kind] for kind in asked], dtype=np.int64)
    return np.take(np.take(match, cells.kind, axis=1), row, axis=0)


def _deadlines(shipments: Sequence[PlanShipment]) -> tuple[Ints, Ints]:
    """Safe end of viability, and the deadline that is certain (also a viability without spread)."""
    safe = [NEVER_US if s.viability is None else to_us(s.viability.p10) for s in shipments]
    fixed = [NEVER_US if s.fixed_deadline is None else to_us(s.fixed_deadline) for s in shipments]
    for row, shipment in enumerate(shipments):
        if shipment.viability is not None and shipment.viability.p10 == shipment.viability.p50:
            fixed[row] = min(fixed[row], safe[row])
    return np.array(safe, dtype=np.int64), np.array(fixed, dtype=np.int64)


def _ended(shipments: Sequence[PlanShipment], done: Ints) -> Floats:
    spreads = [(0.0, 0.0) if s.viability is None else spread(s.viability) for s in shipments]
    as_of = [0 if s.viability is None else to_us(s.viability.as_of) for s in shipments]
    shape = np.array(spreads, dtype=np.float64).reshape(-1, 2)
    minutes = (done - np.array(as_of, dtype=np.int64)[:, None]) / MINUTE_US
    return ended_within(minutes, shape[:, 0], shape[:, 1])
