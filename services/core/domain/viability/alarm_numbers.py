"""Numbers by which alarms begin, where a profile does not set its own under the same name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.core.domain.units import minutes
from services.core.domain.viability.profile import MaterialProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmNumber:
    """A default and where it is from."""

    value: float
    unit: str
    source: str


_OURS = "own choice (O)"

ALARM_NUMBERS: Mapping[str, AlarmNumber] = {
    "battery_low_percent": AlarmNumber(value=20.0, unit="%", source=_OURS),
    "battery_critical_percent": AlarmNumber(value=10.0, unit="%", source=_OURS),
    "lid_open_min": AlarmNumber(value=2.0, unit="min", source=_OURS),
    "tilt_event_min": AlarmNumber(
        value=10.0, unit="min", source="own choice (O); over 45° as in the domain paper, 1.4"
    ),
    "warning_min": AlarmNumber(value=30.0, unit="min", source=_OURS),
    "wrong_place_km": AlarmNumber(value=30.0, unit="km", source=_OURS),
    "left_site_km": AlarmNumber(value=5.0, unit="km", source=_OURS),
    "off_route_km": AlarmNumber(value=50.0, unit="km", source=_OURS),
}
"""By name; a sponsor's profile may carry each of them with a source of its own."""


def alarm_number(profile: MaterialProfile, name: str) -> float:
    """The profile's number, else the default."""
    value = profile.optional(name)
    return ALARM_NUMBERS[name].value if value is None else value


def alarm_minutes(profile: MaterialProfile, name: str) -> timedelta:
    """The same as a duration."""
    return minutes(alarm_number(profile, name))
