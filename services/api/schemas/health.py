"""What the health checks say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.api.schemas.base import Answer


class Health(Answer):
    """It is well; anything else is a problem body."""

    status: Literal["ok"] = Field(description="Always ok: a fault is answered with a problem.")
