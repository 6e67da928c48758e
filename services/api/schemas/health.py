"""What the health checks say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.api.schemas.base import Answer


class Health(Answer):
    """It is well; anything else is a problem body."""

    status: Literal["ok"] = Field(description="Always ok: a fault is answered with a problem.")


class Readiness(Health):
    """It can answer; what may be wrong with what it answers is said beside it."""

    warnings: list[Literal["server_clock"]] = Field(
        description="server_clock: the server's clock is in doubt, see the status page's alarms."
    )
