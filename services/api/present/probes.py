"""Probes and calibration records as the API shows them."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter

from services.api.schemas.boxes import ProbeKind
from services.api.schemas.probes import (
    Calibration,
    CalibrationPointOut,
    CalibrationState,
    Probe,
)
from services.core.storage.calibrations import CalibrationRecord, ProbeRecord

_KIND: TypeAdapter[ProbeKind] = TypeAdapter(ProbeKind)


def calibration_out(record: CalibrationRecord) -> Calibration:
    """A record as it was entered."""
    return Calibration(
        calibration_id=record.id,
        probe_id=record.probe_id,
        points=[CalibrationPointOut(read_c=read, true_c=true) for read, true in record.points],
        certificate=record.certificate,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
        recorded_at=record.recorded_at,
        recorded_by=record.recorded_by,
    )


def probe_out(record: ProbeRecord, now: datetime) -> Probe:
    """A probe as it stands now."""
    return Probe(
        probe_id=record.probe_id,
        kind=_KIND.validate_python(record.kind),
        box_id=record.box_id,
        calibration=_state(record.calibrated_until, now),
        calibrated_until=record.calibrated_until,
    )


def _state(until: datetime | None, now: datetime) -> CalibrationState:
    if until is None:
        return "none"
    return "valid" if now < until else "expired"
