"""Saying whose an alarm is: whoever it is takes it themselves, and until then it sounds."""

from __future__ import annotations

from uuid import UUID

from services.api.acts.alarms import seen_values, standing
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.rules import RULES
from services.api.schemas.alarms import Assign
from services.core.domain.alarm.life import check_assignable
from services.core.domain.errors import Invalid
from services.core.storage.acknowledgements import AcknowledgementRepository, AlarmView
from services.core.storage.alarm_assignments import MEANWHILE, AlarmAssignments, Assignee

_MAY_HOLD = RULES["POST", "/alarms/{alarm_id}/assign"].roles


async def assignees(act: Act) -> list[Assignee]:
    """Whom whoever asks can give an alarm to."""
    asker = act.principal
    return await AlarmAssignments(act.unit).assignees(
        asker.principal_id, asker.organisation_id, _MAY_HOLD, whole=asker.sees_all
    )


async def assign(alarm_id: UUID, said: Assign, act: Act) -> AlarmView:
    """It is theirs until somebody takes it; returns it as it stands now.

    Raises StaleRevision when it is somebody else's by now than whoever asks has seen.
    """
    repository = AcknowledgementRepository(act.unit)
    alarm = await repository.one(alarm_id, act.now)
    check_assignable(alarm.state)
    if said.instead_of != alarm.assigned_to:
        raise MEANWHILE
    await _check_assignee(alarm, said, act)
    await AlarmAssignments(act.unit).add(
        {
            "id": new_id(act.now),
            "alarm_id": alarm_id,
            "assigned_to": said.to,
            "assigned_by": act.principal.principal_id,
            "at": act.now,
            "ended_at": None if said.to is not None else act.now,
            "reason": said.reason,
            **seen_values(said.seen),
        }
    )
    after = {"assigned_to": said.to, **seen_values(said.seen)}
    await act.audit(
        "assign", ("alarm", alarm_id), before=standing(alarm), after=after, reason=said.reason
    )
    return await repository.one(alarm_id, act.now)


async def _check_assignee(alarm: AlarmView, said: Assign, act: Act) -> None:
    if said.to is None:
        if alarm.assigned_to is None:
            raise Invalid(
                "this alarm is nobody's in particular", field="to", remedy="name somebody"
            )
        return
    if said.to not in {one.person_id for one in await assignees(act)}:
        raise Invalid(
            "nobody of this name can be given an alarm",
            field="to",
            remedy="take one of GET /alarms/assignees",
        )
