"""What somebody sees of the rows that are shown to them: all fields, or those of a view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from services.core.domain.governance.access import Role
from services.core.domain.governance.organisation import sees_all
from services.core.domain.governance.reach import Reach
from services.core.runtime.data_rules import shipped_data_rules


class View(StrEnum):
    """Which fields are shown; `services/api/fields.py` lists them."""

    FULL = "full"
    PARTY = "party"
    CARRIER = "carrier"
    CUSTOMS = "customs"
    DEVICE = "device"
    NOBODY = "nobody"


_OF_ROLE = {
    Role.APPLICANT: View.PARTY,
    Role.SHIPPER: View.PARTY,
    Role.CONSIGNEE: View.PARTY,
    Role.CUSTOMS_OFFICER: View.CUSTOMS,
    Role.SUPERVISING_AUTHORITY: View.CUSTOMS,
    Role.DEVICE: View.DEVICE,
}


def view_of(role: Role) -> View:
    """The fields that a role sees; those who keep the cold chain and judge it see them all."""
    return _OF_ROLE.get(role, View.FULL)


_WIDEST_FIRST = (View.FULL, View.PARTY, View.CARRIER, View.CUSTOMS, View.DEVICE, View.NOBODY)

_OF_PARTY = {
    "owner": View.FULL,
    "sponsor": View.FULL,
    "auditor": View.FULL,
    "applicant": View.PARTY,
    "shipper": View.PARTY,
    "consignee": View.PARTY,
    "carrier": View.CARRIER,
    "customs_site": View.CUSTOMS,
    "authority": View.CUSTOMS,
}
"""What a shipment was shared as says how much of it is shown, whatever the role at home."""


def narrower(one: View, other: View) -> View:
    """What both of them show."""
    return max(one, other, key=_WIDEST_FIRST.index)


def views_of_grants(grants: Iterable[Iterable[str]]) -> Mapping[str, View]:
    """The view of each shipment, of (shipment, party); of several grants the widest counts."""
    found: dict[str, View] = {}
    for shipment_id, party in grants:
        view = _OF_PARTY.get(party, View.CUSTOMS)
        known = found.get(shipment_id, view)
        found[shipment_id] = min(known, view, key=_WIDEST_FIRST.index)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whose rows, and which fields of them; those with the same sight share one stream."""

    organisation_id: str = ""
    whole: bool = False
    view: View = View.NOBODY
    abroad: bool = False
    """Whether it is shown abroad: then nothing of people is in a stream."""

    def reach(self, now: datetime) -> Reach:
        """The same, for the database."""
        return Reach(at=now, organisation_id=self.organisation_id, whole=self.whole)


def sight_of(
    organisation_id: str | None,
    kind: str | None,
    roles: Iterable[str],
    *,
    abroad: bool = False,
) -> Sight:
    """What somebody of an organisation sees in these roles; without one, the installation's own.

    Of several roles the one that sees most decides.
    """
    views = {view_of(Role(role)) for role in roles}
    return Sight(
        organisation_id=organisation_id or "",
        whole=organisation_id is None or sees_all(str(kind)),
        view=next((view for view in _WIDEST_FIRST if view in views), View.NOBODY),
        abroad=abroad,
    )


class Holder(Protocol):
    """Whoever a session or a key belongs to."""

    @property
    def organisation_id(self) -> str | None: ...
    @property
    def organisation_kind(self) -> str | None: ...
    @property
    def organisation_country(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...


def place_of(holder: Holder) -> tuple[str, bool]:
    """The country that answers go to, and whether it is abroad; an installation is at home."""
    home = shipped_data_rules().home
    places = (holder.country, holder.organisation_country)
    country = next((one for one in places if one is not None and one != home), home)
    return country, country != home


def sight_of_holder(holder: Holder, roles: Iterable[str]) -> Sight:
    """What whoever holds a session or a key sees as things stand."""
    _, abroad = place_of(holder)
    return sight_of(holder.organisation_id, holder.organisation_kind, roles, abroad=abroad)


NOTHING = Sight()
EVERYTHING = Sight(whole=True, view=View.FULL)

current_view: ContextVar[View] = ContextVar("current_view", default=View.NOBODY)
"""The view of whoever sent the request that is being answered; nobody's until it is known."""

ASKED_FOR = ""
"""In the place of an identifier: the shipment that the address of the request names."""

current_shared: ContextVar[Mapping[str, View]] = ContextVar(
    "current_shared", default=MappingProxyType({})
)
"""The views of the shipments that others share with them."""
