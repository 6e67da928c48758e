"""The duty telephone: whom people call at any hour, at the same place on every page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import Request


@dataclass(frozen=True, slots=True)
class Duty:
    """A number as it is written, and as a telephone dials it."""

    number: str

    @property
    def dialled(self) -> str:
        return "tel:" + re.sub(r"[^+0-9]", "", self.number)


def duty_of(request: Request) -> Duty | None:
    """The number that this installation names; None when it names none."""
    number = request.app.state.parts.duty_phone
    return Duty(number) if number else None
