"""What a rush was worth: the same shipments, bays and minutes, served in every order of the study.

Each kind of bay of each site is worked off for itself, as it was in the run.
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
    """One order over the whole rush: begun too late, and the mean waiting of all."""

    order: str
    served: int
    lost: int
    waiting_min: float


def compared(officers: Officers) -> list[Rushed]:
    """The run itself, then every order of the study on what was known when each one came."""
    served = [one for one in officers.came.values() if one.shipment_id in officers.begun]
    groups: dict[tuple[str, str], list[Came]] = defaultdict(list)
    for one in served:
        groups[one.site_id, one.bay_class].append(one)
    own = _rushed(AS_RUN, [(one, officers.begun[one.shipment_id]) for one in served])
    return [own, *(_in_order(name, groups, officers.places) for name in ORDERS)]


def _in_order(
    name: str,
    groups: Mapping[tuple[str, str], Sequence[Came]],
    places: Mapping[tuple[str, str], int],
) -> Rushed:
    begins: list[tuple[Came, datetime]] = []
    for group, came in groups.items():
        first = min(one.ready for one in came)
        ordered = sorted(came, key=lambda one: (one.ready, one.shipment_id))
        jobs = [_job(number, one, first) for number, one in enumerate(ordered)]
        found = worked_off(jobs, ORDERS[name](), places[group])
        begins += [(one, first + at * _MINUTE) for one, at in zip(ordered, found, strict=True)]
    return _rushed(name, begins)


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


def _rushed(name: str, begins: Sequence[tuple[Came, datetime]]) -> Rushed:
    waits = [(at - one.ready) / _MINUTE for one, at in begins]
    return Rushed(
        order=name,
        served=len(begins),
        lost=sum(at > one.latest_start for one, at in begins),
        waiting_min=sum(waits) / len(waits) if waits else 0.0,
    )


def table_of(rows: Sequence[Rushed]) -> Table:
    """For people."""
    table = Table(title="The rush, served in every order")
    table.add_column("order")
    for column in ("inspected", "begun after the safe end", "mean waiting, min"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(row.order, str(row.served), str(row.lost), f"{row.waiting_min:.0f}")
    return table
