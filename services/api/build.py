"""The build that pages must match: version and fingerprint of what is sent to browsers."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_SENT = (Path(__file__).parent / "static", Path(__file__).parent / "templates")


@cache
def build_id() -> str:
    """For example 0.1.0-1f6e2c9a; another one tells an open page to load anew."""
    digest = hashlib.sha256()
    for folder in _SENT:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return f"{version('coldlane')}-{digest.hexdigest()[:8]}"
