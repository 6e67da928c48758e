"""The survey: what an installation looks like from its database."""

from datetime import UTC, datetime, timedelta

from services.core.storage.database import Database
from services.core.storage.heartbeats import beat
from services.core.storage.survey import count_real_shipments, take_survey

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


async def test_a_fresh_installation_waits_for_nothing(database: Database) -> None:
    survey = await take_survey(database)
    assert survey.heartbeats == ()
    assert survey.work_waiting == 0
    assert survey.oldest_work_put_at is None
    assert survey.last_received_at is None
    assert survey.rejected == {}
    assert survey.key_conflicts == survey.unjudged == survey.notices == 0
    assert survey.server_time.utcoffset() == timedelta(0)


async def test_of_each_service_the_latest_sign_of_life_counts(database: Database) -> None:
    async with database.unit_of_work() as unit:
        for minutes, instance in ((0, "old"), (5, "new"), (3, "middle")):
            for service in ("alerts", "ingest"):
                at = NOW + timedelta(minutes=minutes)
                await beat(unit, service, instance, at, NOW, {"settings": {"A": "1"}})
    survey = await take_survey(database)
    found = [(one.service, one.instance) for one in survey.heartbeats]
    ingest = [("ingest", name) for name in ("middle", "new", "old")]
    assert found == [("alerts", "new"), *ingest]
    assert survey.heartbeats[0].detail == {"settings": {"A": "1"}}


def test_a_fresh_installation_has_no_real_shipments(database_url: str) -> None:
    assert count_real_shipments(database_url) == 0
