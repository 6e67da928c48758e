"""Enters a run at the service before its boxes speak, and tells the news while they travel.

Run again on the same data it continues the former run, or ends that run's shipments and begins
anew: the journeys of one run are told once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Container, Coroutine, Sequence
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

from services.core.domain.errors import AlreadyExists, Conflict, Invalid
from simulators.client import TOGETHER, ApiClient
from simulators.clock import FleetClock
from simulators.papers import (
    REPACKED,
    SPARE,
    SWAP_FOUND,
    News,
    approval_paper,
    box_paper,
    declaration_paper,
    goes_out,
    news_of,
    rfc3339,
    shipment_paper,
    site_paper,
)
from simulators.plan import BoxPlan, Run
from simulators.references import RunName, parse_bag_name
from simulators.tables import Scenario

Json = dict[str, Any]

_AT_ONCE = 8
_LOOK_S = 0.1
_PATIENCE_S = 20.0  # of a shipment with a box that cannot speak
_ENDED_NOTE = "the simulated fleet began anew"

logger = logging.getLogger(__name__)


def former_start(
    shipments: Sequence[Json], scenario: Scenario, seed: int, now: datetime
) -> datetime | None:
    """The start of a run of this seed that is young enough to be continued."""
    runs = [run for shipment in shipments if (run := _run_of(shipment))]
    starts = [run.start for run in runs if (run.scenario, run.seed) == (scenario.name, seed)]
    latest = max(starts, default=None)
    if latest is None:
        return None
    began_live = latest + timedelta(hours=scenario.elapsed_h)
    within = timedelta(hours=scenario.resume_within_h)
    return latest if began_live <= now <= began_live + within else None


def _run_of(shipment: Json) -> RunName | None:
    """The run that entered a shipment; None for people's own."""
    bags = shipment["payloads"] if shipment["simulated"] else ()
    return next((run for bag in bags if (run := parse_bag_name(bag["reference"]))), None)


class Enrolment:
    """The papers of one run."""

    def __init__(
        self,
        client: ApiClient,
        run: Run,
        plans: Sequence[BoxPlan],
        clock: FleetClock,
        heard: Container[str],
    ) -> None:
        """`heard`: the boxes whose past the service has receipted."""
        self._heard = heard
        self.entered: set[str] = set()  # references of shipments that the service has
        self._client, self._run, self._plans, self._clock = client, run, plans, clock
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._shipments: dict[str, Json] = {}
        self._approval: str | None = None
        formers = [plan.former for plan in plans if plan.former]
        self._papers = [*formers, *(plan for plan in plans if plan.ships)]
        self._untold: dict[str, list[News]] = {p.reference: news_of(p) for p in self._papers}

    async def enter_boxes(self) -> None:
        """Register every box: from now on the service takes its readings."""
        interval_s = self._run.scenario.sampling.history_s
        spares = [
            {"box_id": self._spare(plan), "kind": "box", "simulated": True}
            for plan in self._plans
            if plan.group.story == "swapped" and plan.leads
        ]
        papers = [*(box_paper(plan, interval_s) for plan in self._plans), *spares]
        try:
            for first in range(0, len(papers), TOGETHER):
                await self._register(papers[first : first + TOGETHER])
        except Invalid as refusal:
            if "Idempotency-Key" not in str(refusal):
                raise
            raise Invalid(
                "the scenario was changed since its run of this seed began",
                field="seed",
                remedy="begin another run: give another --seed, or a --start",
            ) from refusal

    async def _register(self, papers: Sequence[Json]) -> None:
        """All at once, or, of a run that is continued, those that do not stand already."""
        try:
            await self._client.register_boxes(papers)
        except AlreadyExists:
            for paper in papers:
                await self._client.register_box(paper)

    async def enter_shipments(self, live: Sequence[Json]) -> None:
        """Sites, shipments and all news up to now; `live` is what the service has already."""
        self._shipments = {shipment["reference"]: shipment for shipment in live}
        for site in self._run.scenario.sites:
            await self._client.create_site(site_paper(site))
        if self._run.scenario.papers:
            self._approval = await self._client.enter_paper(approval_paper(self._run))
        await _all([self._end(shipment) for shipment in live if self._is_stale(shipment)])
        loop = asyncio.get_running_loop()
        waiting, until_s = [plan for plan in self._plans if plan.ships], loop.time() + _PATIENCE_S
        while waiting:
            late = loop.time() > until_s
            due = [late or self._is_heard(plan) for plan in waiting]
            await _all([self._enter_in_turn(plan) for plan in compress(waiting, due)])
            waiting = [plan for plan, was_due in zip(waiting, due, strict=True) if not was_due]
            await asyncio.sleep(_LOOK_S)

    def _is_heard(self, plan: BoxPlan) -> bool:
        """Has the service heard its boxes? Nobody hands a bag to a box that is silent."""
        boxes = [plan.box_id, *([plan.partner.box_id] if plan.partner else [])]
        return all(box_id in self._heard for box_id in boxes)

    async def tell_news(self) -> None:
        """Tell what has become known since the last time; the shipments must be entered."""
        now = self._clock.now()
        for plan in self._papers:
            await self._tell(plan, now)

    def _is_stale(self, shipment: Json) -> bool:
        """Is it of an earlier start of this run?"""
        own, its = self._run.name, _run_of(shipment)
        same_line = its is not None and (its.scenario, its.seed) == (own.scenario, own.seed)
        return same_line and its != own

    async def _end(self, shipment: Json) -> None:
        milestone = {"occurred_at": rfc3339(self._clock.now()), "note": _ENDED_NOTE}
        kind = "received" if shipment["state"] != "draft" else "cancelled"
        key = f"{shipment['reference']}:ended"
        async with self._at_once:
            await self._client.add_milestone(shipment["id"], {"kind": kind, **milestone}, key)

    async def _enter_in_turn(self, plan: BoxPlan) -> None:
        """A box that is used again is free only when its former shipment is received."""
        if plan.former:
            await self._enter_shipment(plan.former)
        await self._enter_shipment(plan)

    async def _enter_shipment(self, plan: BoxPlan) -> None:
        async with self._at_once:
            if plan.reference not in self._shipments:
                try:
                    shipment = await self._client.create_shipment(shipment_paper(plan))
                except AlreadyExists:  # received in an earlier life of this run: nothing to tell
                    self.entered.add(plan.reference)
                    self._untold[plan.reference] = []
                    return
                self._shipments[plan.reference] = shipment
                await self._bring_papers(plan, shipment["id"])
            self.entered.add(plan.reference)
            self._skip_told(plan)
            await self._tell(plan, self._clock.now())

    async def _bring_papers(self, plan: BoxPlan, shipment_id: str) -> None:
        """Declare the goods, and attach the approval to what comes in."""
        if self._approval is None:
            return
        key = f"{plan.reference}:declared"
        await self._client.declare(shipment_id, declaration_paper(plan), key)
        if not goes_out(plan):
            key = f"{plan.reference}:approval"
            await self._client.attach_paper(shipment_id, self._approval, key)

    def _skip_told(self, plan: BoxPlan) -> None:
        """What the service knows already from an earlier life of this run."""
        legs = self._shipments[plan.reference]["legs"]
        self._untold[plan.reference] = [
            news
            for news in self._untold[plan.reference]
            if news.leg is None
            or news.kind not in {"departed", "landed"}
            or (news.kind == "departed" and not legs[news.leg]["actual_departure"])
            or (news.kind == "landed" and not legs[news.leg]["actual_arrival"])
        ]

    async def _tell(self, plan: BoxPlan, now: datetime) -> None:
        untold = self._untold[plan.reference]
        while untold and untold[0].at <= now:
            await self._tell_one(plan, untold[0])
            untold.pop(0)

    async def _tell_one(self, plan: BoxPlan, news: News) -> None:
        shipment = self._shipments[plan.reference]
        if news.kind in {SWAP_FOUND, REPACKED}:
            await (self._put_right if news.kind == SWAP_FOUND else self._repack)(plan)
            return
        milestone: Json = {"kind": news.kind, "occurred_at": rfc3339(news.at)}
        if news.leg is not None:
            milestone["leg_id"] = shipment["legs"][news.leg]["id"]
        key = f"{plan.reference}:{news.kind}:{news.leg}"
        try:
            await self._client.add_milestone(shipment["id"], milestone, key)
            if news.estimated_arrival and news.estimated_arrival > self._clock.now():
                change = {"estimated_arrival": rfc3339(news.estimated_arrival)}
                if news.estimated_departure:
                    change["estimated_departure"] = rfc3339(news.estimated_departure)
                await self._client.change_leg(shipment["id"], milestone["leg_id"], change)
        except Conflict as refusal:  # a person was quicker, or ended the shipment
            logger.info(
                "The service would not take a milestone.",
                extra={
                    "event": "milestone_refused",
                    "reference": plan.reference,
                    "kind": news.kind,
                    "reason": str(refusal),
                },
            )

    async def _put_right(self, plan: BoxPlan) -> None:
        """Two bags had been entered in each other's boxes; a box holds one shipment at a time,
        so the first waits in a spare one, on paper, until the second is in its own."""
        other = plan.partner
        if other is None or other.reference not in self._shipments:
            return
        since = plan.clocks.pack_closed_at
        moves = [(plan, self._spare(plan)), (other, other.box_id), (plan, plan.box_id)]
        for number, (bag, box_id) in enumerate(moves):
            shipment = self._shipments[bag.reference]
            body = {
                "payload_id": shipment["payloads"][0]["id"],
                "box_id": box_id,
                "from": rfc3339(since),
                "reason": "boxes were swapped at packing; found by their seals",
            }
            await self._client.assign(shipment["id"], body, f"{plan.reference}:swap:{number}")

    async def _repack(self, plan: BoxPlan) -> None:
        """The bag is in the partner's box since the hour of the story."""
        shipment = self._shipments[plan.reference]
        if plan.partner is None or plan.story_at is None:
            return
        body = {
            "payload_id": shipment["payloads"][0]["id"],
            "box_id": plan.partner.box_id,
            "from": rfc3339(plan.story_at),
            "reason": "moved into a sound box",
        }
        await self._client.assign(shipment["id"], body, f"{plan.reference}:repacked")

    def _spare(self, plan: BoxPlan) -> str:
        return f"{plan.box_id}{SPARE}"


async def _all(jobs: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run the jobs side by side; the first failure ends the others and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
