"""All cases that are messages, in the order of their numbers."""

from __future__ import annotations

from tests.support.bad_inputs import identities, numbers, payload_bytes, places, times
from tests.support.bad_inputs.case import Case

MESSAGES: list[Case] = sorted(
    [
        *payload_bytes.CASES,
        *numbers.CASES,
        *times.CASES,
        *places.CASES,
        *identities.CASES,
    ],
    key=lambda case: case.number,
)
