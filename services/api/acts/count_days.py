"""The figures of a site's days, and the same as a table for a spreadsheet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from services.api.present.spreadsheet import as_csv
from services.api.schemas.figures import SiteDay, SiteFigures
from services.core.domain.clearance.site_figures import DayFigures, figures_of
from services.core.domain.errors import Invalid
from services.core.storage.database import UnitOfWork
from services.core.storage.sitefigures import SiteFigureRepository, open_time
from services.core.storage.sites import SiteRepository

MOST_DAYS = 92
_SPANS = (
    "arrival_to_clearance_median",
    "arrival_to_clearance_p90",
    "slack_at_clearance_median",
    "slack_at_clearance_least",
)


async def count_days(
    site_id: str, first: date | None, last: date | None, unit: UnitOfWork, now: datetime
) -> SiteFigures:
    """Each day from the first to the last, both included; the last seven when none is named."""
    site = await SiteRepository(unit).get(site_id)
    zone = ZoneInfo(site.zone)
    last = last or now.astimezone(zone).date()
    first = first or last - timedelta(days=6)
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise Invalid(
            f"that is no stretch of 1 to {MOST_DAYS} days",
            field="to",
            remedy="ask for a part of it",
        )
    days = [_bounds(first + timedelta(days=n), zone) for n in range((last - first).days + 1)]
    repository = SiteFigureRepository(unit, site_id, days[0][1], days[-1][2])
    bays = await repository.bays()
    visits, happened = await repository.visits(), await repository.happened()
    found = figures_of(days, visits, happened, partial(open_time, bays))
    return SiteFigures(
        site_id=site_id,
        zone=site.zone,
        simulated=site.simulated,
        days=[_day_out(one) for one in found],
    )


def as_table(figures: SiteFigures) -> str:
    """A line a day, as CSV."""
    names = ["site_id", "zone", "simulated", *SiteDay.model_fields]
    site = {"site_id": figures.site_id, "zone": figures.zone, "simulated": figures.simulated}
    days = [{**site, **day.model_dump(mode="json")} for day in figures.days]
    return as_csv(names, [[day[name] for name in names] for day in days])


def _bounds(day: date, zone: ZoneInfo) -> tuple[date, datetime, datetime]:
    """A day of the place: 23 or 25 hours where clocks change."""
    begin = datetime.combine(day, time(0), zone)
    return day, begin, datetime.combine(day + timedelta(days=1), time(0), zone)


def _day_out(one: DayFigures) -> SiteDay:
    values = asdict(one)
    seconds = {f"{name}_s": _seconds(values[name]) for name in _SPANS}
    return SiteDay.model_validate({**values, **seconds})


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
