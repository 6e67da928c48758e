"""The cookies of a session, and the proof that a request comes from a page of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from fastapi import Request, Response

from services.api.gate import Gate
from services.api.refusals import HttpRefusal

TOKEN_HEADER = "x-coldlane-token"  # noqa: S105 - the name of a header
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def keep(response: Response, gate: Gate, secret: str) -> None:
    """Give the browser the session, and the token that its pages must send with every change."""
    lasts = int((gate.lasts + timedelta(minutes=5)).total_seconds())
    _set(response, gate, gate.cookie, secret, lasts, http_only=True)
    _set(response, gate, gate.token_cookie, token_of(secret), lasts, http_only=False)


def forget(response: Response, gate: Gate) -> None:
    """Take both cookies from the browser."""
    _set(response, gate, gate.cookie, "", 0, http_only=True)
    _set(response, gate, gate.token_cookie, "", 0, http_only=False)


def keep_state(response: Response, gate: Gate, state: str) -> None:
    """Give the browser the state that it must bring back from another service."""
    _set(response, gate, gate.state_cookie, state, 600, http_only=True)


def forget_state(response: Response, gate: Gate) -> None:
    """The browser is back."""
    _set(response, gate, gate.state_cookie, "", 0, http_only=True)


def _set(
    response: Response, gate: Gate, name: str, value: str, max_age: int, *, http_only: bool
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=gate.secure,
        httponly=http_only,
        samesite="lax",
    )


def token_of(secret: str) -> str:
    """Follows from the session's secret, which no page can read: it cannot be made up."""
    made = hmac.digest(secret.encode(), b"coldlane page token", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def refuse_other_pages(request: Request, gate: Gate) -> None:
    """A change must come from a page of ours: by its origin, and by what the browser says.

    `Origin: null`, as a sandboxed or redirected page sends it, is no page of ours.
    """
    if request.method in SAFE_METHODS:
        return
    own = gate.origin(request.headers.get("host", ""))
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if own is None or origin != own or site not in (None, "same-origin"):
        raise HttpRefusal(
            403,
            "a change must come from a page of this installation",
            field="Origin",
            remedy="open the pages under the address that your administrator gave you",
        )


def refuse_questions_of_other_pages(request: Request, gate: Gate) -> None:
    """A page elsewhere may not ask in somebody's name either; a link to here may be followed.

    It could not read the answer, but open streams. Another port of the same host is elsewhere too:
    browsers send it the cookie.
    """
    origin = request.headers.get("origin")
    site, mode, into = (request.headers.get(f"sec-fetch-{n}") for n in ("site", "mode", "dest"))
    foreign = origin is not None and origin != gate.origin(request.headers.get("host", ""))
    # A frame navigates too, and would open a stream that it cannot show.
    followed = mode == "navigate" and into in (None, "document")
    if foreign or (site in ("cross-site", "same-site") and not followed):
        raise HttpRefusal(403, "pages of other sites may not use this API", field="Origin")


def require_token(request: Request, secret: str) -> None:
    """A change must carry the token that only pages of ours can read."""
    if request.method in SAFE_METHODS:
        return
    sent = request.headers.get(TOKEN_HEADER, "")
    if not hmac.compare_digest(sent.encode(), token_of(secret).encode()):
        raise HttpRefusal(
            403,
            "the page's token is missing or belongs to another session",
            field="X-Coldlane-Token",
            remedy="load the page again",
        )
