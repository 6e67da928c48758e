"""What a request must satisfy before a route sees it: who asks, from where, with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from fastapi import Request

from services.api.gate import host_name, is_local_host, is_local_name
from services.api.refusals import HttpRefusal, is_plain
from services.api.sight import ASKED_FOR, EVERYTHING, NOTHING, Sight, View
from services.core.domain.governance.access import Role
from services.core.domain.governance.people import Level
from services.core.domain.governance.reach import Reach

_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts; goes into every audit entry."""

    principal_id: str
    kind: str
    name: str
    source: str
    roles: frozenset[Role] = frozenset()
    organisation_id: str | None = None
    country: str | None = None
    """Where the answers go: where its organisation is, or itself when that is another country."""
    abroad: bool = False
    session_id: UUID | None = None
    key_prefix: str | None = None
    level: Level = Level.FULL
    sight: Sight = NOTHING
    shared: Mapping[str, View] = field(default_factory=dict)
    """Shipments of others, and how much of each is shown."""
    box_id: str | None = None
    """The box whose key this is; a device that is no box has nothing to ask for."""

    @property
    def sees_all(self) -> bool:
        """Whether nothing of the installation is hidden from it."""
        return self.sight.whole

    def reach(self, now: datetime) -> Reach:
        """Whose rows the database shows to this principal."""
        return Reach(
            at=now,
            principal_id=self.principal_id,
            organisation_id=self.organisation_id or "",
            whole=self.sight.whole,
        )

    def shared_here(self, request: Request) -> Mapping[str, View]:
        """The same, with the shipment that the request's address names."""
        named = self.shared.get(str(request.path_params.get("shipment_id", "")))
        return self.shared if named is None else {**self.shared, ASKED_FOR: named}

    @property
    def proof(self) -> UUID | str | None:
        """The session or the key that a stream lives no longer than."""
        return self.session_id or self.key_prefix


LOCAL_OPERATOR = Principal(
    principal_id="local-operator",
    kind="person",
    name="Local operator",
    source="loopback",
    roles=frozenset(Role),
    sight=EVERYTHING,
)
"""Whoever sits at the machine holds every role: there is nobody else to hold them. Where two
people must decide, it is one of them only."""


def local_principal(request: Request) -> Principal:
    """The person at this machine; anybody else needs a key.

    A request that a proxy passed on is not from this machine, whatever its address; neither is
    one for another host name (a foreign page that points its own name at this machine).
    """
    viewer = local_viewer(request)
    _refuse_foreign_pages(request)
    return viewer


def local_viewer(request: Request) -> Principal:
    """The same for opening a page: a link from anywhere may lead to it, and it changes nothing."""
    if not _from_here(request) or any(name in request.headers for name in _PROXY_HEADERS):
        raise HttpRefusal(
            401,
            "only requests from this machine are taken without a key",
            remedy="use http://localhost, or send a key: coldlane key create",
        )
    if not is_local_host(request.headers.get("host", "")):
        raise HttpRefusal(401, "the host name is not this machine's", remedy="use http://localhost")
    return LOCAL_OPERATOR


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _refuse_foreign_pages(request: Request) -> None:
    """A page of another site may not act with this person's rights."""
    origin = request.headers.get("origin")
    foreign = origin is not None and not is_local_name(host_name(origin))
    if foreign or request.headers.get("sec-fetch-site") == "cross-site":
        raise HttpRefusal(403, "pages of other sites may not use this API")


def refuse_unknown_parameters(request: Request) -> None:
    """A misspelt filter must not look like an empty one; and text holds no NUL."""
    route = request.scope.get("route")
    dependant = getattr(route, "dependant", None)
    known = set(_query_names(dependant)) if dependant is not None else set()
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise HttpRefusal(
                400,
                "the query has a value that is no text",
                field=name if name in known else "query",
                remedy="leave the character NUL out",
            )
        if name not in known:
            raise HttpRefusal(
                400,
                "the query has a parameter that this route does not know",
                field=name if is_plain(name) else "query",
                remedy="known here: " + (", ".join(sorted(known)) or "none"),
            )


def _query_names(dependant: Any) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)
