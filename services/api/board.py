"""What every page shows, held as the bytes that are sent: a change is found by its key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from fastapi.sse import format_sse_event

from services.api.fields import restricted
from services.api.leaving import Passage, leave
from services.api.present.alarms import alarm_out
from services.api.present.customs import appointment_out, site_out
from services.api.present.ranking import queue_of, standings
from services.api.present.shipments import shipment_out
from services.api.schemas.base import Answer
from services.api.schemas.stream import Gone, SnapshotHead
from services.api.sight import View, narrower, views_of_grants
from services.core.domain.governance.reach import Reach
from services.core.runtime.clock import Clock
from services.core.storage.acknowledgements import AcknowledgementRepository
from services.core.storage.appointments import AppointmentRepository
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.grants import ShipmentGrants
from services.core.storage.overview import OverviewRepository
from services.core.storage.sites import SiteRepository

Event = bytes
Subject = TypeVar("Subject")
_SHOWN_AFTER = timedelta(hours=6)
"""How long an appointment stays on the board after its end."""

# Order matters: a page that meets a shipment knows its site already.
_TYPES = ("site", "appointment", "alarm", "shipment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One object: its key changes when anything shown of it changes; written out on demand."""

    key: Hashable
    make: Callable[[], Answer]
    shared_as: View = View.FULL
    """How much of it is shown to those with whom it was only shared."""


Found = Mapping[str, Mapping[str, Entry]]


async def read_board(database: Database, reach: Reach) -> Found:
    """Everything the pages show of what may be seen, by type and identifier, in one transaction."""
    now = reach.at
    async with database.unit_of_work(reach) as unit:
        shipments = await OverviewRepository(unit).live(now)
        alarms = await AcknowledgementRepository(unit).open(now)
        appointments = await AppointmentRepository(unit).current(now - _SHOWN_AFTER)
        sites = await SiteRepository(unit).all()
        shared = await _shared(unit, reach)
    order = standings(queue_of(shipments), now)
    found: dict[str, dict[str, Entry]] = {name: {} for name in _TYPES}
    for site in sites:
        found["site"][site.site_id] = Entry(
            key=(site.revision, sum(bay.revision for bay in site.bays), len(site.bays)),
            make=_maker(site_out, site),
        )
    for held in appointments:
        found["appointment"][str(held.id)] = Entry(
            key=held.revision,
            make=_maker(appointment_out, held),
            shared_as=shared.get(str(held.shipment_id), View.FULL),
        )
    for alarm in alarms:
        found["alarm"][str(alarm.alarm_id)] = Entry(
            key=(alarm.revision, alarm.state, _called(alarm.contact)),
            make=_maker(alarm_out, alarm),
            shared_as=shared.get(str(alarm.shipment_id), View.FULL),
        )
    for row in shipments:
        place = order.get(row.shipment_id)
        found["shipment"][str(row.shipment_id)] = Entry(
            key=(row.revision, place and (place.place, place.tier), _alarm_state(row.open_alarm)),
            make=_maker(lambda pair: shipment_out(*pair), (row, place)),
            shared_as=shared.get(str(row.shipment_id), View.FULL),
        )
    return found


def _called(contact: Mapping[str, Any] | None) -> Hashable:
    """Whom an alarm names: entered and corrected without the alarm."""
    return contact and tuple(sorted(contact.items()))


class Board:
    """The board as it was last read, for all who see the same."""

    def __init__(
        self, clock: Clock, build: str, view: View = View.FULL, *, abroad: bool = False
    ) -> None:
        self.build = build
        self._view = view
        self._abroad = abroad
        self._clock = clock
        self._held: dict[str, dict[str, tuple[Hashable, bytes]]] = {name: {} for name in _TYPES}

    def replace(self, found: Found) -> list[Event]:
        """Take what was read; returns the events that turn the old board into the new one."""
        events: list[Event] = []
        for name in _TYPES:
            events += self._changed(name, found[name])
            events += self._gone(name, found[name])
        return events

    @property
    def size(self) -> int:
        """How many objects it holds."""
        return sum(len(held) for held in self._held.values())

    def snapshot(self) -> Event:
        """The whole board as one event."""
        head = SnapshotHead(
            server_time=self._clock.now(), clock_rate=self._clock.rate, build=self.build
        )
        lists = b"".join(
            b',"%ss":[%s]' % (name.encode(), b",".join(body for _, body in held.values()))
            for name, held in self._held.items()
        )
        return event("snapshot", head.model_dump_json().encode()[:-1] + lists + b"}")

    def _changed(self, name: str, found: Mapping[str, Entry]) -> Iterable[Event]:
        held = self._held[name]
        for identifier, entry in found.items():
            known = held.get(identifier)
            key = (entry.key, entry.shared_as)
            if known is not None and known[0] == key:
                continue
            shown = restricted(entry.make(), narrower(self._view, entry.shared_as))
            if self._abroad:
                shown = leave(shown, Passage())
            body = shown.model_dump_json(by_alias=True).encode()
            held[identifier] = (key, body)
            yield event(name, body)

    def _gone(self, name: str, found: Mapping[str, Entry]) -> Iterable[Event]:
        held = self._held[name]
        for identifier in [known for known in held if known not in found]:
            del held[identifier]
            yield event("gone", Gone(type=name, id=identifier).model_dump_json().encode())


async def _shared(unit: UnitOfWork, reach: Reach) -> Mapping[str, View]:
    if reach.whole:
        return {}
    return views_of_grants(await ShipmentGrants(unit).shared_with(reach.organisation_id, reach.at))


def event(name: str, body: bytes) -> Event:
    """One event on the wire; `name` is one of ours, the body is JSON on one line."""
    return format_sse_event(data_str=body.decode(), event=name)


def _alarm_state(row: Mapping[str, Any] | None) -> Hashable:
    """An acknowledgement that lapses changes no revision: it is part of the key."""
    return None if row is None else (row["id"], row["taken"], row["returned_at"])


def _maker(make: Callable[[Subject], Answer], subject: Subject) -> Callable[[], Answer]:
    return lambda: make(subject)
