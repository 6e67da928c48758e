"""Every page of the product: its address, its template, its texts, and the rule it stands under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.api.rules import RULES, Rule, may
from services.core.domain.governance.access import Role

SHELL_TEXTS = ("common", "shell", "zone", "sign")
"""Texts that the frame around every page needs; a page names only what it needs beyond them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """One page; `needs` is the row of the API's rules that its main content is read by."""

    path: str
    template: str
    title: str
    needs: tuple[str, str]
    texts: tuple[str, ...] = ()
    place: Literal["bar", "more", "none"] = "none"
    key: str | None = None
    """The letter that leads here after a `g`."""
    filled: bool = False
    """Whether its template is filled by a route of its own."""

    @property
    def rule(self) -> Rule:
        """Who may open it."""
        return RULES[self.needs]


API_DOCS = PagePlan(
    path="/docs",
    template="docs.html",
    title="page.docs",
    needs=("GET", "/me"),
    texts=("docs",),
    place="more",
    filled=True,
)

PAGES: tuple[PagePlan, ...] = (
    PagePlan(
        path="/live",
        template="live.html",
        title="page.live",
        needs=("GET", "/stream"),
        texts=("live", "alarm", "state"),
        place="bar",
        key="l",
    ),
    PagePlan(
        path="/shipments",
        template="shipments.html",
        title="page.shipments",
        needs=("GET", "/shipments"),
        texts=("live", "state", "shipments", "bulk", "form", "views"),
        place="bar",
        key="s",
    ),
    PagePlan(
        path="/alarms",
        template="alarms.html",
        title="page.alarm_list",
        needs=("GET", "/alarms"),
        texts=("live", "alarm", "alarms", "bulk", "shipments", "form"),
        place="bar",
        key="a",
    ),
    PagePlan(
        path="/inspections",
        template="inspections.html",
        title="page.inspections",
        needs=("GET", "/sites/{site_id}/queue"),
        texts=("live", "alarm", "desk", "slot"),
        place="bar",
        key="i",
    ),
    PagePlan(
        path="/clearance",
        template="clearance.html",
        title="page.clearance",
        needs=("GET", "/clearances"),
        texts=("live", "desk", "shipments", "clear", "form"),
        place="bar",
        key="e",
    ),
    PagePlan(
        path="/quality",
        template="quality.html",
        title="page.quality",
        needs=("GET", "/deviations"),
        texts=("live", "quality"),
        place="bar",
        key="q",
    ),
    PagePlan(
        path="/handover",
        template="handover.html",
        title="page.handover",
        needs=("GET", "/handover"),
        texts=("live", "alarm", "alarms", "handover", "form"),
        place="more",
        key="o",
    ),
    PagePlan(
        path="/bookings",
        template="bookings.html",
        title="page.bookings",
        needs=("GET", "/shipments/{shipment_id}/slots"),
        texts=("live", "state", "desk", "shipments", "slot", "clear", "form", "booking"),
        place="more",
        key="k",
    ),
    PagePlan(
        path="/capacity",
        template="capacity.html",
        title="page.capacity",
        needs=("GET", "/sites/{site_id}/openings"),
        texts=("desk", "capacity", "form"),
        place="more",
        key="c",
    ),
    PagePlan(
        path="/shipments/new",
        template="new_shipment.html",
        title="page.new_shipment",
        needs=("POST", "/shipments"),
        texts=("new",),
        place="more",
        key="n",
    ),
    PagePlan(
        path="/boxes",
        template="boxes.html",
        title="page.boxes",
        needs=("GET", "/boxes"),
        texts=("boxes",),
        place="more",
        key="b",
    ),
    PagePlan(
        path="/profiles",
        template="profiles.html",
        title="page.profiles",
        needs=("GET", "/profiles"),
        texts=("profiles", "form", "alarms.kind", "live.condition"),
        place="more",
        key="p",
    ),
    PagePlan(
        path="/notifications",
        template="notifications.html",
        title="page.notifications",
        needs=("GET", "/notices"),
        texts=("notices", "notice", "alarm", "form"),
        place="more",
        key="m",
    ),
    PagePlan(
        path="/audit",
        template="audit.html",
        title="page.audit",
        needs=("GET", "/audit"),
        texts=("audit",),
        place="more",
        key="u",
    ),
    PagePlan(
        path="/paper-rules",
        template="paper_rules.html",
        title="page.paper_rules",
        needs=("GET", "/paper-rules"),
        texts=("rules", "desk", "clear", "form"),
        place="more",
        key="r",
    ),
    PagePlan(
        path="/data-policy",
        template="data_policy.html",
        title="page.data_policy",
        needs=("GET", "/data-policy/rules"),
        texts=("policy", "form"),
        place="more",
        key="d",
    ),
    PagePlan(
        path="/organisations",
        template="organisations.html",
        title="page.organisations",
        needs=("GET", "/organisations"),
        texts=("firms", "form"),
        place="more",
        key="f",
    ),
    PagePlan(
        path="/people",
        template="people.html",
        title="page.people",
        needs=("POST", "/people"),
        texts=("people", "form", "me"),
        place="more",
        key="w",
    ),
    PagePlan(
        path="/status",
        template="status.html",
        title="page.status",
        needs=("GET", "/status"),
        texts=("status",),
        place="more",
        key="t",
    ),
    API_DOCS,
    PagePlan(
        path="/boxes/{box_id}",
        template="box.html",
        title="page.box",
        needs=("GET", "/boxes/{box_id}"),
        texts=("boxes", "form"),
    ),
    PagePlan(
        path="/inspections/{inspection_id}",
        template="inspection.html",
        title="page.inspection",
        needs=("GET", "/inspections/{inspection_id}"),
        texts=("live", "desk", "record", "form"),
    ),
    PagePlan(
        path="/shipments/{shipment_id}",
        template="shipment.html",
        title="page.shipment",
        needs=("GET", "/shipments/{shipment_id}"),
        texts=("live", "alarm", "state", "shipments", "quality", "new", "desk", "clear", "form"),
    ),
)
"""In the order of the menu. Fixed addresses stand before those with a name in braces."""


def menu_for(roles: frozenset[Role], place: str) -> list[PagePlan]:
    """The pages of one place of the menu that one of the roles may open."""
    return [page for page in PAGES if page.place == place and may(roles, *page.needs)]


def allowed(roles: frozenset[Role]) -> list[str]:
    """Every call of the API that the roles may make, for the page's own controls."""
    rules: Mapping[tuple[str, str], Rule] = RULES
    return [f"{method} {path}" for method, path in rules if may(roles, method, path)]
