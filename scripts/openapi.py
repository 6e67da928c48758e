"""The HTTP interface as the application describes itself; `make generate` writes it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from services.api.app import create_app
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database

DOCUMENT = Path("docs/reference/openapi.json")


def current() -> dict[str, Any]:
    """The document as the code describes the API; no database is asked."""
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    document: dict[str, Any] = create_app(SystemClock(), nowhere).openapi()
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def document_text() -> str:
    """The document as it is committed."""
    return json.dumps(current(), indent=1, ensure_ascii=False) + "\n"
