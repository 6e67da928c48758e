"""The digest of a verdict's inputs: equal digests mean the same question was answered."""

from __future__ import annotations

from services.core.domain.shipment import ShipmentLeg
from services.core.domain.viability.case import Case
from services.core.domain.viability.digest import digest
from services.core.domain.viability.state import JourneyState

MODEL_VERSION = "7"
"""Changes with every change of the model's answers; another version is judged from the start."""


def inputs_hash(case: Case, state: JourneyState) -> str:
    """SHA-256 over the model, the profile, the clocks, the legs, the calibrations and every sample.

    The instant of asking, and when a sample reached us, are not part of it.
    """
    clocks = case.clocks
    # What is as usual is left out: nothing calibrated, every reading receipted, alone.
    unusual = {
        "calibrations": state.calibrations,
        "grade": case.grade.value,
        "joined": state.joined,
    }
    return digest(
        {
            **{name: value for name, value in unusual.items() if value},
            "model": MODEL_VERSION,
            "profile": case.profile.digest,
            "judged": case.judged,
            "clocks": [
                clocks.collection_end,
                clocks.pack_closed_at,
                clocks.container_charged_at,
                clocks.first_assigned_at,
                clocks.received_at,
            ],
            "legs": [_leg(leg) for leg in case.legs],
            "samples": state.chain.hex(),
        }
    )


def calibrations_digest(case: Case) -> str:
    """What the records of a case's probes come to; empty when there are none."""
    if not case.calibrations:
        return ""
    return digest([[one.document() for one in case.calibrations], [list(s) for s in case.seats]])


def _leg(leg: ShipmentLeg) -> list[object]:
    """What a leg contributes: only its silence bears on a verdict."""
    return [leg.ordinal, leg.runs, leg.radio_off, leg.departure, leg.arrival, leg.actual_departure]
