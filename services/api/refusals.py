"""Refusals and repeats that only HTTP knows; `errors` turns them into answers."""

from __future__ import annotations

from typing import Any

from services.core.domain.errors import ColdlaneError


class HttpRefusal(ColdlaneError):
    """A refusal that only HTTP knows, with its status: a missing header, a bad parameter."""

    def __init__(
        self, status: int, detail: str, *, field: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(detail, field=field, remedy=remedy)
        self.status = status


class Replay(Exception):
    """The request was answered before; `body` is what was said then."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__("answered before")
        self.status = status
        self.body = body
