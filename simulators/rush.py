"""What a rush was worth: the same shipments, bays and minutes, served in every order of the study.

Each kind of bay of each site is worked off for itself, as it was in the run. All who stood ready
count in every order, to the end of the run: who had not begun by then had waited until then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table

from simulators.officers import Came, Officers
from simulators.study.arrivals import Job, Material
from simulators.study.bays import worked_off
from simulators.study.orders import ORDERS

_MINUTE = timedelta(minutes=1)
_MATERIAL = {"cold_2_8": Material.FRESH, "cryogenic": Material.CRYO}

AS_RUN = "as the officers of the run did"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rushed:
    """One order over the whole rush: how many of all had begun at its end, how many too late or not
    while it could be in time, and the mean waiting of all."""

    order: str
    came: int
    served: int
    lost: int
    waiting_min: float


def compared(officers: Officers, until: datetime) -> list[Rushed]:
    """The run itself, then every order of the study on what was known when each one came."""
    came = list(officers.came.values())
    groups: dict[tuple[str, str], list[Came]] = defaultdict(list)
    for one in came:
        groups[one.site_id, one.bay_class].append(one)
    own = _rushed(AS_RUN, [(one, officers.begun.get(one.shipment_id)) for one in came], until)
    return [own, *(_in_order(name, groups, officers.places, until) for name in ORDERS)]


def _in_order(
    name: str,
    groups: Mapping[tuple[str, str], Sequence[Came]],
    places: Mapping[tuple[str, str], int],
    until: datetime,
) -> Rushed:
    begins: list[tuple[Came, datetime | None]] = []
    for group, came in groups.items():
        first = min(one.ready for one in came)
        ordered = sorted(came, key=lambda one: (one.ready, one.shipment_id))
        jobs = [_job(number, one, first) for number, one in enumerate(ordered)]
        found = worked_off(jobs, ORDERS[name](), places[group])
        begins += [(one, first + at * _MINUTE) for one, at in zip(ordered, found, strict=True)]
    return _rushed(name, begins, until)


def _job(number: int, one: Came, first: datetime) -> Job:
    latest = (one.latest_start - first) / _MINUTE
    return Job(
        number=number,
        arrival=(one.ready - first) / _MINUTE,
        inspection=one.inspection / _MINUTE,
        latest=latest,
        believed=latest,
        hoped=(one.likely_start - first) / _MINUTE,
        material=_MATERIAL.get(one.bay_class, Material.DAY),
        applicant=0,
    )


def _rushed(name: str, begins: Sequence[tuple[Came, datetime | None]], until: datetime) -> Rushed:
    by_then = [(one, until if at is None else min(at, until)) for one, at in begins]
    waits = [(at - one.ready) / _MINUTE for one, at in by_then]
    return Rushed(
        order=name,
        came=len(begins),
        served=sum(at is not None and at <= until for _, at in begins),
        lost=sum(at > one.latest_start for one, at in by_then),
        waiting_min=sum(waits) / len(waits) if waits else 0.0,
    )


def table_of(rows: Sequence[Rushed]) -> Table:
    """For people."""
    table = Table(title="The rush, served in every order")
    table.add_column("order")
    for column in ("came", "begun", "after the safe end", "mean waiting, min"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            row.order, str(row.came), str(row.served), str(row.lost), f"{row.waiting_min:.0f}"
        )
    return table
