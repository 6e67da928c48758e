"""Publishing the slots of bays: open, copy, close, and say that a bay is unfit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.core.domain.clearance.opening_times import Stretch, copied, day_of, joined, without
from services.core.domain.errors import Invalid, NotFound
from services.core.storage.openings import OpeningRepository
from services.core.storage.shipments import ShipmentRepository
from services.core.storage.sites import BayRecord, SiteRecord, SiteRepository
from services.core.storage.worklist import Worklist

_DAY = timedelta(days=1)


async def open_bay(site_id: str, bay_id: str, stretch: Stretch, act: Act) -> None:
    """Publish a stretch; both ends lie on the bay's grid."""
    bay = await _bay(site_id, bay_id, act)
    _check(bay, stretch)
    await _publish(bay, [stretch], act)
    begin, end = stretch
    after = {"from": begin.isoformat(), "to": end.isoformat()}
    await act.audit("open", ("bay", bay_id), after=after)


async def copy_openings(
    site_id: str, what: tuple[date, int, int], bays: Sequence[str], act: Act
) -> None:
    """Publish some local days again and again behind themselves; what stands is left as it is."""
    day, days, times = what
    site = await SiteRepository(act.unit).get(site_id, lock=True)
    chosen = [bay for bay in site.bays if not bays or bay.bay_id in bays]
    opened = await OpeningRepository(act.unit).openings([bay.bay_id for bay in chosen])
    source = day_of(day, days, ZoneInfo(site.zone))
    copies = 0
    for bay in chosen:
        copies += await _copy(site, bay, (opened[bay.bay_id], source, days, times), act)
    if not copies:
        raise Invalid(
            "nothing is published on these days, or all of it stands already",
            field="day",
            remedy="name a day on which the bays are open",
        )
    after = {"day": day.isoformat(), "days": days, "times": times, "openings": copies}
    await act.audit("copy_openings", ("site", site_id), after=after)


async def _copy(
    site: SiteRecord, bay: BayRecord, what: tuple[list[Stretch], Stretch, int, int], act: Act
) -> int:
    opened, source, days, times = what
    _check_daily(bay)
    wanted = [
        stretch
        for number in range(1, times + 1)
        for stretch in copied(opened, source, number * days, ZoneInfo(site.zone))
    ]
    missing = without(joined(wanted), joined(opened))
    if missing:
        await _publish(bay, missing, act)
    return len(missing)


async def close(site_id: str, bay_id: str, stretch: Stretch, reason: str, act: Act) -> None:
    """Take a bay out of use for a time."""
    await _bay(site_id, bay_id, act)
    begin, end = stretch
    if end <= begin:
        raise Invalid("the closure ends before it begins", field="to", remedy="exchange them")
    closure_id = new_id(act.now)
    values = {
        "closure_id": closure_id,
        "bay_id": bay_id,
        "reason": reason,
        "entered_at": act.now,
        "entered_by": act.principal.principal_id,
    }
    await OpeningRepository(act.unit).close(values, stretch)
    await SiteRepository(act.unit).change_bay(bay_id, {})
    after = {"from": begin.isoformat(), "to": end.isoformat()}
    await act.audit("close", ("bay", bay_id), after=after, reason=reason)


async def withdraw(site_id: str, closure_id: UUID, act: Act) -> None:
    """Take a closure of one of the site's bays back; raises NotFound."""
    site = await SiteRepository(act.unit).get(site_id, lock=True)
    names = [bay.bay_id for bay in site.bays]
    repository = OpeningRepository(act.unit)
    found = {one.closure_id: one for one in await repository.closures(names, act.now - _DAY)}
    if closure_id not in found:
        raise NotFound("there is no such closure that stands", field="closure_id")
    bay_id = found[closure_id].bay_id
    await repository.withdraw(closure_id, bay_id, (act.now, act.principal.principal_id))
    await SiteRepository(act.unit).change_bay(bay_id, {})
    await act.audit("withdraw_closure", ("bay", bay_id), after={"closure_id": str(closure_id)})


async def set_fitness(site_id: str, bay_id: str, fit: bool, reason: str, act: Act) -> None:
    """An unfit bay takes nobody until it is fit again; said twice, the first time counts.

    Who said it the second time, and why, stands in the trail all the same.
    """
    bay = await _bay(site_id, bay_id, act)
    was_fit = bay.unfit_since is None
    if fit != was_fit:
        values = {"unfit_since": None if fit else act.now, "unfit_reason": None if fit else reason}
        await SiteRepository(act.unit).change_bay(bay_id, values)
    told = ("fit" if fit else "unfit", ("bay", bay_id))
    await act.audit(*told, before={"fit": was_fit}, after={"fit": fit}, reason=reason)
    if fit != was_fit:
        await judge_site_again(site_id, act)


async def set_times(site_id: str, bay_id: str, times: Mapping[str, int | None], act: Act) -> None:
    """Minutes of a bay's own; what is booked there keeps its length."""
    bay = await _bay(site_id, bay_id, act)
    before = {name: getattr(bay, name) for name in times}
    await SiteRepository(act.unit).change_bay(bay_id, times)
    await act.audit("set_times", ("bay", bay_id), before=before, after=times)
    await judge_site_again(site_id, act)


async def judge_site_again(site_id: str, act: Act) -> None:
    """Latest starts are counted by the bays there: every verdict on its way is reached anew."""
    waiting = await ShipmentRepository(act.unit).live_payloads_of_site(site_id)
    await Worklist(act.unit).put_payloads(dict.fromkeys(waiting, act.now), "site_changed", act.now)


async def _bay(site_id: str, bay_id: str, act: Act) -> BayRecord:
    """The bay, held: bookings and openings of one bay queue behind one another."""
    bay = await SiteRepository(act.unit).bay(bay_id, lock=True)
    if bay.site_id != site_id:
        raise NotFound(f"the site has no bay {bay_id}", field="bay_id")
    return bay


async def _publish(bay: BayRecord, stretches: Sequence[Stretch], act: Act) -> None:
    rows = [(new_id(act.now), stretch) for stretch in stretches]
    by = (act.now, act.principal.principal_id)
    await OpeningRepository(act.unit).open(bay.bay_id, rows, by)


def _check(bay: BayRecord, stretch: Stretch) -> None:
    begin, end = stretch
    slot = timedelta(minutes=bay.slot_min)
    if end <= begin:
        raise Invalid("it ends before it begins", field="to", remedy="exchange them")
    for name, at in (("from", begin), ("to", end)):
        if (at - bay.published_from) % slot:
            raise Invalid(
                f"slots of this bay start every {bay.slot_min} minutes",
                field=name,
                remedy="choose an instant on the bay's grid",
            )


def _check_daily(bay: BayRecord) -> None:
    if _DAY % timedelta(minutes=bay.slot_min):
        raise Invalid(
            f"slots of {bay.slot_min} minutes do not fill a day",
            field="bays",
            remedy="publish this bay by hand, or give it slots that do",
        )
