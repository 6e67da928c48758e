"""The appointments of a site as an iCalendar feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

from services.api.present.customs import appointment_number
from services.core.storage.appointments import AppointmentView
from services.core.storage.sites import SiteRecord

REFRESH = timedelta(minutes=5)
_TENTATIVE = frozenset({"REQUESTED", "TENTATIVE"})


def calendar_text(site: SiteRecord, held: Iterable[AppointmentView], now: datetime) -> bytes:
    """The feed: what holds a place, by number and bay, and nothing of the goods."""
    feed = Calendar()
    feed.add("prodid", "-//Coldlane//Inspection appointments//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", f"{site.name_en} · {site.name_zh}")
    feed.add("x-wr-timezone", site.zone)
    feed["refresh-interval"] = vDuration(REFRESH)
    for one in held:
        feed.add_component(_event(site, one, now))
    return bytes(feed.to_ical())


def _event(site: SiteRecord, one: AppointmentView, now: datetime) -> Event:
    """An appointment; who moves it gets another number, so that its own never changes place."""
    event = Event()
    event.add("uid", f"{one.id}@coldlane")
    event.add("dtstamp", now)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", f"{appointment_number(one.site_id, one.number)} · {one.bay_id}")
    event.add("location", f"{site.name_en}, {one.bay_name_en} · {one.bay_name_zh}")
    event.add("status", "TENTATIVE" if one.state in _TENTATIVE else "CONFIRMED")
    event.add("sequence", one.revision)
    event.add("categories", [one.state])
    return event
