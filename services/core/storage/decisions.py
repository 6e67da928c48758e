"""What officers decided about proposals of the plan; append-only, the source of override rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from services.core.storage.database import UnitOfWork
from services.core.storage.schema import slot_decision


class DecisionRepository:
    """Writes decisions; never changes one."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep one, with what was proposed when it was made."""
        await self._unit.execute(insert(slot_decision).values(**values))
