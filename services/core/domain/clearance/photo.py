"""What counts as a photo: by its first bytes, whatever it says of itself, and by its size."""

from __future__ import annotations

from services.core.domain.errors import Invalid

PHOTO_MOST_BYTES = 8 * 1024 * 1024
"""A tablet's photo has two to six. Own choice, grade O."""

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic")
_HEIC = (b"heic", b"heix", b"mif1", b"msf1")


def photo_type(content: bytes, declared: str) -> str:
    """The kind of picture; raises Invalid for anything else, and for one that says otherwise."""
    found = _by_first_bytes(content)
    if found is None:
        raise Invalid(
            "this is no photo that can be kept",
            field="content",
            remedy="send " + ", ".join(PHOTO_TYPES),
        )
    if declared.partition(";")[0].strip().lower() != found:
        raise Invalid(
            f"the bytes are {found}, the header says otherwise",
            field="Content-Type",
            remedy=f"send Content-Type: {found}",
        )
    if len(content) > PHOTO_MOST_BYTES:
        raise Invalid(f"a photo may have {PHOTO_MOST_BYTES} bytes", field="content")
    return found


def _by_first_bytes(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    return None
