"""The service's HTTP API as the fleet uses it: what a shipper, an airline and a site would enter.

Every POST carries an Idempotency-Key made from the run, so that doing it again changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from services.core.domain.errors import AlreadyExists, Conflict, Invalid, NotFound, Unavailable

_TIMEOUT_S = 30.0
_TRIES = 5
_FIRST_PAUSE_S = 0.5
_PAGE = 100
TOGETHER = 500
"""As many boxes as one request may register."""

Json = dict[str, Any]


class ApiClient:
    """One connection pool to one service; close it after use."""

    def __init__(self, base_url: str, http: httpx.AsyncClient | None = None) -> None:
        """`http`: one that stands already, for who has no socket between."""
        self._http = http or httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/api/v1",
            timeout=_TIMEOUT_S,
            limits=httpx.Limits(max_connections=8),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def create_site(self, site: Json) -> None:
        """Enter a site; one that stands already is left as it is."""
        await self._post_new("/sites", site, f"site:{site['site_id']}")

    async def register_box(self, box: Json) -> None:
        """Register a box; one that is registered already is left as it is."""
        await self._post_new("/boxes", box, f"box:{box['box_id']}")

    async def register_boxes(self, boxes: Sequence[Json]) -> None:
        """Register many at once, all or none; raises AlreadyExists when one stands already."""
        key = f"boxes:{boxes[0]['box_id']}:{boxes[-1]['box_id']}:{len(boxes)}"
        await self._post("/boxes/batch", {"boxes": boxes}, key)

    async def create_shipment(self, shipment: Json) -> Json:
        """Enter a shipment; raises AlreadyExists when the reference is taken."""
        key = f"shipment:{shipment['reference']}"
        return await self._post("/shipments", shipment, key)

    async def enter_paper(self, paper: Json) -> str:
        """Enter a paper, unless one of its kind has its number already; its id."""
        try:
            found = await self._post("/papers", paper, f"paper:{paper['kind']}:{paper['number']}")
        except AlreadyExists:
            kind, number = paper["kind"], paper["number"]
            found = (await self.whole_list("/papers", kind=kind, number=number))[0]
        return str(found["paper_id"])

    async def declare(self, shipment_id: str, declaration: Json, key: str) -> None:
        """Say what the goods of a shipment are before the law."""
        await self._post(f"/shipments/{shipment_id}/declaration", declaration, key)

    async def attach_paper(self, shipment_id: str, paper_id: str, key: str) -> None:
        """Attach a paper to a shipment."""
        await self._post(f"/shipments/{shipment_id}/papers", {"paper_id": paper_id}, key)

    async def live_shipments(self) -> list[Json]:
        """Every shipment that is not received or ended."""
        return await self.whole_list("/shipments", state="draft,packed,moving", limit=str(_PAGE))

    async def whole_list(self, path: str, **query: str) -> list[Json]:
        """Every object of a list, part after part; raises NotFound."""
        found: list[Json] = []
        while True:
            page = await self._request("GET", path, params=query)
            found += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return found
            query["cursor"] = cursor

    async def add_milestone(self, shipment_id: str, milestone: Json, key: str) -> None:
        await self._post(f"/shipments/{shipment_id}/milestones", milestone, key)

    async def assign(self, shipment_id: str, assignment: Json, key: str) -> None:
        """Say in which box a payload was, also for the past."""
        await self._post(f"/shipments/{shipment_id}/assignments", assignment, key)

    async def change_leg(self, shipment_id: str, leg_id: str, change: Json) -> None:
        await self._request("PATCH", f"/shipments/{shipment_id}/legs/{leg_id}", json=change)

    async def read(self, path: str) -> Json:
        """What stands at a path."""
        return await self._request("GET", path)

    async def send(self, path: str, body: Json, key: str, revision: int | None = None) -> Json:
        """Do something; `revision`: of the object, as it was read."""
        headers = {"Idempotency-Key": key}
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        return await self._request("POST", path, json=body, headers=headers)

    async def _post_new(self, path: str, body: Json, key: str) -> None:
        try:
            await self._post(path, body, key)
        except AlreadyExists:
            return

    async def _post(self, path: str, body: Json, key: str) -> Json:
        return await self._request("POST", path, json=body, headers={"Idempotency-Key": key})

    async def _request(self, method: str, path: str, **extra: Any) -> Json:
        """One request, repeated while the service does not answer; raises our errors."""
        pause_s, trouble = _FIRST_PAUSE_S, ""
        for attempt in range(1, _TRIES + 1):
            try:
                answer = await self._http.request(method, path, **extra)
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
            else:
                if answer.status_code < 500:
                    return _understand(answer)
                trouble = f"HTTP {answer.status_code}"
            if attempt < _TRIES:
                await asyncio.sleep(pause_s)
                pause_s *= 2
        raise Unavailable(f"the service does not answer {method} {path}: {trouble}")


def _understand(answer: httpx.Response) -> Json:
    if answer.is_success:
        body: Json = answer.json() if answer.content else {}
        return body
    try:
        problem: Mapping[str, Any] = answer.json()
    except ValueError:
        problem = {}
    detail = f"{answer.request.method} {answer.request.url.path}: {_in_words(answer, problem)}"
    if answer.status_code == 404:
        raise NotFound(detail)
    if answer.status_code == 409:
        exists = "exist" in str(problem.get("type", "")).lower()
        raise (AlreadyExists if exists else Conflict)(detail)
    raise Invalid(detail, remedy=problem.get("remedy"))


def _in_words(answer: httpx.Response, problem: Mapping[str, Any]) -> str:
    faults = "; ".join(
        f"{fault.get('pointer')}: {fault.get('detail')}" for fault in problem.get("errors", [])
    )
    text = str(problem.get("detail") or problem.get("title") or f"HTTP {answer.status_code}")
    return f"{text} ({faults})" if faults else text
