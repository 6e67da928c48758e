"""A stay, a seat and a use of a paper name two parents: neither may be another organisation's."""

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.core.domain.governance.reach import Reach
from services.core.storage.database import Database
from tests.integration.storage.test_isolation import A, B, api

__all__ = ["api"]

_NEW = {
    "box of a stay": "INSERT INTO assignment (id, payload_id, shipment_id, box_no, during,"
    " recorded_at, recorded_by) SELECT gen_random_uuid(), payload_id, shipment_id, :box, '[now,)',"
    " now(), 'ann' FROM payload",
    "payload of a stay": "INSERT INTO assignment (id, payload_id, shipment_id, box_no, during,"
    " recorded_at, recorded_by) SELECT gen_random_uuid(), :payload, shipment_id, box_no, '[now,)',"
    " now(), 'ann' FROM shipment, box",
    "probe of a seat": "INSERT INTO probe_assignment (id, probe_id, box_no, during, recorded_at,"
    " recorded_by) SELECT gen_random_uuid(), :probe, box_no, '[now,)', now(), 'ann' FROM box",
    "paper of a use": "INSERT INTO paper_use (use_id, paper_id, shipment_id, subject, single,"
    " attached_at, attached_by) SELECT gen_random_uuid(), :paper, shipment_id, 'goods', false,"
    " now(), 'ann' FROM shipment",
}


async def things_of(api: Database, reach: Reach) -> dict[str, object]:
    """The firm's box and bag, and a probe and a paper that are entered here."""
    values = {"probe": f"SN-{reach.organisation_id}", "paper": uuid4(), "by": reach.principal_id}
    async with api.unit_of_work(reach) as unit:
        for statement in (
            "INSERT INTO probe (probe_id, registered_at, organisation_id)"
            " SELECT :probe, now(), organisation_id FROM shipment",
            "INSERT INTO paper (paper_id, kind, number, holder, write_off, entered_at, entered_by,"
            " organisation_id) SELECT :paper, 'plan', :probe, 'X', 'single', now(), :by,"
            " organisation_id FROM shipment",
        ):
            await unit.execute(text(statement), values)
        found = await unit.execute(
            text("SELECT box_no AS box, payload_id AS payload FROM box, payload")
        )
        return {**values, **found.one()._mapping}


@pytest.mark.parametrize("what", _NEW)
async def test_s43_nothing_of_another_is_drawn_into_ones_own(api: Database, what: str) -> None:
    """It is refused as one that does not exist; one's own is taken."""
    own, theirs = await things_of(api, A), await things_of(api, B)
    statement = text(_NEW[what])
    with pytest.raises(IntegrityError) as refused:
        async with api.unit_of_work(A) as unit:
            await unit.execute(statement, theirs)
    assert isinstance(refused.value.orig, psycopg.errors.ForeignKeyViolation)
    async with api.unit_of_work(A) as unit:
        await unit.execute(statement, own)


async def test_s43_box_that_once_carried_something_of_ours_is_not_ours_to_take(
    api: Database, database: Database
) -> None:
    """The firm sees the box by that stay, and goes on with it in the same shipment alone."""
    theirs = await things_of(api, B)
    stay = (
        "INSERT INTO assignment (id, payload_id, shipment_id, box_no, during, recorded_at,"
        " recorded_by) SELECT gen_random_uuid(), payload_id, shipment_id, :box, {during}, now(),"
        " 'ann' FROM payload WHERE shipment_id = :shipment"
    )
    async with api.unit_of_work(A) as unit:
        first = (await unit.execute(text("SELECT shipment_id FROM shipment"))).scalar_one()
    past = text(stay.format(during="'[2026-01-01,2026-01-02)'"))
    async with database.unit_of_work() as unit:  # as its owner has entered it
        await unit.execute(past, {**theirs, "shipment": first})
    second = uuid4()
    async with api.unit_of_work(A) as unit:
        for statement in (
            "INSERT INTO shipment (shipment_id, reference, product, created_at, organisation_id)"
            " VALUES (:id, 'second', 'cells', now(), 'firm-a')",
            "INSERT INTO shipment_grant (grant_id, shipment_id, organisation_id, owner_id, party,"
            " granted_by, granted_at, reason) VALUES"
            " (gen_random_uuid(), :id, 'firm-a', 'firm-a', 'owner', 'ann', now(), 'own')",
            "INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version,"
            " clocks_entered_by) VALUES (gen_random_uuid(), :id, 'BAG', 'firm-a', 1, 'ann')",
        ):
            await unit.execute(text(statement), {"id": second})
    later = text(stay.format(during="'[2026-01-03,2026-01-04)'"))
    with pytest.raises(IntegrityError):
        async with api.unit_of_work(A) as unit:
            await unit.execute(later, {**theirs, "shipment": second})
    async with api.unit_of_work(A) as unit:
        await unit.execute(later, {**theirs, "shipment": first})
