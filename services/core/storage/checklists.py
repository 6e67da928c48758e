"""Checklists of inspections, in versions that never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text

from services.core.domain.clearance.checklist import Template, template_from
from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import checklist_template


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRecord:
    """A version of a checklist as it is stored."""

    template_id: str
    version: int
    document: Mapping[str, Any]
    created_at: datetime
    created_by: str

    @property
    def template(self) -> Template:
        return template_from(self.template_id, self.version, self.document)


_ALL = select(checklist_template).order_by(
    checklist_template.c.template_id, checklist_template.c.version
)
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtext('coldlane.checklist.' || :template_id))")


class ChecklistRepository:
    """Reads and adds versions."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def all(self) -> list[ChecklistRecord]:
        """Every version; there are tens of them."""
        return [ChecklistRecord(**row._mapping) for row in await self._unit.execute(_ALL)]

    async def newest(self, template_id: str) -> ChecklistRecord:
        """The newest version of one; raises NotFound."""
        versions = [one for one in await self.all() if one.template_id == template_id]
        if not versions:
            raise NotFound(f"there is no checklist {template_id}", field="template_id")
        return versions[-1]

    async def add(
        self, template_id: str, document: Mapping[str, Any], by: str, now: datetime
    ) -> ChecklistRecord:
        """Add the next version; two who add at once come one behind the other."""
        await self._unit.execute(_QUEUE, {"template_id": template_id})
        versions = [one.version for one in await self.all() if one.template_id == template_id]
        record = ChecklistRecord(
            template_id=template_id,
            version=max(versions, default=0) + 1,
            document=document,
            created_at=now,
            created_by=by,
        )
        values = {name: getattr(record, name) for name in ChecklistRecord.__slots__}
        await self._unit.execute(insert(checklist_template).values(**values))
        return record
