"""Keys: what is one, what proves it, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import is_in_force, parse_key, write_key

SECRET = "A" * 42 + "_"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_key_is_read_as_it_was_written() -> None:
    key = parse_key(write_key("abcdefgh", SECRET))
    assert key.prefix == "abcdefgh"
    assert key.proves(parse_key(f"cl_abcdefgh_{SECRET}").secret_sha256)
    assert not key.proves(parse_key(f"cl_abcdefgh_{'B' * 43}").secret_sha256)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cl_abcdefgh_",
        f"cl_abcdefgh_{SECRET} ",
        f" cl_abcdefgh_{SECRET}",
        f"cl_abcdefgh_{SECRET}\n",
        f"cl_abcdefgh_{SECRET[:-1]}",
        f"cl_abcdefgh_{SECRET}A",
        f"cl_ABCDEFGH_{SECRET}",
        f"CL_abcdefgh_{SECRET}",
        f"cl_abcdefgh_{SECRET[:-1]}ä",
        f"cl_abcdefg１_{SECRET}",
    ],
)
def test_anything_else_is_no_key(text: str) -> None:
    with pytest.raises(Invalid):
        parse_key(text)


@given(st.text())
def test_no_text_makes_reading_a_key_fail_otherwise(text: str) -> None:
    with pytest.raises(Invalid):
        parse_key(text)


@pytest.mark.parametrize(
    ("expires", "revoked", "holds"),
    [
        (None, None, True),
        (NOW + timedelta(seconds=1), None, True),
        (NOW, None, False),
        (NOW - timedelta(days=1), None, False),
        (None, NOW, False),
        (NOW + timedelta(days=1), NOW, False),
    ],
)
def test_a_key_holds_until_it_ends_or_is_revoked(
    expires: datetime | None, revoked: datetime | None, holds: bool
) -> None:
    assert is_in_force(expires, revoked, NOW) is holds
