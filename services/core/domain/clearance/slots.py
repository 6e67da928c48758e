"""Free slots: the published grid of the bays minus what is held, as a shipment can use it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from services.core.domain.clearance.inspection import InspectionMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A bay as far as its slots go: `slot` is the step of its grid, from `published_from` on.

    `stretches`: when it is open, closures and hours taken out. `own_times`: an inspection takes
    another time here than elsewhere at its site.
    """

    bay_id: str
    site_id: str
    bay_class: str
    places: int
    slot: timedelta
    published_from: datetime
    published_until: datetime
    equipment: frozenset[str] = frozenset()
    stretches: tuple[tuple[datetime, datetime], ...] | None = None
    own_times: bool = False

    @property
    def open(self) -> tuple[tuple[datetime, datetime], ...]:
        """When slots may begin and end; without stretches of its own, all that is published."""
        if self.stretches is None:
            return ((self.published_from, self.published_until),)
        return self.stretches

    def is_open(self, start: datetime, end: datetime) -> bool:
        """Whether the whole time lies in one stretch."""
        return any(begin <= start and end <= until for begin, until in self.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A place held from `start` until before `end`."""

    bay_id: str
    place: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a shipment can use: not before `earliest`, for `length`, by `latest_start` if known.
    `also`: classes of bay that serve it beside its own.
    """

    earliest: datetime
    length: timedelta
    latest_start: datetime | None
    bay_class: str
    equipment: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSlot:
    """A place that can be held; `spare` is the time left to the latest start, perhaps negative."""

    bay: Bay
    place: int
    start: datetime
    end: datetime
    spare: timedelta | None
    reserved: bool = False


def bay_class_for(label_hi_c: float | None) -> str:
    """The class of bay in which a product may be opened, by the top of its label range.

    Frozen products need a cryogenic bay, products of 2–8 °C a cold one: a bay's class names the
    range it keeps.
    """
    if label_hi_c is None:
        return "ambient"
    if label_hi_c < 0:
        return "cryogenic"
    return "cold_2_8" if label_hi_c <= 8 else "ambient"


_UNOPENED = {
    InspectionMode.NO_OPEN: frozenset({"apron"}),
    InspectionMode.REMOTE_VIDEO: frozenset({"remote"}),
    InspectionMode.DOCUMENT_ONLY: frozenset({"remote"}),
}
"""Where nothing is opened no bay has to keep a range: unopened goods may be looked at on the apron,
and by video or on paper from afar. Own choice, grade O: law and permit decide how it is done."""


def also_in(mode: str) -> frozenset[str]:
    """Classes of bay that serve an inspection of this mode beside the product's own."""
    return _UNOPENED.get(InspectionMode(mode), frozenset())


def on_grid(bay: Bay, start: datetime) -> bool:
    """Whether a slot of the bay starts at this instant."""
    return (start - bay.published_from) % bay.slot == timedelta(0)


def free_slots(
    bays: Iterable[Bay], held: Iterable[Holding], wish: Wish, *, limit: int, in_time: bool
) -> list[FreeSlot]:
    """The first free slots by start, one place of each bay; only those in time, if asked."""
    calendar = _Calendar(held)
    offers = merge(
        *(_offers(bay, calendar, wish, in_time) for bay in bays if _serves(bay, wish)),
        key=lambda offer: (offer.start, offer.bay.bay_id),
    )
    return list(islice(offers, limit))


def free_place(bay: Bay, held: Sequence[Holding], start: datetime, end: datetime) -> int | None:
    """The lowest place of the bay that nobody holds in this stretch of time."""
    return _Calendar(held).free_place(bay, start, end)


def _serves(bay: Bay, wish: Wish) -> bool:
    return bay.bay_class in {wish.bay_class, *wish.also} and wish.equipment <= bay.equipment


def _offers(bay: Bay, calendar: _Calendar, wish: Wish, in_time: bool) -> Iterator[FreeSlot]:
    for begin, until in bay.open:
        start = _first_start(bay, max(begin, wish.earliest))
        while start + wish.length <= until:
            spare = None if wish.latest_start is None else wish.latest_start - start
            if in_time and spare is not None and spare < timedelta(0):
                return
            end = start + wish.length
            place = calendar.free_place(bay, start, end)
            if place is not None:
                yield FreeSlot(bay=bay, place=place, start=start, end=end, spare=spare)
            start += bay.slot


def _first_start(bay: Bay, earliest: datetime) -> datetime:
    """The first point of the grid that is not before `earliest`."""
    steps = max(0, -((bay.published_from - earliest) // bay.slot))
    return bay.published_from + steps * bay.slot


class _Calendar:
    """Holdings by place; those of one place never overlap, so a bisection finds the neighbour."""

    def __init__(self, held: Iterable[Holding]) -> None:
        self._ends: dict[tuple[str, int], list[tuple[datetime, datetime]]] = defaultdict(list)
        for one in held:
            self._ends[one.bay_id, one.place].append((one.end, one.start))
        for place in self._ends.values():
            place.sort()

    def free_place(self, bay: Bay, start: datetime, end: datetime) -> int | None:
        for place in range(1, bay.places + 1):
            if self._is_free(self._ends.get((bay.bay_id, place), []), start, end):
                return place
        return None

    @staticmethod
    def _is_free(holdings: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
        after = bisect_right(holdings, start, key=lambda one: one[0])
        return after == len(holdings) or holdings[after][1] >= end
