"""Changes that leave no audit entry: each route of them with the reason; any other is told of."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import Request

from services.api.cookies import SAFE_METHODS

PREFIX = "/api/v1"

_QUESTION = "a question to a passkey changes nothing; the answer to it has its entry"
UNAUDITED: Mapping[tuple[str, str], str] = {
    ("POST", "/me/stay"): "keeps the own session open; its beginning and its end have entries",
    ("POST", "/me/factors/totp"): "opens nothing until it is proven; the proof has its entry",
    ("POST", "/me/factors/passkey/options"): _QUESTION,
    ("POST", "/me/confirmation/passkey/options"): _QUESTION,
    ("POST", "/sign-in/passkey/options"): _QUESTION,
}
"""Method and path under /api/v1."""

OWN_TRANSACTION: Mapping[tuple[str, str], str] = {
    ("POST", "/sign-in"): "before it is known who acts; test_s60_each_step_of_sign_in_is_an_entry",
    ("POST", "/sign-in/link"): "by a one-time link; test_s60_each_step_of_sign_in_is_an_entry",
}
"""Routes that open their transactions themselves, and the test of their entries."""

logger = logging.getLogger(__name__)


def tell_unaudited(request: Request, *, audited: bool) -> None:
    """Called when an act has succeeded, before it is committed."""
    path = str(getattr(request.scope.get("route"), "path", "")).removeprefix(PREFIX)
    route = (request.method, path)
    if audited or request.method in SAFE_METHODS or route in UNAUDITED:
        return
    logger.error(
        "A change left no audit entry.",
        extra={"event": "change_without_entry", "method": request.method, "route": path},
    )
