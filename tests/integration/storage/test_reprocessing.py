"""Outcomes of messages that were read again are found without reading all that was refused."""

from datetime import UTC, datetime

from sqlalchemy import text

from services.core.storage.database import Database
from services.core.storage.reprocessing import Reprocessing

SINCE = datetime(2026, 11, 22, tzinfo=UTC)

REFUSED = text("""
INSERT INTO rejected_message (received_at, topic, payload, sha256, reason, detail, remedy,
                              reprocessed_at, outcome)
SELECT :at, 't', 'x', int8send(n), 'not_json', 'd', 'r', CASE WHEN n % 1000 = 0 THEN :at END,
       CASE WHEN n % 1000 = 0 THEN 'stored' END
FROM generate_series(1, 20000) AS n
""")

EXPLAINED = text("""
EXPLAIN SELECT outcome, count(*) FROM rejected_message WHERE reprocessed_at >= :since
GROUP BY outcome
""")


async def test_outcomes_are_counted_by_an_index(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.execute(REFUSED, {"at": SINCE})
        await uow.execute(text("ANALYZE rejected_message"))
        plan = "\n".join((await uow.execute(EXPLAINED, {"since": SINCE})).scalars())
        assert "rejected_message_reprocessed_at_idx" in plan
        assert "Seq Scan" not in plan
        assert await Reprocessing(uow).outcomes(SINCE) == {"stored": 20}
