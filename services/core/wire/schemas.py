"""The JSON Schemas of the contract, made from the structures that ingest decodes with.

Called by developers: `python -m services.core.wire.schemas docs/reference/schemas`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from services.core.wire.payload import (
    BatchTelemetry,
    Command,
    EventMessage,
    Receipt,
    SingleTelemetry,
    StatusMessage,
)

_KINDS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "telemetry": ("One reading, or a batch of one boot.", (SingleTelemetry, BatchTelemetry)),
    "event": ("Something that happened to the box.", (EventMessage,)),
    "status": ("The box is online, or no longer.", (StatusMessage,)),
    "receipt": ("What is stored and may be deleted from the box's log.", (Receipt,)),
    "command": ("What the box is asked to do.", (Command,)),
}


def schemas() -> dict[str, str]:
    """File name and text of each schema."""
    return {f"{name}.schema.json": _render(name, *kind) for name, kind in _KINDS.items()}


def _render(name: str, description: str, members: tuple[Any, ...]) -> str:
    found, components = msgspec.json.schema_components(members, ref_template="#/$defs/{name}")
    body = found[0] if len(found) == 1 else {"oneOf": list(found)}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:coldlane:wire:v1:{name}",
        "title": f"Coldlane wire contract v1: {name}",
        "description": description,
        **body,
        "$defs": components,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(folder: Path) -> None:
    """Write the schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
