"""Stored rows and kept verdicts as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.schemas.verdicts import KeptVerdict, LogEntry
from services.core.storage.rawlog import LogRow
from services.core.storage.verdicts import VerdictView


def log_entry_out(row: LogRow) -> LogEntry:
    """A stored row; its time is what the box said."""
    values = {name: getattr(row, name) for name in row.__slots__ if name not in {"key"}}
    return LogEntry.model_validate({**values, "t": row.device_at})


def assessment_out(view: VerdictView) -> KeptVerdict:
    """A kept verdict with what its body says."""
    values = {name: getattr(view, name) for name in view.__slots__ if name != "body"}
    return KeptVerdict.model_validate({**values, **_judged(view.body)})


def _judged(body: Mapping[str, Any]) -> dict[str, Any]:
    plain = ("condition", "evidence", "qa_hold", "in_label_until", "binding_constraint", "summary")
    p10, p50 = body.get("viable_until_p10"), body.get("viable_until_p50")
    return {
        **{name: body.get(name) for name in plain},
        "viable_until": {"p10": p10, "p50": p50} if p10 and p50 else None,
        "excursions": [
            {"side": side, "began_at": began, "returned_at": returned}
            for side, began, returned in body.get("told", {}).get("excursions", [])
        ],
    }
