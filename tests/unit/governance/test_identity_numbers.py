"""Numbers of people are found in free text, and numbers of goods are let through."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.governance.identity_numbers import number_in

CARD = "11010519491231002X"
"""The example of GB 11643 itself: nobody's."""
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A number with a right check digit, by the standard's own formula."""
    place = draw(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
    day = draw(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
    body = f"{place}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + "0123456789X"[(12 - total) % 11]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"patient {CARD}, label smudged", "the number of an identity card"),
        (f"身份证{CARD.lower()}", "the number of an identity card"),
        ("110105 19491231 002X", "the number of an identity card"),
        ("１１０１０５１９４９１２３１００２Ｘ", "the number of an identity card"),
        ("passport E12345678 seen", "the number of a passport or travel permit"),
        ("EA1234567", "the number of a passport or travel permit"),
        ("permit H1234567801", "the number of a passport or travel permit"),
        ("call 13800138000", "a telephone number"),
        ("电话１３８ ００１３ ８０００。", "a telephone number"),
        ("+853 6612 3456", "a telephone number"),
        ("+8613800138000", "a telephone number"),
    ],
)
def test_a_number_of_a_person_is_found(text: str, kind: str) -> None:
    assert number_in(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "label smudged",
        "110105194912310021",  # no such check digit
        "air waybill 784-12345675, or 160-12345675",
        "donation G1234 17 123456 and G123417123456",
        "seal CN-778812, box CB-0007, CT-00417",
        "SI-2026-000417",
        "2026-11-22T01:02:03+08:00",
        "+5 °C at 13:55, +12 min, 1013.25 hPa",
        "019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "1763865600",
    ],
)
def test_a_number_of_goods_is_let_through(text: str) -> None:
    assert number_in(text) is None


@given(cards())
def test_every_card_is_found_and_none_whose_check_digit_is_wrong(card: str) -> None:
    assert number_in(f"see {card}.") == "the number of an identity card"
    wrong = card[:17] + ("1" if card[-1] != "1" else "2")
    assert number_in(wrong) is None
