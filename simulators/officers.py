"""The people at the sites of a run, played over the public API: they answer what the plan proposes,
check in, inspect and clear, in the order of the queue.

Only what the API says decides what they do; what it refuses they leave, and look again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.core.domain.errors import ColdlaneError
from simulators.client import ApiClient

Json = dict[str, Any]

_TO_CONFIRM = frozenset({"BOOK", "ADVANCE", "BUMP", "RELOCATE"})
_UNANSWERED = "REQUESTED"
_TAKES = 0.8
"""Of the minutes planned: an inspection that is open when they are over rings at priority 1."""

logger = logging.getLogger(__name__)


class Now(Protocol):
    """A clock, as far as the officers read it."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A shipment as it first stood in the queue: what every order of service would have known."""

    shipment_id: str
    site_id: str
    bay_class: str
    ready: datetime
    latest_start: datetime
    likely_start: datetime
    inspection: timedelta


class Officers:
    """One for all sites; `came` and `begun` are what was seen, for the table at the end."""

    def __init__(self, client: ApiClient, sites: Sequence[str], clock: Now) -> None:
        self._client, self._sites, self._clock = client, tuple(sites), clock
        self._ends: dict[str, datetime] = {}
        self.came: dict[str, Came] = {}
        self.begun: dict[str, datetime] = {}
        self.cleared: set[str] = set()
        self.places: dict[tuple[str, str], int] = {}

    async def work(self) -> None:
        """Look at every site once, and do what is to be done."""
        for site_id in self._sites:
            await self._learn_bays(site_id)
            await self._answer_plan(site_id)
            await self._serve(site_id)
        await self._finish()

    async def _learn_bays(self, site_id: str) -> None:
        site = await self._client.read(f"/sites/{site_id}")
        for kind in {bay["bay_class"] for bay in site["bays"]}:
            mine = (bay["places"] for bay in site["bays"] if bay["bay_class"] == kind)
            self.places[site_id, kind] = sum(mine)

    async def _answer_plan(self, site_id: str) -> None:
        plan = await self._client.read(f"/sites/{site_id}/plan")
        for row in plan["items"]:
            if row["kind"] in _TO_CONFIRM and row["start"] is not None:
                await self._confirm(site_id, row)

    async def _confirm(self, site_id: str, row: Json) -> None:
        held = row["appointment"]
        body = {
            "shipment_id": row["shipment_id"],
            "answer": "confirm",
            "proposed": {name: row[name] for name in ("bay_id", "place", "start")},
            "appointment_id": held and held["id"],
            "reason": "as the plan proposes",  # asked for where it comes too late
        }
        key = f"{row['shipment_id']}:{row['bay_id']}:{row['place']}:{row['start']}"
        await self._try(f"/sites/{site_id}/plan/answers", body, f"plan:{key}", held)

    async def _serve(self, site_id: str) -> None:
        """Who stands ready and whose time has come is checked in and begun."""
        queue = await self._client.read(f"/sites/{site_id}/queue")
        for row in queue["items"]:
            self._note(site_id, row)
            held = row["appointment"]
            if held is not None and held["state"] == _UNANSWERED:
                await self._agree(held)
            elif held is not None and self._is_due(row, held):
                await self._begin(row, held)

    def _note(self, site_id: str, row: Json) -> None:
        """As it first stood ready; before, its times still move."""
        ready = _instant(row["ready_at"])
        if ready is None or ready > self._clock.now() or row["shipment_id"] in self.came:
            return
        latest = datetime.fromisoformat(row["latest_start"])
        self.came[row["shipment_id"]] = Came(
            shipment_id=row["shipment_id"],
            site_id=site_id,
            bay_class=row["bay_class"],
            ready=ready,
            latest_start=latest,
            likely_start=_instant(row["likely_latest_start"]) or latest,
            inspection=timedelta(minutes=row["inspection_min"]),
        )

    def _is_due(self, row: Json, held: Json) -> bool:
        now, ready = self._clock.now(), _instant(row["ready_at"])
        here = ready is None or ready <= now
        return here and datetime.fromisoformat(held["start"]) <= now

    async def _agree(self, held: Json) -> None:
        path = f"/appointments/{held['id']}/answer"
        await self._try(path, {"agreed": True}, f"agree:{held['id']}:{held['revision']}", held)

    async def _begin(self, row: Json, held: Json) -> None:
        shown: Json | None = held
        if held["state"] in {"CONFIRMED", "TENTATIVE"}:
            path = f"/appointments/{held['id']}/check-in"
            shown = await self._try(path, {}, f"show:{held['id']}:{held['revision']}", held)
        if shown is None or shown["state"] != "CHECKED_IN":
            return
        shipment = row["shipment_id"]
        record = await self._try(f"/shipments/{shipment}/inspections", {}, f"begin:{held['id']}")
        if record is not None:
            now = self._clock.now()
            self.begun.setdefault(shipment, now)
            self._ends[record["id"]] = now + _TAKES * timedelta(minutes=row["inspection_min"])

    async def _finish(self) -> None:
        """What has taken its time is gone through and cleared, or waits for its papers."""
        over = [name for name, at in self._ends.items() if at <= self._clock.now()]
        for inspection_id in over:
            del self._ends[inspection_id]
            record = await self._gone_through(inspection_id)
            done = record and await self._enter(record, "moves", {"move": "clear"})
            if done:
                self.cleared.add(done["shipment_id"])
            elif record:
                why = {"move": "wait_for_papers", "reason": "not all papers are there"}
                await self._enter(record, "moves", why)

    async def _gone_through(self, inspection_id: str) -> Json | None:
        """The box scanned, and every item that is required and open passed."""
        record: Json | None = await self._client.read(f"/inspections/{inspection_id}")
        shipment = await self._client.read(f"/shipments/{record['shipment_id']}") if record else {}
        boxes = {one["box_id"] for one in shipment.get("payloads", ()) if one["box_id"]}
        for box_id in sorted(boxes):
            record = record and await self._enter(record, "scans", {"mark": "box", "code": box_id})
        items = record["checklist"] if record else ()
        for item in items:
            if record and item["required"] and item["answer"] is None:
                said = {"key": item["key"], "answer": "passed"}
                record = await self._enter(record, "checks", said)
        return record

    async def _enter(self, record: Json, what: str, body: Mapping[str, Any]) -> Json | None:
        key = f"{what}:{record['id']}:{record['revision']}:{body.get('move') or body.get('mark')}"
        return await self._try(f"/inspections/{record['id']}/{what}", body, key, record)

    async def _try(
        self, path: str, body: Mapping[str, Any], key: str, seen: Json | None = None
    ) -> Json | None:
        """What came of it; None when it was refused: somebody else was there, or it has changed."""
        revision = None if seen is None else seen["revision"]
        try:
            return await self._client.send(path, dict(body), f"officers:{key}", revision)
        except ColdlaneError as error:
            fields = {"event": "officers_refused", "path": path, "reason": str(error)}
            logger.info("What the simulated officers wanted was refused.", extra=fields)
            return None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
