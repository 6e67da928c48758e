"""The JSON Schemas of messages to and from systems outside, from the models that read them."""

from __future__ import annotations

import json

from pydantic import BaseModel

from services.api.schemas.exchange import ApprovalMessage, BookingMessage, BookingOut

_KINDS: dict[str, tuple[type[BaseModel], str]] = {
    "exchange-approval": (ApprovalMessage, "An approval that comes in."),
    "exchange-booking": (BookingMessage, "A booking that comes in."),
    "exchange-booking-out": (BookingOut, "A booking that goes out."),
}


def exchange_schemas() -> dict[str, str]:
    """File name and text of each schema; unknown fields are allowed, and told as ignored."""
    return {f"{name}.schema.json": _render(name, *kind) for name, kind in _KINDS.items()}


def _render(name: str, model: type[BaseModel], description: str) -> str:
    body = model.model_json_schema()
    body.pop("additionalProperties", None)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:coldlane:exchange:v1:{name}",
        **body,
        "title": f"Coldlane exchange v1: {name}",
        "description": description,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
