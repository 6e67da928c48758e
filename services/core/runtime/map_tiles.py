"""Map tiles that a deployer brings: where they come from, and in which coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from services.core.runtime.written import is_loopback

Coordinates = Literal["wgs84", "gcj02"]

_PLACES = ("{z}", "{x}", "{y}")
_HOST = re.compile(r"[a-z0-9.:-]+")
_NEVER = re.compile(r"[\s;,'\"<>\\]")


def _checked_tiles_url(url: str) -> str:
    """One host at most, named in full: it goes into the policy that browsers keep to."""
    parts = urlsplit(url)
    ours = url.startswith("/") and not url.startswith("//")
    theirs = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    named = parts.username is None and bool(_HOST.fullmatch(parts.hostname or ""))
    whole = all(place in parts.path + parts.query for place in _PLACES)
    if not whole or _NEVER.search(url) or not (ours or (theirs and named)):
        raise ValueError(
            "give a path of this host or an https address with {z}, {x} and {y}:"
            " https://tiles.example.org/{z}/{x}/{y}.png"
        )
    return url


TilesUrl = Annotated[str, AfterValidator(_checked_tiles_url)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTiles:
    """What the map needs to know of them."""

    url: str
    attribution: str
    coordinates: Coordinates

    @property
    def origin(self) -> str | None:
        """The host that a browser must ask; None when it is ours."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
