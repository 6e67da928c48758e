"""Air waybill, UN/LOCODE, ISBT 128 donation number: vectors of the field, and what they catch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.consignment import (
    donation_check_character,
    donation_flag,
    parse_air_waybill,
    parse_coi_id,
    parse_donation_number,
    parse_locode,
)
from services.core.domain.errors import Invalid


@pytest.mark.parametrize("text", ["176-12345675", "17612345675", "020-81140743"])
def test_a_waybill_whose_check_digit_fits_is_taken(text: str) -> None:
    assert parse_air_waybill(text).replace("-", "") == text.replace("-", "")


@pytest.mark.parametrize(
    "text", ["176-12345674", "020-81140744", "176-1234567", "17-612345675", "ABC-12345675", ""]
)
def test_a_waybill_that_was_mistyped_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_air_waybill(text)


@given(serial=st.integers(0, 9_999_999), check=st.integers(7, 9))
def test_a_check_digit_of_7_8_or_9_never_fits(serial: int, check: int) -> None:
    with pytest.raises(Invalid):
        parse_air_waybill(f"176-{serial:07d}{check}")


def test_the_donation_number_of_the_standard_has_the_check_character_h_and_the_flag_77() -> None:
    assert donation_check_character("G123498654321") == "H"
    assert donation_flag("G123498654321") == 77
    assert parse_donation_number("G1234 98 654321 H") == "G123498654321"


def test_a_wrong_check_character_of_a_donation_number_is_refused() -> None:
    with pytest.raises(Invalid, match="check character"):
        parse_donation_number("G123498654321J")


DIGITS = st.text("0123456789", min_size=12, max_size=12)


@given(digits=DIGITS, place=st.integers(0, 10))
def test_two_neighbours_that_were_swapped_are_noticed(digits: str, place: int) -> None:
    a, b = digits[place], digits[place + 1]
    swapped = digits[:place] + b + a + digits[place + 2 :]
    same = donation_check_character("G" + digits) == donation_check_character("G" + swapped)
    assert same == (a == b)


@given(digits=DIGITS, place=st.integers(0, 11), other=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(digits: str, place: int, other: str) -> None:
    wrong = digits[:place] + other + digits[place + 1 :]
    same = donation_check_character("G" + digits) == donation_check_character("G" + wrong)
    assert same == (digits == wrong)


@pytest.mark.parametrize(("text", "kept"), [("CNPVG", "CNPVG"), ("CN PVG", "CNPVG")])
def test_a_place_is_two_letters_and_three_more(text: str, kept: str) -> None:
    assert parse_locode(text, "origin") == kept


@pytest.mark.parametrize("text", ["PVG", "CNPV1", "CNPV0", "cnpvg", "CN-PVG", "CNPVGX"])
def test_what_is_no_locode_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_locode(text, "origin")
    assert refused.value.field == "origin"


def test_a_chain_of_identity_is_looked_at_for_its_characters_only() -> None:
    assert parse_coi_id("A9999/24-000017") == "A9999/24-000017"
    with pytest.raises(Invalid):
        parse_coi_id("Zhang San")
