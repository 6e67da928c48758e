"""Another name, country or lists of zones of an organisation; who reads abroad follows from it."""

from __future__ import annotations

import logging
from uuid import UUID

from services.api.dependencies import Act
from services.api.schemas.keys import OrganisationChange
from services.core.domain.errors import Invalid
from services.core.runtime.data_rules import shipped_data_rules
from services.core.storage.keys import KeyRepository, OrganisationRecord
from services.core.storage.sessions import SessionRepository

logger = logging.getLogger("api")


async def change_organisation(
    held: OrganisationRecord, body: OrganisationChange, act: Act
) -> OrganisationRecord:
    """Change it; with another country its people sign in anew, whoever changes it excepted."""
    given = body.model_dump(exclude_none=True, exclude={"reason"})
    values = {name: value for name, value in given.items() if value != _plain(getattr(held, name))}
    if not values:
        raise Invalid("nothing would change", field="country", remedy="say what is different")
    _check_lists(given.get("data_lists", []))
    repository = KeyRepository(act.unit)
    changed = await repository.change_organisation(held, values)
    if "country" in values:
        await _sign_out(await repository.people_of(held.organisation_id), act)
    await act.audit(
        "change",
        ("organisation", held.organisation_id),
        before={name: _plain(getattr(held, name)) for name in values},
        after=values,
        reason=body.reason,
    )
    logger.info("An organisation was changed.", extra={"event": "organisation_changed"})
    return changed


def _plain(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else value


def _check_lists(names: list[str]) -> None:
    known = set(shipped_data_rules().lists)
    if unknown := sorted(set(names) - known):
        raise Invalid(
            f"there is no list {unknown[0]}",
            field="data_lists",
            remedy="one of " + ", ".join(sorted(known)),
        )


async def _sign_out(people: list[str], act: Act) -> None:
    own = act.principal.proof if isinstance(act.principal.proof, UUID) else None
    for one in people:
        await SessionRepository(act.unit).end_all(one, act.now, "another country", but=own)
