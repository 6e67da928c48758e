"""The last step of every answer to somebody abroad: nothing leaves that was not examined."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request

from services.api.access import PREFIX
from services.api.dependencies import PartsDep, PrincipalDep
from services.api.guards import Principal
from services.api.leaving import HeldBack, Passage, current_passage
from services.api.parts import Parts
from services.api.passages import refusal, settle, write_down
from services.api.refusals import Replay


async def at_the_border(
    request: Request, parts: PartsDep, principal: PrincipalDep
) -> AsyncIterator[None]:
    """After the route and its transaction, before a byte is sent.

    A route that sends nothing has nothing to be examined; one that sends bytes of its own must
    have said what is in them (`leave_file`), or they stay.
    """
    route = request.scope.get("route")
    about = f"{request.method} {getattr(route, 'path', '').removeprefix(PREFIX)}"
    try:
        yield
    except HeldBack as held:
        stopped = current_passage.get() or Passage()
        await write_down(parts, stopped, principal, about, held.ruling)
        raise refusal(held.ruling, parts) from None
    except Replay:
        await _settle(parts, principal, about)
        raise
    if getattr(route, "status_code", None) != 204:
        await _settle(parts, principal, about)


async def _settle(parts: Parts, principal: Principal, about: str) -> None:
    passage = current_passage.get()
    if passage is not None:
        await settle(parts, passage, principal, about)
