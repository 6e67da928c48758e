"""What the API says about whom to call."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.alarms import Callee
from services.api.schemas.base import Identifier


class ShipmentContact(Callee):
    """Somebody to call about a shipment."""

    contact_id: Identifier = Field(description="Identifier.")
    of_site: bool = Field(description="Of its site: stands for all shipments there.")
    revision: int = Field(description="Grows with each correction; its ETag is made of it.")
