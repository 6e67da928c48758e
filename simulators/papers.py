"""What people enter about a plan: the bodies of requests, and the news that follow on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.places import PLACES
from simulators.plan import BoxPlan, Run
from simulators.route import Segment
from simulators.stories import WAITING, Story
from simulators.tables import SiteTable

Json = dict[str, Any]

SWAP_FOUND = "swap_found"  # not a milestone: the papers are put right
SPARE = "-SPARE"  # the end of the name of a box that exists on paper only
REPACKED = "repacked"  # nor this: the bag is in another box from now on

_AT_THEIR_HOUR: dict[Story, str] = {
    "cancelled": "cancelled",
    "swapped": SWAP_FOUND,
    "repacked": REPACKED,
}

_MODELS = {
    "passive_short": "Passive box 2-8 °C, 30 h",
    "passive_long": "Passive box 2-8 °C, 96 h",
    "dry_shipper": "Dry vapour shipper, 4 l",
    "room": "Logger of a cold store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that becomes known at an instant: a milestone, on a leg or not."""

    at: datetime
    kind: str
    leg: int | None = None
    estimated_departure: datetime | None = None
    estimated_arrival: datetime | None = None


def site_paper(site: SiteTable) -> Json:
    """Body of POST /sites."""
    place = PLACES[site.site_id]
    return {
        "site_id": site.site_id,
        "name_en": site.name_en,
        "name_zh": site.name_zh,
        "zone": site.zone,
        "lat": place.lat,
        "lon": place.lon,
        "picking_min": site.picking_min,
        "inspection_min": site.inspection_min,
        "receiving_min": site.receiving_min,
        "onward_min": site.onward_min,
        "simulated": True,
        "bays": [
            {
                "bay_id": bay.bay_id,
                "name_en": bay.name_en,
                "name_zh": bay.name_zh,
                "bay_class": bay.bay_class,
                "places": bay.places,
            }
            for bay in site.bays
        ],
    }


def box_paper(plan: BoxPlan, report_interval_s: int) -> Json:
    """Body of POST /boxes."""
    return {
        "box_id": plan.box_id,
        "kind": "room" if plan.group.container == "room" else "box",
        "simulated": True,
        "model": _MODELS[plan.group.container],
        "report_interval_s": report_interval_s,
        "probes": [{"probe_id": plan.probe, "kind": _probe_kind(plan)}],
    }


def shipment_paper(plan: BoxPlan) -> Json:
    """Body of POST /shipments."""
    clocks, group = plan.clocks, plan.group
    bags = [plan, plan.partner] if group.story == "split" and plan.partner else [plan]
    body = {
        "reference": plan.reference,
        "product": group.product,
        "profile_id": group.profile,
        "site_id": group.site,
        "shipper": group.shipper,
        "consignee": group.consignee,
        "needed_by": clocks.needed_by,
        "needed_by_attested_by": f"{group.consignee}, planning" if clocks.needed_by else None,
        "cut_off": clocks.cut_off,
        "simulated": True,
        "payloads": [_payload_paper(bag) for bag in bags],
        "legs": [_leg_paper(plan, segment) for segment in plan.journey.legs()],
    }
    return _plain(body)


def approval_paper(run: Run) -> Json:
    """Body of POST /papers: one approval for what comes in, of a class that many may draw from."""
    begun = run.start.date()
    return {
        "kind": "special_item_approval",
        "number": f"SIM-{run.seed}-{run.start:%Y%m%d%H%M}",
        "holder": "Simulated applicant",
        "risk_class": "B1",
        "valid_from": (begun - timedelta(days=30)).isoformat(),
        "valid_until": (begun + timedelta(days=120)).isoformat(),
    }


def declaration_paper(plan: BoxPlan) -> Json:
    """Body of POST /shipments/{id}/declaration. What goes out still waits for its permit."""
    outward = goes_out(plan)
    return {
        "applicant": (plan.group.shipper if outward else plan.group.consignee) or "Applicant",
        "item": "special_item",
        "direction": "out" if outward else "in",
        "purpose": "treatment",
        "risk_class": "B1",
        "human_genetic": outward,
    }


def goes_out(plan: BoxPlan) -> bool:
    """Whether it leaves the country of its site of inspection: its first flight begins there."""
    flights = [leg.step for leg in plan.journey.legs() if leg.step.mode == "air"]
    return bool(flights) and PLACES[flights[0].at].code == plan.group.site


def _payload_paper(plan: BoxPlan) -> Json:
    """A bag; of two that were swapped, each is entered in the other's box."""
    swapped = plan.group.story == "swapped" and plan.partner
    clocks = plan.clocks
    payload = {
        "reference": plan.bag,
        "box_id": plan.partner.box_id if swapped and plan.partner else plan.box_id,
        "collection_end": clocks.collection_end,
        "pack_closed_at": clocks.pack_closed_at,
        "container_charged_at": clocks.container_charged_at,
        "assigned_from": clocks.pack_closed_at,
    }
    return _plain(payload)


def _probe_kind(plan: BoxPlan) -> str:
    return "ambient" if plan.group.container == "room" else "payload"


def _leg_paper(plan: BoxPlan, segment: Segment) -> Json:
    start, end = PLACES[segment.step.at], PLACES[segment.step.to]
    carrier = segment.step.carrier
    leg = {
        "mode": segment.step.mode,
        "carrier_number": f"{carrier}{plan.index + 1:02d}" if carrier else None,
        "from_code": start.code,
        "from_lat": start.lat,
        "from_lon": start.lon,
        "to_code": end.code,
        "to_lat": end.lat,
        "to_lon": end.lon,
        "planned_departure": segment.planned_begin,
        "planned_arrival": segment.planned_end,
        "radio_off": not segment.radio_on,
    }
    return _plain(leg)


def news_of(plan: BoxPlan) -> list[News]:
    """Everything that will become known of a journey, in order."""
    news = sorted([*_all_news(plan), *_story_news(plan)], key=lambda news: news.at)
    ended = next((n for n, one in enumerate(news) if one.kind == "cancelled"), len(news))
    return news[: ended + 1]


def _story_news(plan: BoxPlan) -> Iterator[News]:
    """What a mishap adds to the news."""
    story, legs = plan.group.story, plan.journey.legs()
    told = _AT_THEIR_HOUR.get(story) if story else None
    if told and plan.story_at and plan.leads:
        yield News(at=plan.story_at, kind=told)
    flight = next((n for n, leg in enumerate(legs) if leg.step.mode == "air"), None)
    if flight is None or story not in {"offloaded", "flight_cancelled", "diverted"}:
        return
    leg = legs[flight]
    arrival = _five_minutes(leg.ends)
    if story == "diverted":
        yield News(at=leg.planned_end, kind="diverted", leg=flight, estimated_arrival=arrival)
        return
    yield News(
        at=plan.journey.step(WAITING).begins + timedelta(minutes=10),
        kind="offloaded" if story == "offloaded" else "leg_cancelled",
        leg=flight,
        estimated_departure=_five_minutes(leg.begins),
        estimated_arrival=arrival,
    )


def _all_news(plan: BoxPlan) -> Iterator[News]:
    legs = plan.journey.legs()
    for number, leg in enumerate(legs):
        expected = _five_minutes(leg.ends) if leg.step.mode == "air" else None
        yield News(at=leg.begins, kind="departed", leg=number, estimated_arrival=expected)
        yield News(at=leg.ends, kind="landed", leg=number)
    names = [segment.step.name for segment in plan.journey.segments]
    if "picking" in names:
        picking = plan.journey.step("picking")
        yield News(at=picking.ends, kind="picked")
    yield News(at=plan.journey.segments[-1].begins, kind="handed_over")
    yield News(at=plan.journey.ends, kind="received")


def _five_minutes(instant: datetime) -> datetime:
    seconds = instant.timestamp()
    return datetime.fromtimestamp(round(seconds / 300) * 300, UTC)


def _plain(body: Json) -> Json:
    """Without what is not said, and with instants as text."""
    return {
        name: rfc3339(value) if isinstance(value, datetime) else value
        for name, value in body.items()
        if value is not None
    }


def rfc3339(instant: datetime) -> str:
    """Such as 2026-11-22T01:02:03Z."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole.isoformat().replace("+00:00", "Z")
