"""The verdict of a shipment, from those of its payloads."""

from typing import Any

import pytest

from services.api.present.verdict import verdict_of


def a_payload(*codes: str, condition: str = "IN_RANGE") -> dict[str, Any]:
    """A payload that was judged, for these reasons."""
    return {
        "condition": condition,
        "evidence": "COMPLETE",
        "qa_hold": False,
        "disposition": "NONE",
        "in_label_until": None,
        "viable_until_p10": None,
        "viable_until_p50": None,
        "latest_inspection_start": None,
        "summary": {"reasons": [{"code": code} for code in codes]},
    }


@pytest.mark.parametrize(
    ("codes", "left"),
    [
        ((), False),
        (("outside_label", "leaving_label"), False),  # it may be too short to count
        (("open_excursion",), True),
        (("past_excursion", "leaving_label"), True),
    ],
)
def test_a_record_that_was_outside_its_label_is_told_apart(
    codes: tuple[str, ...], left: bool
) -> None:
    assert verdict_of([a_payload(*codes)]).left_label is left


def test_one_payload_that_was_outside_speaks_for_all() -> None:
    leading = a_payload() | {"latest_inspection_start": "2026-11-22T10:00:00Z"}
    verdict = verdict_of([leading, a_payload("past_excursion")])
    assert (verdict.leading, verdict.left_label) == (leading, True)


def test_a_payload_that_was_not_judged_has_left_nothing() -> None:
    assert verdict_of([a_payload() | {"condition": None, "summary": None}]).left_label is False
