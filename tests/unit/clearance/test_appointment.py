"""What a booking must satisfy, and when it can be given back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.domain.clearance.appointment import Booking, check_booking
from services.core.domain.clearance.slots import Bay
from services.core.domain.errors import ColdlaneError, Conflict, Invalid

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_booking(
    start_min: float = 60, *, site_id: str | None = "PVG", bay_class: str = "cold_2_8"
) -> Booking:
    bay = Bay(
        bay_id="PVG-C1",
        site_id="PVG",
        bay_class="cold_2_8",
        places=1,
        slot=timedelta(minutes=15),
        published_from=NOON - timedelta(hours=1),
        published_until=NOON + timedelta(hours=4),
    )
    return Booking(
        bay=bay,
        start=NOON + timedelta(minutes=start_min),
        length=timedelta(minutes=15),
        needs_bay_class=bay_class,
        site_id=site_id,
    )


def test_a_slot_of_the_grid_can_be_booked() -> None:
    check_booking(a_booking(), NOON)


def test_a_slot_can_be_booked_in_its_first_minute_and_not_later() -> None:
    check_booking(a_booking(0), NOON + timedelta(seconds=60))
    with pytest.raises(Invalid, match="begun"):
        check_booking(a_booking(0), NOON + timedelta(seconds=61))


@pytest.mark.parametrize(
    ("booking", "error", "field"),
    [
        (a_booking(site_id="SHA"), Invalid, "bay_id"),
        (a_booking(site_id=None), Invalid, "bay_id"),
        (a_booking(bay_class="cryogenic"), Conflict, "bay_id"),
        (a_booking(61), Invalid, "start"),
        (a_booking(240), Invalid, "start"),
        (a_booking(-15), Invalid, "start"),
    ],
)
def test_what_cannot_be_booked_names_the_field_and_the_remedy(
    booking: Booking, error: type[ColdlaneError], field: str
) -> None:
    with pytest.raises(error) as raised:
        check_booking(booking, NOON)
    assert raised.value.field == field
    assert raised.value.remedy
