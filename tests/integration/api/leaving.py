"""A firm in Germany with a shipment of its own."""

import httpx
import pytest
from sqlalchemy import text

from services.core.storage.database import Database
from tests.support.api import Judged, judge, made
from tests.support.firms import enter_shipment, key_of

SECRET = ("COI-1", "Kim Canary", "5555 0000", "31.12345", "needs it soon")

Headers = dict[str, str]


@pytest.fixture
async def abroad(at_site: httpx.AsyncClient, database: Database) -> Headers:
    """A firm in Germany sees a shipment of its own: everything of it but what the policy holds."""
    body = {"organisation_id": "lab", "name": "Lab", "country": "DE", "kind": "sponsor"}
    await made(at_site, "/organisations", body)
    headers = await key_of(at_site, "lab", "operator")
    shipment = await enter_shipment(at_site, headers, 1)
    await judge(database, shipment, Judged())
    async with database.unit_of_work() as unit:
        await unit.execute(
            text(
                "UPDATE assessment_state SET last_reading ="
                ' \'{"temp_c": 4.5, "lat": 31.12345, "lon": 121.8}\''
            )
        )
    return {**headers, "shipment": shipment["id"]}


def bearer(found: Headers) -> Headers:
    """What the firm sends with each request."""
    return {"authorization": found["authorization"]}
