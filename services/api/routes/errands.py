"""A courier's page: one instruction and one button, for whoever holds the link."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.api.access import address_of
from services.api.build import build_id
from services.api.dependencies import ClockDep, OpenUnitOfWorkDep
from services.api.duty import duty_of
from services.api.i18n import HTML_LANGUAGE, choose_language
from services.api.pagefiles import render
from services.api.passers_by import HOLDER, tell_by_link
from services.core.runtime.catalogue import catalogue
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.notices import Errand, NoticeRepository

router = APIRouter(include_in_schema=False)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.get("/errand/{token}")
async def get_errand(
    request: Request, token: str, unit: OpenUnitOfWorkDep, clock: ClockDep
) -> Response:
    """What to do, without saying what is in the box."""
    now = clock.now()
    errand = await _find(token, unit)
    if errand is None:
        return _page(request, None, status=404)
    if now >= errand.expires_at:
        return _page(request, None, language=errand.language, status=404)
    told = await tell_by_link(unit, "page.errand", asdict(errand), "GET /errand/{token}", now)
    return _page(request, told, language=errand.language, status=403 if told is None else 200)


@router.post("/errand/{token}")
async def post_errand(
    request: Request, token: str, unit: OpenUnitOfWorkDep, clock: ClockDep
) -> Response:
    """The courier is done; pressed twice it is the same."""
    errand = await _find(token, unit)
    if errand is None or clock.now() >= errand.expires_at:
        return _page(request, None, status=404)
    source, now = address_of(request), clock.now()
    notice_id = await NoticeRepository(unit).done(_digest(token), now, source)
    if notice_id is not None:
        await AuditRepository(unit).add(
            AuditEntry(
                at=now,
                principal_id=HOLDER.principal_id,
                source=f"link from {source}",
                action="done",
                entity="notice",
                entity_id=str(notice_id),
            )
        )
    return RedirectResponse(f"/errand/{token}", status_code=303, headers=_HEADERS)


async def _find(token: str, unit: OpenUnitOfWorkDep) -> Errand | None:
    if _TOKEN.fullmatch(token) is None:
        return None
    return await NoticeRepository(unit).errand(_digest(token))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _page(
    request: Request,
    errand: Mapping[str, Any] | None,
    language: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """In the language of the errand; where there is none, in that of the telephone."""
    language = language or choose_language(None, None, request.headers.get("Accept-Language"))
    words = catalogue(language)
    body = render(
        "errand.html",
        text=words.text,
        html_language=HTML_LANGUAGE[language],
        static=f"/static/{build_id()}",
        errand=errand,
        held_back=status == 403,
        duty=duty_of(request),
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)
