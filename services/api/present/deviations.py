"""Deviations as the API shows them."""

from __future__ import annotations

from services.api.schemas.deviations import Deviation
from services.core.storage.deviations import DeviationView


def deviation_out(view: DeviationView) -> Deviation:
    """A deviation with its history and its newest decision."""
    values = {name: getattr(view, name) for name in view.__slots__}
    seen = view.evidence_sha256
    values |= {
        "id": view.deviation_id,
        "evidence_sha256": None if seen is None else bytes(seen).hex(),
    }
    return Deviation.model_validate(values)
