"""What those see who may not see all: pages that are refused, links that end or are held back."""

from __future__ import annotations

import re
from typing import Any

import httpx

from scripts.pictures.camera import Camera, View, still
from services.api.menu import PAGES, PagePlan
from services.api.rules import may
from services.core.domain.governance.access import Role

_FIRM = {"organisation_id": "pictures", "name": "Open Firm", "country": "CN", "kind": "platform"}
_PERSON = {"person_id": "wu.min", "name": "Wu Min", "organisation": "pictures"}
_GUESTS = (Role.AUDITOR, Role.OPERATOR, Role.CUSTOMS_OFFICER)
_CLOSED = {
    "outcome": "denied",
    "classes": ["none"],
    "purposes": ["sharing"],
    "because_en": "the sponsor shares nothing",
    "because_zh": "委托方不共享",
    "source": "a rule for a picture",
    "grade": "O",
    "reason": "to be looked at",
}
_LIGHT = ("light",)


class Guests:
    """People, keys and links of one system."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=f"{address}/api/v1", trust_env=False, timeout=60)
        self._post("/organisations", _FIRM)
        self._post("/people", _PERSON | {"roles": ["qa_assessor", "auditor"]})
        self._keys: dict[Role, str] = {}

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said

    def _key(self, role: Role) -> str:
        if role not in self._keys:
            wish = {"organisation": "pictures", "role": role.value, "name": role.value}
            self._keys[role] = self._post("/keys", wish)["key"]
        return self._keys[role]

    async def take_refused(self, camera: Camera) -> None:
        """Each page before somebody who may not open it, where there is such a one."""
        views = []
        for plan in PAGES:
            role = _kept_out(plan)
            if role is not None:
                path = re.sub(r"\{\w+\}", "one", plan.path)
                key = self._key(role)
                views.append(View(path=path, state="not-allowed", key=key, after=still))
        await camera.take("not allowed", views)

    async def take_links(self, camera: Camera, shipment: str) -> None:
        """A shipment by its link: as it holds, ended, and closed by a rule on data."""
        links = f"/shipments/{shipment}/links"
        good, ended = (self._post(links, {"made_for": "the courier"}) for _ in range(2))
        self._post(f"{links}/{ended['id']}/revoke", {"reason": "wrong address"})
        await camera.take(
            "links",
            [
                *_sheets("shared", good["path"]),
                *_sheets("shared-ended", ended["path"]),
                *_sheets("errand-ended", f"/errand/{'x' * 43}"),
            ],
        )
        self._post("/data-policy/rules", _CLOSED)
        await camera.take("a link held back", _sheets("shared-held-back", good["path"]))


def _sheets(name: str, path: str) -> list[View]:
    """A page for a telephone has one theme: it is read outside."""
    sizes = ("phone", "desk")
    return [View(path=path, name=name, size=one, after=still, themes=_LIGHT) for one in sizes]


def _kept_out(plan: PagePlan) -> Role | None:
    """The first role that may not open it."""
    return next((one for one in _GUESTS if not may(frozenset({one}), *plan.needs)), None)
