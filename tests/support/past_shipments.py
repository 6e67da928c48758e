"""Shipments of long ago, as the API leaves them, for tests of what happens to their readings."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from services.core.storage.database import Database
from services.core.storage.parcels import KnownBox
from tests.support.saying import a_known_box

SPONSOR = "Hospital"
STAY = timedelta(days=7)


async def run(database: Database, statement: str, **values: object) -> None:
    """One statement, committed."""
    async with database.unit_of_work() as uow:
        await uow.execute(text(statement), values)


async def a_box_of_old(database: Database, registered_at: datetime) -> KnownBox:
    """A box that was registered then."""
    box = await a_known_box(database)
    await run(database, "UPDATE box SET registered_at = :at", at=registered_at)
    return KnownBox(
        box_no=box.box_no,
        box_id=box.box_id,
        shard=box.shard,
        registered_at=registered_at,
        retired_at=None,
    )


async def a_shipment(
    database: Database, box: KnownBox, begin: datetime, state: str = "closed"
) -> UUID:
    """What travelled in the box for a week; when it is closed, that was recorded at the end."""
    shipment_id = uuid4()
    values = {"id": shipment_id, "box": box.box_no, "state": state, "from": begin}
    end = {"end": begin + STAY}
    await run(
        database,
        "INSERT INTO shipment (shipment_id, reference, state, product, shipper, created_at)"
        " VALUES (:id, :id, :state, 'leukapheresis', :sponsor, :from)",
        **values,
        sponsor=SPONSOR,
    )
    await run(
        database,
        "INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version,"
        " clocks_entered_by) SELECT :id, :id, 'BAG', profile_id, version, 'local-operator'"
        " FROM profile LIMIT 1",
        **values,
    )
    await run(
        database,
        "INSERT INTO assignment (id, payload_id, shipment_id, box_no, during, recorded_at,"
        " recorded_by) VALUES (:id, :id, :id, :box, tstzrange(:from, :end), :from, 'local')",
        **values,
        **end,
    )
    await run(
        database,
        "INSERT INTO milestone (milestone_id, shipment_id, kind, occurred_at, recorded_at,"
        " recorded_by) SELECT :id, :id, 'closed', :end, :end, 'local' WHERE :state = 'closed'",
        **values,
        **end,
    )
    return shipment_id
