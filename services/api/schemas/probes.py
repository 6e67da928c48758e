"""What the API says about probes and their calibration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from services.api.schemas.base import Answer, Identifier, Instant, Request, Word
from services.api.schemas.boxes import ProbeKind

CalibrationState = Literal["none", "valid", "expired"]
Celsius = Annotated[float, Strict(), Field(ge=-273.15, le=150)]


class CalibrationPoint(Request):
    """One line of a certificate."""

    read_c: Celsius = Field(description="What the probe read, °C.", examples=[5.12])
    true_c: Celsius = Field(description="What was true, °C.", examples=[5.0])


class NewCalibration(Request):
    """A certificate as it is entered. One point is an offset that holds everywhere."""

    points: list[CalibrationPoint] = Field(
        min_length=1, max_length=32, description="The points of the certificate, in any order."
    )
    certificate: Word = Field(
        description="Number of the certificate, and whose.", examples=["KAL-2026-0817 Testo"]
    )
    valid_from: Instant = Field(description="Readings from then on are corrected by it.")
    valid_until: Instant = Field(description="From then on it has run out, and verdicts say so.")


class CalibrationPointOut(Answer):
    """One line of a certificate."""

    read_c: float = Field(description="What the probe read, °C.", examples=[5.12])
    true_c: float = Field(description="What was true, °C.", examples=[5.0])


class Calibration(Answer):
    """A calibration record; it is never changed, a wrong one is entered anew."""

    calibration_id: Identifier = Field(description="Identifier of the record.")
    probe_id: str = Field(description="The probe.", examples=["SN-4411"])
    points: list[CalibrationPointOut] = Field(description="Ascending in what the probe read.")
    certificate: str = Field(description="Number of the certificate, and whose.")
    valid_from: Instant = Field(description="Readings from then on are corrected by it.")
    valid_until: Instant = Field(description="From then on it has run out.")
    recorded_at: Instant = Field(description="When it was entered.")
    recorded_by: str = Field(description="Who entered it.", examples=["local-operator"])


class Probe(Answer):
    """A probe, where it sits, and how its calibration stands."""

    probe_id: str = Field(description="Serial number.", examples=["SN-4411"])
    kind: ProbeKind = Field(description="What the probe touches.")
    box_id: str | None = Field(description="The box it sits in now.", examples=["CB-0007"])
    calibration: CalibrationState = Field(
        description="How its record in force stands now.", examples=["valid"]
    )
    calibrated_until: Instant | None = Field(description="When that record runs out.")
