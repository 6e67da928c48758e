"""A notice that goes abroad, or nobody knows where, tells of the journey and of nobody."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from services.alerts.channels.channel import Channel
from services.alerts.dispatcher import Dispatcher
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.datapolicy import DataPolicyRepository
from services.core.storage.deliveries import LeasedNotice
from services.core.storage.outbox import Notice, Outbox

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BODY = {
    "alarm_id": "a-1",
    "kind": "excursion",
    "move": "raised",
    "priority": 1,
    "shipment_reference": "CT-1",
    "facts": {"temp_c": 9.5, "lat": 31.12345, "noted_by": "Kim Canary"},
    "courier": "Kim Canary",
}


@dataclass
class Heard:
    """A receiver that keeps what it is told."""

    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, notice: LeasedNotice) -> None:
        self.bodies.append(notice.body)


@pytest.mark.parametrize("country", [None, "US", "CN"])
async def test_s74_notice_abroad_tells_of_the_journey_and_of_nobody(
    database: Database, country: str | None
) -> None:
    heard = Heard()
    channel = Channel(name="desk", notifier=heard, country=country)
    async with database.unit_of_work() as unit:
        await Outbox(unit).put([Notice(kind="alarm", subject_key="k", body=BODY)], NOW)
    assert await Dispatcher(database, [channel], FixedClock(NOW)).run_once() == 1
    async with database.unit_of_work() as unit:
        kept = await DataPolicyRepository(unit).decisions(None, 10)
    if country == "CN":
        assert (heard.bodies, kept) == ([BODY], [])
        return
    (body,) = heard.bodies
    assert body == {**BODY, "facts": {"temp_c": 9.5}, "courier": ""}
    (decision,) = kept
    assert (decision.passed, decision.rule_id, decision.country) == (True, "cn-trade", country)
    assert decision.held_back == ["courier", "facts.lat", "facts.noted_by"]
