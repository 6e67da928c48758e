"""What is sealed opens with its key alone, and the file of keys is nobody else's."""

from pathlib import Path

import pytest

from services.core.domain.clearance.photo import PHOTO_MOST_BYTES, photo_type
from services.core.domain.errors import Invalid, Unavailable
from services.core.runtime.sealing import new_key_line, read_seal_keys

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 9


def a_file(folder: Path, *lines: str) -> Path:
    path = folder / "photo.keys"
    path.write_text("".join(lines))
    path.chmod(0o600)
    return path


def test_what_is_sealed_opens_and_shows_nothing_of_itself(tmp_path: Path) -> None:
    keys = read_seal_keys(a_file(tmp_path, new_key_line("a")))
    sealed = keys.seal(JPEG, b"about")
    assert b"picture" not in sealed.content
    assert keys.open(sealed, b"about") == JPEG
    assert keys.seal(JPEG, b"about").nonce != sealed.nonce
    with pytest.raises(Unavailable, match="not what was sealed"):
        keys.open(sealed, b"something else")


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old = new_key_line("2026")
    before = read_seal_keys(a_file(tmp_path, old)).seal(JPEG, b"")
    keys = read_seal_keys(a_file(tmp_path, new_key_line("2027"), old))
    assert keys.seal(JPEG, b"").key_id == "2027"
    assert keys.open(before, b"") == JPEG
    with pytest.raises(Unavailable, match="the key 2026 is not in the file"):
        read_seal_keys(a_file(tmp_path, new_key_line("2027"))).open(before, b"")


def test_a_file_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_key_line("a"))
    path.chmod(0o640)
    with pytest.raises(Invalid, match="others may read"):
        read_seal_keys(path)
    for lines in ((), ("a c2hvcnQ=\n",), ("nonsense\n",), (new_key_line("a"), new_key_line("a"))):
        with pytest.raises(Invalid) as raised:
            read_seal_keys(a_file(tmp_path, *lines))
        assert "c2hvcnQ" not in str(raised.value)
    with pytest.raises(Invalid, match="cannot be read"):
        read_seal_keys(tmp_path / "missing")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"....ftypheic....", "image/heic"),
    ],
)
def test_a_photo_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert photo_type(content, f"{kind}; q=1") == kind
    with pytest.raises(Invalid, match="the header says otherwise"):
        photo_type(content, "image/gif")


@pytest.mark.parametrize("content", [b"", b"<svg onload=x>", b"GIF89a", b"RIFF....WAVE", b"%PDF-1"])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="no photo"):
        photo_type(content, "image/jpeg")


def test_a_photo_has_a_size(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="bytes"):
        photo_type(JPEG + bytes(PHOTO_MOST_BYTES), "image/jpeg")
