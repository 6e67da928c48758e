"""Points of a certificate as they are typed."""

import pytest

from services.cli.failing import CommandFailed
from services.cli.probe import _read_point


def test_point_is_read_and_true() -> None:
    assert _read_point("5.12:5") == {"read_c": 5.12, "true_c": 5.0}


@pytest.mark.parametrize("text", ["5.12", "5,12:5", ":5", "5:", "a:b"])
def test_point_that_is_none_says_how_to_write_it(text: str) -> None:
    with pytest.raises(CommandFailed, match="READ:TRUE"):
        _read_point(text)
