"""The file of a token: one line that nobody guesses."""

import hashlib
from pathlib import Path

import pytest

from services.core.domain.errors import Invalid
from services.core.runtime.tokens import read_token


def test_s85_token_is_one_long_line_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "metrics.token"
    file.write_text("s" * 44 + "\n")
    assert read_token(file) == hashlib.sha256(b"s" * 44).digest()
    for wrong in ("", "short-secret", "s" * 40 + "\n" + "t" * 40, "ü" * 40):
        file.write_text(wrong)
        with pytest.raises(Invalid) as refused:
            read_token(file)
        assert not wrong or wrong not in str(refused.value)
    with pytest.raises(Invalid):
        read_token(tmp_path / "none")
