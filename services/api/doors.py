"""What answers outside /api/v1, and whom: one row a route; a route without one fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Door(StrEnum):
    """Who gets an answer."""

    ANYBODY = "anybody: it says that it lives, or is the way in"
    SIGNED_IN = "whoever has signed in, where people sign in; what it shows it asks /api/v1 for"
    KNOWN = "whoever has signed in, or sends a key"
    LINK = "whoever holds a link that has not ended"
    OBSERVER = "whoever sends the token of the figures, or this machine"


_D = Door
DOORS: Mapping[tuple[str, str], Door] = {
    ("GET", "/livez"): _D.ANYBODY,
    ("GET", "/readyz"): _D.ANYBODY,
    ("GET", "/metrics"): _D.OBSERVER,
    ("GET", "/sign-in"): _D.ANYBODY,
    ("GET", "/sign-in/second"): _D.ANYBODY,
    ("GET", "/sign-in/provider"): _D.ANYBODY,
    ("GET", "/sign-in/provider/back"): _D.ANYBODY,
    ("GET", "/s/{token}"): _D.LINK,
    ("GET", "/errand/{token}"): _D.LINK,
    ("POST", "/errand/{token}"): _D.LINK,
    ("GET", "/"): _D.SIGNED_IN,
    ("GET", "/me"): _D.SIGNED_IN,
    ("GET", "/live"): _D.SIGNED_IN,
    ("GET", "/shipments"): _D.SIGNED_IN,
    ("GET", "/shipments/new"): _D.SIGNED_IN,
    ("GET", "/shipments/{shipment_id}"): _D.SIGNED_IN,
    ("GET", "/alarms"): _D.SIGNED_IN,
    ("GET", "/inspections"): _D.SIGNED_IN,
    ("GET", "/inspections/{inspection_id}"): _D.SIGNED_IN,
    ("GET", "/clearance"): _D.SIGNED_IN,
    ("GET", "/quality"): _D.SIGNED_IN,
    ("GET", "/handover"): _D.SIGNED_IN,
    ("GET", "/bookings"): _D.SIGNED_IN,
    ("GET", "/capacity"): _D.SIGNED_IN,
    ("GET", "/boxes"): _D.SIGNED_IN,
    ("GET", "/boxes/{box_id}"): _D.SIGNED_IN,
    ("GET", "/profiles"): _D.SIGNED_IN,
    ("GET", "/notifications"): _D.SIGNED_IN,
    ("GET", "/audit"): _D.SIGNED_IN,
    ("GET", "/paper-rules"): _D.SIGNED_IN,
    ("GET", "/data-policy"): _D.SIGNED_IN,
    ("GET", "/organisations"): _D.SIGNED_IN,
    ("GET", "/people"): _D.SIGNED_IN,
    ("GET", "/status"): _D.SIGNED_IN,
    ("GET", "/docs"): _D.SIGNED_IN,
    ("GET", "/docs/{operation_id}"): _D.SIGNED_IN,
    ("GET", "/openapi.json"): _D.KNOWN,
}
"""Method and path. Files under /static are the same for everybody."""
