"""Refusals and repeats that only HTTP knows; `errors` turns them into answers."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Any

from services.core.domain.errors import ColdlaneError

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


def is_plain(name: str) -> bool:
    """Whether a name that came from outside may be named in an answer: nothing but a name is."""
    return _PLAIN.fullmatch(name) is not None


class HttpRefusal(ColdlaneError):
    """A refusal that only HTTP knows, with its status: a missing header, a bad parameter."""

    def __init__(
        self, status: int, detail: str, *, field: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(detail, field=field, remedy=remedy)
        self.status = status


class TooOften(HttpRefusal):
    """Too much was wrong, or asked for: nothing is listened to for as long as the answer says."""

    def __init__(self, pause: timedelta, detail: str = "too many wrong attempts") -> None:
        super().__init__(429, detail, remedy="wait, then try again")
        self.retry_after_s = max(1, math.ceil(pause.total_seconds()))


class SeeOther(Exception):
    """A page must be asked for elsewhere first: at the sign-in."""

    def __init__(self, address: str) -> None:
        super().__init__("look elsewhere")
        self.address = address


class Replay(Exception):
    """The request was answered before; `body` is what was said then."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__("answered before")
        self.status = status
        self.body = body
