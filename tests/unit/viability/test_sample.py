"""What counts as a measured temperature."""

from __future__ import annotations

import pytest

from services.core.domain.viability.assessment import fold
from services.core.domain.viability.sample import is_measured
from tests.unit.viability.builders import a_case, a_sample


@pytest.mark.parametrize("temp_c", [5.0, -195.8, 0.0, -0.5, 84.9, -126.9])
def test_a_temperature_is_measured(temp_c: float) -> None:
    assert is_measured(temp_c)


@pytest.mark.parametrize(
    "temp_c", [None, float("nan"), float("inf"), float("-inf"), -127.0, 85.0, -300.0, 151.0]
)
def test_an_error_value_is_not(temp_c: float | None) -> None:
    assert not is_measured(temp_c)


def test_reading_without_a_temperature_is_no_fault_of_the_probe() -> None:
    found = [a_sample(1, 5.0), a_sample(2, None)._replace(lat=31.0, lon=121.0, battery_pct=50.0)]
    state = fold(a_case(heard_min=2), None, found)
    assert (state.faults, state.battery_pct, state.measured) == (0, 50.0, 1)
    assert state.fix is not None
