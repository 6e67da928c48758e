"""Who may read the figures of the service: whoever sends their token, else this machine alone."""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request

from services.api.guards import local_viewer
from services.api.parts import Parts
from services.api.refusals import HttpRefusal

_SCHEME = "Bearer "


def observer(request: Request) -> None:
    """Let nobody else read them; raises 401.

    Where there is a token, a proxy on this machine that names nobody is no way around it.
    """
    parts: Parts = request.app.state.parts
    if parts.observer_sha256 is None:
        local_viewer(request)
        return
    header = request.headers.get("authorization", "")
    sent = hashlib.sha256(header.removeprefix(_SCHEME).encode()).digest()
    if not header.startswith(_SCHEME) or not hmac.compare_digest(sent, parts.observer_sha256):
        raise HttpRefusal(
            401,
            "the figures of the service are for whoever sends their token",
            field="Authorization",
            remedy="send the content of the file COLDLANE_METRICS_TOKEN_FILE as a bearer token",
        )


def is_observer(request: Request) -> bool:
    """Whether what is asked may be answered with more than yes or no."""
    try:
        observer(request)
    except HttpRefusal:
        return False
    return True
