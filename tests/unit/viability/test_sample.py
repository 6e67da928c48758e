"""What counts as a measured temperature."""

from __future__ import annotations

import pytest

from services.core.domain.viability.sample import is_measured


@pytest.mark.parametrize("temp_c", [5.0, -195.8, 0.0, -0.5, 84.9, -126.9])
def test_a_temperature_is_measured(temp_c: float) -> None:
    assert is_measured(temp_c)


@pytest.mark.parametrize(
    "temp_c", [None, float("nan"), float("inf"), float("-inf"), -127.0, 85.0, -300.0, 151.0]
)
def test_an_error_value_is_not(temp_c: float | None) -> None:
    assert not is_measured(temp_c)
